"""How fast the next question is chosen, with all knowledge, over all reported cases."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator

from tabulate import tabulate

from ccexpert import Expert
from ccexpert.consult import Consultation
from tests.bench.measure import Timing
from tests.evaluate.questions import Scenario, field_scenarios, said

#: Answers a case; most consultations are over before.
_ANSWERS = 20


def report() -> None:
    """Print the time from an answer to the next question, and of the choice alone."""
    expert = Expert().warm()
    scenarios = list(field_scenarios(expert))
    list(_answered(expert, scenarios))  # what each card says of things is worked out once
    gc.collect()
    gc.disable()
    try:
        rows = [_row("from an answer to the next question", _answered(expert, scenarios))]
        rows.append(_row("of that: the choice", _chosen(expert, scenarios)))
    finally:
        gc.enable()
    headers = ("what", "times", "median ms", "99 % ms", "most ms")
    print(tabulate(rows, headers, floatfmt=".2f"))
    print()


def _row(name: str, seconds: Iterator[float]) -> tuple[object, ...]:
    timing = Timing(tuple(seconds))
    figures = (timing.median, timing.percentile(0.99), max(timing.seconds))
    return (name, len(timing.seconds), *(1000 * figure for figure in figures))


def _answered(expert: Expert, scenarios: list[Scenario]) -> Iterator[float]:
    for scenario in scenarios:
        session = Consultation(expert)
        session.answer(scenario.complaints(session) or "unknown")
        for _ in range(_ANSWERS):
            question = session.question()
            if question is None:
                break
            answers = {thing: scenario.answer(thing) for thing in question.things}
            answer = said(question, answers) if answers else "prod"
            start = time.perf_counter()
            session.answer(answer)
            session.question()
            yield time.perf_counter() - start


def _chosen(expert: Expert, scenarios: list[Scenario]) -> Iterator[float]:
    """The same without matching and ranking the facts, which every diagnosis needs."""
    from ccexpert.facts.document import document_of
    from ccexpert.inquiry.policy import Situation

    for _ in range(2):
        seconds = []
        for scenario in scenarios:
            case = expert.settle([document_of(scenario.facts)])
            situation = Situation(*expert.examine(case))
            start = time.perf_counter()
            expert.policy.choose(expert.policy.offers(situation), "")
            seconds.append(time.perf_counter() - start)
    yield from seconds
