"""Pieces of a report that several formats share: a command, a place, a time, a fact."""

from __future__ import annotations

import re
import shlex
import subprocess
import textwrap
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Protocol

from ccexpert.diagnosis import Action, Diagnosis, Evidence, PlainReport
from ccexpert.facts import KINDS
from ccexpert.facts.names import addressed

#: What references name: a page of the product's documentation, an article of its support, others.
_PAGE = re.compile(r"help/[\w./-]+\.md")
_ARTICLE = re.compile(r"KA-\d{5}")
_ADDRESS = re.compile(r"https://[\w.-]+(?:/[\w./#?=&%~+-]*)?")


def standing(report: PlainReport, word: dict[str, str]) -> str:
    """The status in words of a sentence: ``no problems found``."""
    return word["no problems" if report.status == "ok" else report.status]


class Placed(Protocol):
    """Something that belongs to a module and possibly to an instance."""

    @property
    def module(self) -> str:
        """The module."""

    @property
    def instance(self) -> str | None:
        """The instance, if there is one."""


def command_line(action: Action) -> str:
    """The command as one line to paste, quoted for its platform; empty without a command."""
    if not action.command:
        return ""
    if action.platform == "windows":
        return subprocess.list2cmdline(action.command)
    return " ".join(map(_quoted, action.command))


def _quoted(word: str) -> str:
    """A word for a shell; one with single quotes stands in double quotes, which people can read."""
    if "'" in word and not set(word) & set('"\\$`!\n'):
        return f'"{word}"'
    return shlex.quote(word)


def address(found: Placed) -> str:
    """``mta@prod`` or ``mta``."""
    return addressed(found.module, found.instance)


def located(diagnosis: Diagnosis, report: PlainReport) -> str:
    """The place, with the host if the report covers several: ``mta@prod (app-1)``."""
    host = diagnosis.host if report.host is None else None
    return f"{address(diagnosis)} ({host})" if host else address(diagnosis)


def counts_less(evidence: Evidence, word: dict[str, str]) -> str:
    """Why a reason counts less than its card gives it, in words; empty when it counts in full."""
    if not (evidence.accounted_by or evidence.contained):
        return ""
    alone = "" if evidence.alone is None else f"{word['alone']} {evidence.alone:+.2f}; "
    if evidence.accounted_by:
        return f"{alone}{word['counts less']} {evidence.accounted_by}"
    return alone + word["adds nothing"]


def follows(action: Action, word: dict[str, str]) -> str:
    """Which steps of the plan a step follows, in words; empty when it follows none."""
    return f"{word['after']} {', '.join(map(str, action.after))}" if action.after else ""


def step_hosts(action: Action, report: PlainReport) -> tuple[str, ...]:
    """The hosts that need a step, if the report covers several; else none."""
    if report.host is not None:
        return ()
    wanted_by = (action.diagnosis, *action.also_for)
    return tuple(sorted({d.host for d in report.diagnoses if d.host and d.id in wanted_by}))


def moment(time: str) -> str:
    """A time from the report for people: in UTC, to the minute."""
    return datetime.fromisoformat(time).astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def fact_line(fact: dict[str, object]) -> str:
    """A fact from a document on one line, as evidence cites it: ``process mta@prod = running``."""
    try:
        return KINDS[str(fact["kind"])].model_validate(fact).label
    except (KeyError, ValueError):  # a report of another version
        return " ".join(f"{k}={v}" for k, v in fact.items())


def indented(text: str, width: int, first: str = "", rest: str = "  ") -> str:
    """``text`` wrapped between words; ``first`` and ``rest`` stand before its lines."""
    return textwrap.fill(
        text,
        width,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def link(reference: str) -> str:
    """The public page that a reference names; empty for a site's own sources."""
    if _PAGE.fullmatch(reference):
        return f"https://github.com/AdobeDocs/campaign-classic.en/blob/HEAD/{reference}"
    if _ARTICLE.fullmatch(reference):
        return f"https://github.com/AdobeDocs/experience-cloud-kcs.en/blob/HEAD/articles/{reference}.md"
    return reference if _ADDRESS.fullmatch(reference) else ""


def first_of(lines: Sequence[str], limit: int) -> list[str]:
    """The first ``limit`` lines, and how many more there are."""
    more = [f"… (+{len(lines) - limit})"] if len(lines) > limit else []
    return [*lines[:limit], *more]


def with_risk(action: Action, word: dict[str, str]) -> str:
    """A step of the plan with its risk: ``start: Start … (risk: low, 2 min)``."""
    risk = f"{word['risk'].lower()}: {word[action.risk]}, {action.minutes:g} min"
    return f"{word[action.kind]}: {action.text} ({risk})"
