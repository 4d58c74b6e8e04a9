"""Components: the parts of the product that people complain of by name, as data of their own.

Each file in ``rules/components`` lists parts with what people call them, where they speak, what is
seen when something is wrong with them, and the page about them. The program adds an entry to the
vocabulary for each, so that a complaint in words becomes a fact, and a card that says where to look
first. Such a card names a place and no cause: it never stands above a finding, it restarts nothing,
and what is seen counts for it only while nothing else accounts for that (``rank/places.py``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import Field

from ccexpert.facts import KINDS
from ccexpert.facts.entries import Frozen, NonEmpty, Text, Words
from ccexpert.knowledge.fields import CARD_ID

#: Where parts speak that have no log file.
_SPEAKS: dict[str, tuple[str, str]] = {
    "workflow-journal": ("the journal of the workflow", "arbetsflödets journal"),
    "delivery-journal": ("the journal of the delivery", "leveransens journal"),
    "job-journal": ("the journal of the job", "jobbets journal"),
    "console": ("the details of the message on the screen", "meddelandets detaljer på skärmen"),
    "postupgrade": ("the output of the postupgrade", "utskriften från postupgrade"),
    "web-server": ("the error log of the web server", "webbserverns fellogg"),
    "database": ("the log of the database server", "databasserverns logg"),
    "system": ("the log of the operating system", "operativsystemets logg"),
}


class Component(Frozen):
    """One part of the product."""

    id: str = Field(pattern=CARD_ID)
    module: NonEmpty
    """The module that it belongs to."""
    name: Text
    """What it is called within a sentence."""
    called: Words = Words()
    """What people call it."""
    impact: int = Field(2, ge=1, le=4)
    """How much stands still without it; what others need weighs more."""
    signs: dict[NonEmpty, tuple[NonEmpty, ...]] = Field(default_factory=dict)
    """By kind of fact: what is seen when something is wrong with it, whatever the cause."""
    logs: tuple[NonEmpty, ...] = Field(min_length=1)
    """Where it speaks: ``_SPEAKS``, or a log file below ``var/<instance>/log``."""
    workflows: tuple[NonEmpty, ...] = ()
    """The technical workflows that it needs."""
    screen: NonEmpty | None = None
    """Where its account or its settings are."""
    page: NonEmpty
    """The page to read."""


class ComponentsFile(Frozen):
    """One file of components."""

    components: tuple[Component, ...]


def words_of(components: Iterable[Component]) -> Iterator[dict[str, Any]]:
    """A file of the vocabulary: what each component is called in complaints."""
    entries = [_entry(each) for each in components]
    yield {"kind": "complaint", "topic": "components", "entries": entries}


def _entry(part: Component) -> dict[str, Any]:
    return {
        "name": part.id,
        "title": _told(part),
        "question": {
            "en": f"Is something wrong with {part.name.en}?",
            "sv": f"Är något fel med {part.name.sv}?",
        },
        "help": _read(part),
        "minutes": 2,
        "aliases": part.called.model_dump(),
        "references": [part.page],
    }


def card_of(part: Component) -> dict[str, Any]:
    """The card of a component, as a file would state it."""
    return {
        "id": f"trouble-with-{part.id}",
        "module": part.module,
        "verdict": "fault",
        "impact": part.impact,
        "general": True,
        "complaint": True,
        "title": _told(part),
        "meaning": {
            "en": f"Something is wrong with {part.name.en}; nothing seen so far names a cause. "
            "These are the first places to look.",
            "sv": f"Något är fel med {part.name.sv}; inget som setts hittills anger någon orsak. "
            "Här är de första ställena att titta på.",
        },
        "evidence": [
            {
                "when": [{"complaint": {"about": part.id, "present": True}}],
                "certainty": "suggestive",
                "because": {
                    "en": f"The complaint names {part.name.en}.",
                    "sv": f"Klagomålet nämner {part.name.sv}.",
                },
            },
            *_seen(part),
        ],
        "actions": list(_actions(part)),
        "references": [part.page],
    }


def _seen(part: Component) -> Iterator[dict[str, Any]]:
    """What its signs say where no diagnosis accounts for them (``rank/places.py``)."""
    for kind, names in part.signs.items():
        for sign in _ports(names) if kind == "port" else [{KINDS[kind].NAMES[0]: list(names)}]:
            yield {
                "when": [{kind: sign | {KINDS[kind].SHOWN: _alarming(kind)}}],
                "certainty": "weak",
                "because": {
                    "en": f"This is a sign of trouble with {part.name.en}.",
                    "sv": f"Det är ett tecken på problem med {part.name.sv}.",
                },
            }


def _ports(names: Iterable[str]) -> Iterator[dict[str, Any]]:
    for name in names:
        port, protocol = name.split("/")
        yield {"port": int(port), "protocol": protocol}


def _alarming(kind: str) -> Any:
    """The states that are trouble, whatever the thing: questions offer the states of all signs."""
    if kind == "probe":
        return ["error", "timeout"]
    states = sorted(KINDS[kind].ALARMING)
    return True if states == ["true"] else states


def _told(part: Component) -> dict[str, str]:
    return {"en": f"Trouble with {part.name.en}", "sv": f"Problem med {part.name.sv}"}


def _read(part: Component) -> dict[str, str]:
    en, sv = (" / ".join(_SPEAKS.get(log, (log, log))[i] for log in part.logs) for i in (0, 1))
    return {
        "en": f"Read {en} from the time of the trouble. The innermost message names the cause.",
        "sv": f"Läs {sv} från tiden för felet. Det innersta meddelandet anger orsaken.",
    }


def _actions(part: Component) -> Iterator[dict[str, Any]]:
    """The first checks: its messages, its technical workflows, its settings, what differs."""
    yield _check(part, _read(part), 5)
    if part.workflows:
        named = ", ".join(part.workflows)
        yield _check(
            part,
            {
                "en": f"Administration > Production > Technical workflows: see whether {named} "
                "runs and what its journal says.",
                "sv": f"Administration > Production > Technical workflows: se om {named} körs och "
                "vad dess journal säger.",
            },
            3,
        )
    if part.screen:
        yield _check(
            part,
            {
                "en": f"Compare the settings with the documentation: {part.screen}.",
                "sv": f"Jämför inställningarna med dokumentationen: {part.screen}.",
            },
            5,
        )
    yield _check(
        part,
        {
            "en": "Find one that works, for another operator, another object or before a change, "
            "and compare: what differs is where the cause lies.",
            "sv": "Hitta en som fungerar, för en annan operatör, ett annat objekt eller före en "
            "ändring, och jämför: det som skiljer är var orsaken finns.",
        },
        10,
    )


def _check(part: Component, text: dict[str, str], minutes: int) -> dict[str, Any]:
    return {
        "kind": "check",
        "target": part.id.replace("-", " "),
        "text": text,
        "minutes": minutes,
        "references": [part.page],
    }
