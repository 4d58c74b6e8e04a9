"""What a reader needs first, in three lines: what is wrong, how sure that is, and the next step."""

from __future__ import annotations

from collections import Counter

from ccexpert.diagnosis import IMPACTS, Diagnosis, PlainReport
from ccexpert.report.pieces import address, command_line, standing

#: The words for a certainty, from the surest down; how often each is right is what
#: ``make evaluate`` measures.
_SURENESS = ((0.9, "almost certain"), (0.7, "very likely"), (0.5, "likely"), (0.0, "possible"))


def lead(report: PlainReport, word: dict[str, str]) -> tuple[str, ...]:
    """The first lines of a report: the verdict, how sure it is, the next step if there is one."""
    lines = (_verdict(report, word), _sureness(report, word), _next(report, word))
    return tuple(line for line in lines if line)


def headed(report: PlainReport, word: dict[str, str]) -> tuple[str, ...]:
    """The first lines, with the host before the verdict."""
    verdict, *more = lead(report, word)
    return (f"{report.host}: {verdict}" if report.host else verdict, *more)


def sureness(certainty: float, word: dict[str, str]) -> str:
    """A certainty in words and as a number: ``very likely (0.74)``."""
    name = next(name for least, name in _SURENESS if certainty >= least)
    return f"{word[name]} ({certainty:.2f})"


def looked_at(report: PlainReport, word: dict[str, str]) -> str:
    """What the report rests on: ``Looked at 12 facts (9 process, 3 port)``."""
    kinds = Counter(fact.partition(" ")[0] for fact in report.facts).most_common()
    listed = f" ({', '.join(f'{n} {kind}' for kind, n in kinds)})" if kinds else ""
    return f"{word['looked at']} {_count(len(report.facts), 'fact', 'facts', word)}{listed}"


def _verdict(report: PlainReport, word: dict[str, str]) -> str:
    first = _first(report)
    return f"{first.title} ({address(first)})" if first else _sentence(standing(report, word))


def _sureness(report: PlainReport, word: dict[str, str]) -> str:
    first, facts = _first(report), _count(len(report.facts), "fact", "facts", word)
    if first is None:
        return f"{looked_at(report, word)}."
    impact = f"{word['impact'].lower()}: {word[IMPACTS[first.impact - 1]]}"
    more = len(report.diagnoses) - 1
    others = "; " + _count(more, "other diagnosis", "other diagnoses", word) if more else ""
    sure = _sentence(sureness(first.certainty, word))
    return f"{sure}, {impact}; {word['from']} {facts}{others}."


def _next(report: PlainReport, word: dict[str, str]) -> str:
    if report.plan:
        step = report.plan[0]
        by_hand = f"{word[step.kind]}: {step.text}"
        what = f"$ {command_line(step)}" if step.command else by_hand
        risk = f"{word['risk'].lower()}: {word[step.risk]}, {step.minutes:g} min"
        return f"{word['next']}: {what} ({risk})"
    if report.status != "ok" and report.unknown:
        look = report.unknown[0]
        return f"{word['next']}: {look.question} ({look.minutes:g} min)"
    return ""


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _first(report: PlainReport) -> Diagnosis | None:
    """The diagnosis to speak of; on a server where nothing is wrong there is none."""
    return None if report.status == "ok" else report.first


def _count(number: int, one: str, several: str, word: dict[str, str]) -> str:
    return f"{number} {word[one if number == 1 else several]}"
