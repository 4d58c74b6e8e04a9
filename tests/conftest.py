"""For all tests: Ctrl-C and a lost terminal reach the programs they start, also from a job in the
background; a runner's idea of the width of a terminal does not; no property fails because the
machine is busy; every run draws the same examples, and ``make search`` draws new ones; one expert
with the shipped knowledge."""

import os
import signal

import pytest
from hypothesis import HealthCheck, settings

from ccexpert import Expert

signal.signal(signal.SIGINT, signal.default_int_handler)
if hasattr(signal, "SIGHUP"):
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
os.environ.pop("COLUMNS", None)

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("same", unhurried, derandomize=True)
settings.register_profile("search", unhurried)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest test goes first: at the end the other workers would only wait for it."""
    items.sort(key=lambda item: "test_wheel" not in item.nodeid)


@pytest.fixture(scope="session")
def expert() -> Expert:
    """An expert with the shipped knowledge."""
    return Expert()
