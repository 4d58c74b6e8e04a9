"""For all tests: Ctrl-C reaches the programs they start, also from a job in the background."""

import signal

signal.signal(signal.SIGINT, signal.default_int_handler)
