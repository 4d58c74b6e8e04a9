"""The stand-in host as a fixture of pytest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults import make_known
from tests.standin import StandIn, documented_ports, free_ports


@pytest.fixture
def host(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[StandIn]:
    """A healthy stand-in host, on the documented ports where a parameter of the test wants them;
    the programs of this process take it for their server."""
    call = getattr(request.node, "callspec", None)
    wanted = call.params.values() if call else ()
    if any(getattr(value, "documented_ports", False) for value in wanted):
        with documented_ports() as ports, StandIn(tmp_path / "host", ports) as standin:
            make_known(standin, monkeypatch)
            yield standin
    else:
        with StandIn(tmp_path / "host", free_ports()) as standin:
            make_known(standin, monkeypatch)
            yield standin
