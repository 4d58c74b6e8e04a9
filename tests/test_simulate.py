"""A simulated world breaks on purpose; ``make simulate`` plays more of it."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from tests.simulate import play as playing
from tests.simulate.__main__ import main
from tests.simulate.faults import Fault
from tests.simulate.invariants import Broken
from tests.simulate.play import drawn, play
from tests.simulate.shrink import shrunk
from tests.simulate.site import Host, Site
from tests.simulate.world import World

#: As many as fit into half a minute of one core.
RUNS = 30


def test_no_rule_breaks_in_any_world() -> None:
    reached: Counter[str] = Counter()
    for seed in range(RUNS):
        run = play(drawn(str(seed)))
        assert [str(one) for one in run.broken] == [], f"make simulate RUNS=1 SEED={seed}"
        reached.update(run.reached)
    assert {"status ok", "status findings", "status undetermined", "end mended"} <= set(reached)


def test_a_failure_says_its_seed_is_played_again_and_made_small(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A rule that breaks wherever the free disk space is looked at."""

    def no_disk(_report: object, pieces: list[playing.Shown], *, healthy: bool) -> list[Broken]:
        return [Broken("no disk", "df")] if any("df -h" in p.text for p in pieces) else []

    monkeypatch.setattr(playing, "about", no_disk)
    monkeypatch.setattr(playing, "_mend", lambda *_: None)
    seed = next(n for n in range(99) if play(drawn(str(n))).broken)
    scenario = drawn(str(seed))
    assert play(scenario).broken == play(drawn(str(seed))).broken
    assert len(scenario.pieces) > 1
    small = shrunk(scenario, "no disk")
    assert [piece.split(":")[0] for piece in small.pieces] == ["df"]
    assert small.faults == ()
    assert len(small.site.hosts) == 1
    monkeypatch.setattr("sys.argv", ["simulate", "--runs", "1", "--seed", str(seed)])
    assert main() == 1
    assert f"seed {seed} at " in capsys.readouterr().out


def test_what_a_fault_takes_down_comes_back_only_when_it_is_mended() -> None:
    host = Host("acc1", "standalone", False, "7.3.5 build 9368", ("prod",))
    empty = Fault("stat-address-empty", "acc1")
    world = World(Site((host,)), [empty, Fault("module-stopped", "acc1", "stat@prod")])
    assert world.missing(host) == ["mta@prod", "stat@prod"]
    assert {"emails-not-sent", "delivery-pending"} <= world.fails(host)
    world.start(host, host.starts)
    assert world.missing(host) == ["mta@prod"]
    world.mend(empty)
    world.start(host, ["mta@prod"])
    assert world.is_well(host)
    assert world.works(host, "mta@prod")


def test_a_seed_always_draws_the_same_world() -> None:
    assert drawn("7") == drawn("7")
    assert len({drawn(str(Random(n).random())).faults for n in range(20)}) > 10
