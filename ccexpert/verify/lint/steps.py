"""Checks the steps of a card: their commands, their risks, what leads to them, and what shows
success."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches

from ccexpert.certainty import FINDING
from ccexpert.errors import Steps
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.knowledge.cards import ActionRule, Card
from ccexpert.knowledge.commands import RISKS, find_command
from ccexpert.knowledge.patterns import Conjunction, Pattern
from ccexpert.verify.lint.evidence import wider
from ccexpert.verify.lint.finding import Around, Found

_PLATFORMS = ("linux", "windows")
_INTERRUPTS = ("interrupts-service", "loses-data")
_ADDRESSED = ("start", "stop", "restart")

#: A file or a process of the host: a command can look at it.
_OF_THE_HOST = re.compile(r"\.(?:log|xml|ini|conf|sh)$|^\w+@")

#: ``mta@prod``, ``mta*@$instance``: the star covers the children of the module too.
_ADDRESS = re.compile(r"(?P<module>[\w$]+)\*?(?:@.*)?")


def check(card: Card, around: Around) -> Iterator[Found]:
    """Findings about the steps of a card."""
    for number, action in enumerate(card.actions):
        path: Steps = ("actions", number)
        for found in (
            _commands(action, around),
            _quoted(action),
            _by_name(action, around.base.vocabulary),
            _what_leads_to_it(action),
            _what_shows_it(action, card),
            _weak_signs(action, card),
        ):
            yield from (Found(f.check, (*path, *f.path), f.message, f.severity) for f in found)


def _commands(action: ActionRule, around: Around) -> Iterator[Found]:
    if action.command is None:
        if action.kind == "check" and _OF_THE_HOST.search(action.target):
            yield Found("missing-command", (), _NO_COMMAND.format(target=action.target), "warning")
        return
    for platform in _PLATFORMS:
        argv = action.command.on(platform)
        if argv is None:
            if platform not in action.command.model_fields_set:
                yield Found("missing-platform", ("command",), _NOT_SAID.format(platform=platform))
            continue
        command = find_command(argv, around.commands)
        shown = " ".join(argv)
        if command is None:
            where: Steps = ("command", platform)
            near = get_close_matches(shown, (" ".join(c.argv) for c in around.commands), 1, 0.8)
            meant = f", did you mean '{near[0]}'?" if near else ""
            yield Found(
                "unknown-command",
                where,
                f"'{shown}' is not an allowed command{meant}; those of the pack stand in its "
                "facts/commands.yaml",
            )
        elif RISKS.index(action.risk) < RISKS.index(command.risk):
            yield Found(
                "risk-too-small",
                ("risk",),
                f"'{shown}' has risk {command.risk}, the action says {action.risk}",
            )


_NO_COMMAND = (
    "a command can look at {target}: add it, or write 'command: {{linux: null, windows: null}}' "
    "where there can be none"
)


def _quoted(action: ActionRule) -> Iterator[Found]:
    """PowerShell cuts a path with blanks in two unless it stands in quotes of its own."""
    argv = (action.command.windows if action.command else None) or ()
    if argv[:2] == ("powershell", "-Command"):
        for word in argv[2:]:
            if _BLANK_IN_PATH.match(word):
                said = f"PowerShell cuts {word} at its blanks: write '''{word}'''"
                yield Found("unquoted-path", ("command", "windows"), said)


#: A path with a blank that begins without a quote.
_BLANK_IN_PATH = re.compile(r"[A-Za-z]:\\\S* ")

_NOT_SAID = (
    "there is no command for {platform}: add it, or write '{platform}: null' where there can be "
    "none"
)


def _by_name(action: ActionRule, vocabulary: Vocabulary) -> Iterator[Found]:
    """Modules that cannot be started, stopped or restarted by name."""
    for platform in _PLATFORMS:
        argv = (action.command.on(platform) if action.command else None) or ()
        named = argv[:1] == ("nlserver",) and len(argv) > 2 and argv[1] in _ADDRESSED
        if not named or argv[2].startswith("<"):  # whoever carries it out puts the name
            continue
        found = _ADDRESS.fullmatch(argv[2])
        name = found["module"] if found else argv[2]
        entry = vocabulary.module(name)
        if entry is None or not entry.by_name:
            able = ", ".join(module.name for module in vocabulary.modules if module.by_name)
            yield Found(
                "not-startable",
                ("command", platform),
                f"'nlserver {argv[1]}' does not take {name}; it takes: {able}",
            )


def _what_leads_to_it(action: ActionRule) -> Iterator[Found]:
    if action.kind == "start" and action.when is None:
        yield Found(
            "unconditional-start", (), "a start needs 'when': the state it answers", "warning"
        )
    if action.kind == "restart" and action.risk in ("none", "low"):
        yield Found("risk-too-small", ("risk",), "a restart always interrupts something")


def _what_shows_it(action: ActionRule, card: Card) -> Iterator[Found]:
    """Refuse a ``verify`` that was already true before the step."""
    if action.verify is None:
        return
    for way in _ways(action, card):
        held = next((p for p in way.positive if _both(p, action.verify)), None)
        runs = action.verify.kind == "process" and action.verify.answers == {"running"}
        if held:
            why = f"it holds where {held} leads to the step"
        elif action.kind == "restart" and runs and not _speaks_of(way, action.verify):
            why = "a process that is restarted ran before; take its log, a probe or the symptom"
        elif action.kind == "restart" and _looks_elsewhere(action.verify, way, card):
            why = "no evidence speaks of it, so it may have been so before; take what was wrong"
        else:
            continue
        yield Found("verify-already", ("verify",), f"'{action.verify}' shows nothing: {why}")
        return


def _weak_signs(action: ActionRule, card: Card) -> Iterator[Found]:
    """Refuse an interruption that rests on one sign that a healthy server may also show."""
    if action.kind in ("check", "start") or action.risk not in _INTERRUPTS or action.references:
        return
    for evidence in card.evidence:
        for way in evidence.when.alternatives if evidence.certainty >= FINDING else ():
            if len(way.positive) == 1 and _suffices(way.positive[0], action):
                yield Found(
                    "weak-sign",
                    ("when",) if action.when else (),
                    f"{way.positive[0]} alone leads to a step that {_DOES[action.risk]}: ask for "
                    "a second sign in 'when', or name in 'references' of the step the page that "
                    "prescribes it",
                )
                return


_DOES = {"interrupts-service": "interrupts the service", "loses-data": "loses data"}


def _is_weak(pattern: Pattern) -> bool:
    """Whether it asks for a symptom, a circumstance, or a figure that is only high."""
    return pattern.kind in ("symptom", "context") or (
        pattern.kind == "indicator" and "warning" in pattern.answers
    )


def _suffices(sign: Pattern, action: ActionRule) -> bool:
    """Whether the step is offered for a fact with no more than this weak sign."""
    return _is_weak(sign) and (
        action.when is None
        or any(
            all(_is_weak(wanted) and _both(wanted, sign) for wanted in way.positive)
            for way in action.when.alternatives
        )
    )


def _ways(action: ActionRule, card: Card) -> Iterator[Conjunction]:
    """The ways in which facts lead to a step."""
    whens = [action.when] if action.when else [e.when for e in card.evidence if e.certainty > 0]
    for when in whens:
        yield from when.alternatives


def _speaks_of(way: Conjunction, thing: Pattern) -> bool:
    """Whether a way requires exactly this thing to be in another state than wanted."""
    return any(wider(thing.thing, p.thing) and p.excludes(thing) for p in way.positive)


def _looks_elsewhere(shown: Pattern, way: Conjunction, card: Card) -> bool:
    """Whether the probe that shows success is one that the card never found wrong or right, and no
    process that fails leads to the step."""
    spoken = (p for e in card.evidence for w in e.when.alternatives for p in w.positive)
    return (
        shown.kind == "probe"
        and shown.answers == {"ok"}  # whoever stops the service wants an empty list
        and all(p.kind != "process" for p in way.positive)
        and not any(wider(shown.thing, p.thing) or wider(p.thing, shown.thing) for p in spoken)
    )


def _both(one: Pattern, other: Pattern) -> bool:
    """Whether one fact may match both."""
    return one.kind == other.kind and not one.excludes(other)
