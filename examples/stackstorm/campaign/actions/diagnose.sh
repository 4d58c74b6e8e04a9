#!/bin/sh
PATH=$PATH:/opt/ccexpert/bin:/usr/local/neolane/nl6/bin
exec ccexpert diagnose --observe --format json "$@"
