"""One run: a world is drawn, shown, diagnosed, mended by the plan, and looked at again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from random import Random
from typing import Any

from ccexpert import Consultation, Expert, Report, read
from ccexpert.facts import FactsDocument
from ccexpert.report.json import to_dict
from tests.simulate import site, told, world
from tests.simulate.acts import harm, perform
from tests.simulate.faults import Fault
from tests.simulate.invariants import Broken, about, private
from tests.simulate.kinds import names
from tests.simulate.piece import Shown
from tests.simulate.shown import available, shown
from tests.simulate.site import Host, Site
from tests.simulate.world import World

#: How often a plan is carried out and its world looked at again before something is escalated.
ROUNDS = 4

#: One run in so many goes through a consultation, which takes the time of ten.
_CONSULTED = 12


@cache
def expert() -> Expert:
    """The expert with the shipped knowledge."""
    return Expert()


@dataclass(frozen=True)
class Scenario:
    """All that a run depends on; the same scenario gives the same run."""

    seed: str
    site: Site
    faults: tuple[Fault, ...]
    pieces: tuple[str, ...]
    """What is pasted at first, in this order."""
    consulted: bool = False


@dataclass
class Run:
    """What came of a run."""

    broken: list[Broken] = field(default_factory=list)
    reached: Counter[str] = field(default_factory=Counter)


def drawn(seed: str) -> Scenario:
    """The scenario of a seed."""
    rng = Random(seed)
    where = site.drawn(rng)
    faults = world.drawn(where, rng)
    state = World(where, faults)
    host = where.host(rng.choice([f.host for f in faults] or [h.name for h in where.hosts]))
    choices = [*available(host), *told.complaints(state, host)]
    pieces = rng.sample(choices, min(len(choices), rng.randint(1, 9)))
    if rng.random() < 0.3:
        pieces.insert(rng.randint(0, len(pieces)), f"told:{host.name}:idle")
    return Scenario(seed, where, faults, tuple(pieces), rng.randrange(_CONSULTED) == 0)


def play(scenario: Scenario) -> Run:
    """Play a scenario. What the product raises is a broken rule like any other."""
    run = Run()
    try:
        _play(scenario, run)
    except Exception as error:
        import traceback

        at = traceback.extract_tb(error.__traceback__)[-1]
        run.broken.append(Broken("an exception", f"{type(error).__name__}: {error} at {at.name}"))
    return run


def _play(scenario: Scenario, run: Run) -> None:
    state = World(scenario.site, scenario.faults)
    host = scenario.site.host(scenario.pieces[0].split(":")[1])
    pieces = [_rendered(state, piece, scenario.seed) for piece in scenario.pieces]
    report = _diagnosed(pieces, host, run, Random(scenario.seed))
    run.reached.update(f"piece {piece.split(':')[0]}" for piece in scenario.pieces)
    run.reached.update(f"fault {fault.kind}" for fault in scenario.faults)
    healthy = state.is_well(host)
    _hold(run, "at first", about(report, pieces, healthy=healthy))
    if scenario.consulted:
        _consult(state, host, scenario, run)
    _mend(state, host, scenario, run)


def _rendered(state: World, piece: str, seed: str) -> Shown:
    source = told.told if piece.startswith("told:") else shown
    return source(state, piece, seed)


def _diagnosed(pieces: list[Shown], host: Host, run: Run, rng: Random) -> Report:
    """Paste the pieces, read them, diagnose what was read; twice, once in a while."""
    text = ("\n\n" if rng.random() < 0.8 else "\n").join(piece.text for piece in pieces)
    document = read(text, platform=host.platform).document
    report = expert().diagnose(document)
    run.reached.update(f"evidence {rule}" for rule in report.rules)
    run.reached.update(f"diagnosis {d.id}" for d in (*report.diagnoses, *report.explained))
    run.reached.update(f"action {a.diagnosis} {a.kind}" for a in report.plan)
    run.reached[f"status {report.status}"] += 1
    if rng.random() < 0.05:
        _hold(run, "read", private(report.render("json") + document.model_dump_json()))
        again = expert().diagnose(read(text, platform=host.platform).document)
        if _plain(again) != _plain(report):
            run.broken.append(Broken("equal facts, other bytes", text[:200]))
    return report


def _plain(report: Report) -> dict[str, Any]:
    return {key: value for key, value in to_dict(report).items() if key != "run"}


def _hold(run: Run, when: str, broken: Iterator[Broken]) -> None:
    run.broken.extend(replace(one, told=f"({when}) {one.told}") for one in broken)


def _consult(state: World, host: Host, scenario: Scenario, run: Run) -> None:
    """Let an operator of the host answer until nothing is asked."""
    operator = told.Operator(state, host, Random(f"{scenario.seed}/operator"))
    session = Consultation(expert(), platform=host.platform)
    for _ in range(8):
        question = session.question()
        if question is None:
            break
        run.reached[f"question {question.kind}"] += 1
        session.answer(operator.answers(question))
    report = session.report()
    run.reached.update(f"evidence {rule}" for rule in report.rules)
    documented = expert().diagnose(FactsDocument.model_validate(session.document()))
    if _plain(documented) != _plain(report):
        run.broken.append(Broken("a consultation and its document differ", scenario.seed))


def _mend(state: World, host: Host, scenario: Scenario, run: Run) -> None:
    """Look at everything, do what the plan says, look again, until all is well or given up."""
    report: Report | None = None
    for number in range(ROUNDS):
        looks = [*available(host), *told.complaints(state, host)]
        looks = [look for look in looks if not look.startswith("shortened")]
        pieces = [_rendered(state, look, f"{scenario.seed}/{number}") for look in looks]
        report = _diagnosed(pieces, host, run, Random(f"{scenario.seed}/{number}"))
        healthy = state.is_well(host)
        _hold(run, f"look {number}", about(report, pieces, healthy=healthy))
        if healthy:
            run.reached["end mended"] += 1
            return
        before = state.copy()
        for action in report.plan:
            if wrong := harm(before, host, action):
                run.broken.append(Broken("a harmful step", f"{action.diagnosis} {wrong}"))
            perform(state, host, action)
        if state.same(before):
            break
    _give_up(state, host, report, run)


def _give_up(state: World, host: Host, report: Report | None, run: Run) -> None:
    """What the plan cannot mend is escalated, or a person is told where to look."""
    plan = report.plan if report else ()
    escalates = any(action.kind == "escalate" for action in plan)
    for fault, kind in state.at(host):
        asked = {d for a in plan for d in (a.diagnosis, *a.also_for)}
        if kind.unknown or escalates:
            run.reached["end escalated"] += 1
        elif any(names(fault, one) for one in asked):
            run.reached["end left to a look"] += 1
        else:
            said = [f"{action.kind} {action.target}" for action in plan]
            told_of = f"{fault.kind} {fault.at}: {said}"
            run.broken.append(Broken("the plan does not mend the world", told_of))
