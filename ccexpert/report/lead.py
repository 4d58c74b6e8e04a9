"""What a reader needs first, in three lines: what is wrong, how sure that is, and the next step."""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Sequence

from ccexpert.diagnosis import IMPACTS, Diagnosis, PlainReport
from ccexpert.report.pieces import address, command_line, indented, standing

#: The words for a certainty, from the surest down; how often each is right is what
#: ``make evaluate`` measures.
_SURENESS = ((0.9, "almost certain"), (0.7, "very likely"), (0.5, "likely"), (0.0, "possible"))

#: A line with a command: that of the next step, or one of the plan.
_COMMAND = re.compile(r"(?:\): |^ *)\$ ")


def lead(report: PlainReport, word: dict[str, str]) -> tuple[str, ...]:
    """The first lines of a report: the verdict, how sure it is, the next step if there is one."""
    lines = ("".join(_verdict(report, word)), "".join(_sureness(report, word)), _next(report, word))
    return tuple(line for line in lines if line)


def headed(report: PlainReport, word: dict[str, str]) -> tuple[str, ...]:
    """The first lines, with the host before the verdict."""
    verdict, *more = lead(report, word)
    return (_of_host(report) + verdict, *more)


def on_screen(report: PlainReport, word: dict[str, str], width: int) -> tuple[str, ...]:
    """The first lines above a whole report: the verdict and how sure it is fill one line each, so
    that the next step begins on the third. What they leave out stands below."""
    verdict, *place = _verdict(report, word)
    first = _fitting([_of_host(report) + verdict, *place], width)
    return (first, _fitting(_sureness(report, word), width), *lead(report, word)[2:])


def wrapped(line: str, width: int, rest: str = "  ") -> str:
    """A line wrapped between words, unless it ends in a command: half of one must never be run."""
    return line if ends_in_command(line) else indented(line, width, "", rest)


def ends_in_command(line: str) -> bool:
    """Whether a line must stay whole, because somebody may copy it."""
    return bool(_COMMAND.search(line))


def _of_host(report: PlainReport) -> str:
    return f"{report.host}: " if report.host else ""


def _fitting(parts: Sequence[str], width: int) -> str:
    """As many of the parts as fit on a line; the first is cut between words if it must be."""
    for most in range(len(parts), 0, -1):
        if len(line := "".join(parts[:most])) <= width:
            return line
    return textwrap.shorten(parts[0], width, placeholder=" …", break_on_hyphens=False)


def sureness(certainty: float, word: dict[str, str]) -> str:
    """A certainty in words and as a number: ``very likely (0.74)``."""
    name = next(name for least, name in _SURENESS if certainty >= least)
    return f"{word[name]} ({certainty:.2f})"


def looked_at(report: PlainReport, word: dict[str, str]) -> str:
    """What the report rests on: ``Looked at 12 facts (9 process, 3 port)``."""
    kinds = Counter(fact.partition(" ")[0] for fact in report.facts).most_common()
    listed = f" ({', '.join(f'{n} {kind}' for kind, n in kinds)})" if kinds else ""
    return f"{word['looked at']} {_count(len(report.facts), 'fact', 'facts', word)}{listed}"


def _verdict(report: PlainReport, word: dict[str, str]) -> tuple[str, ...]:
    """What is wrong, and where."""
    first = _first(report)
    if first is None:
        return (_sentence(standing(report, word)),)
    return first.title, f" ({address(first)})"


def _sureness(report: PlainReport, word: dict[str, str]) -> tuple[str, ...]:
    """How sure it is; what that rests on; what else may be wrong."""
    first, facts = _first(report), _count(len(report.facts), "fact", "facts", word)
    if first is None:
        return (f"{looked_at(report, word)}.",)
    impact = f"{word['impact'].lower()}: {word[IMPACTS[first.impact - 1]]}"
    sure = f"{_sentence(sureness(first.certainty, word))}, {impact}"
    more = len(report.diagnoses) - 1
    others = "; " + _count(more, "other diagnosis", "other diagnoses", word) if more else ""
    return sure, f"; {word['from']} {facts}", f"{others}."


def _next(report: PlainReport, word: dict[str, str]) -> str:
    """The next step, its risk first: a command ends the line, where it can be copied."""
    if report.plan:
        step = report.plan[0]
        risk = f"{word['risk'].lower()}: {word[step.risk]}, {step.minutes:g} min"
        by_hand = f"{word[step.kind]}: {step.text}"
        what = f"$ {command_line(step)}" if step.command else by_hand
        return f"{word['next']} ({risk}): {what}"
    if report.status != "ok" and report.unknown:
        look = report.unknown[0]
        return f"{word['next']} ({look.minutes:g} min): {look.question}"
    if report.status == "undetermined":
        return f"{word['next']} ({word['risk'].lower()}: {word['none']}): $ ccexpert consult"
    return ""


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _first(report: PlainReport) -> Diagnosis | None:
    """The diagnosis to speak of; on a server where nothing is wrong there is none."""
    return None if report.status == "ok" else report.first


def _count(number: int, one: str, several: str, word: dict[str, str]) -> str:
    return f"{number} {word[one if number == 1 else several]}"
