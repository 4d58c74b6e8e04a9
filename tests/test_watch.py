"""``diagnose --watch`` says what it sees once, and then only what changed."""

from __future__ import annotations

from typing import Any

import pytest

from ccexpert.cli.diff import told
from ccexpert.cli.shared import watching
from ccexpert.report.interface import Layout
from tests.fleet import PROCESS, expert
from tests.kit import ccexpert


def test_it_says_only_what_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = iter([[PROCESS], [PROCESS], [{**PROCESS, "state": "running"}]])
    said: list[Any] = []
    monkeypatch.setattr(watching.time, "sleep", lambda seconds: said.append(seconds))
    with pytest.raises(StopIteration):
        watching.watch(
            60,
            lambda: expert().diagnose(next(seen)),
            lambda report: said.append(report.first.id),
            lambda _, found: said.append(told(found, "en", Layout())),
        )
    first, *waits, change, _ = said
    assert (first, waits) == ("stat-not-running", [60, 60])
    assert "gone" in change
    assert "process stat@prod = running" in change


def test_it_watches_this_host_alone() -> None:
    done = ccexpert("diagnose", "--watch", "60", "-", stdin="{}")
    assert done.returncode == 2
    assert "--observe" in done.stderr
