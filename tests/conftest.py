"""For all tests: Ctrl-C reaches the programs they start, also from a job in the background; a
runner's idea of the width of a terminal does not; no property fails because the machine is busy;
one expert with the shipped knowledge."""

import os
import signal

import pytest
from hypothesis import HealthCheck, settings

from ccexpert import Expert

signal.signal(signal.SIGINT, signal.default_int_handler)
os.environ.pop("COLUMNS", None)

settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def expert() -> Expert:
    """An expert with the shipped knowledge."""
    return Expert()
