"""``python -m ccexpert``."""

from ccexpert.cli import main

main()
