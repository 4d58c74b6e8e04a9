#!/bin/sh
PATH=$PATH:/opt/ccexpert/bin:/usr/local/neolane/nl6/bin
exec ccexpert act --observe --execute --yes-checks "$@" </dev/null
