"""Lint: what is wrong with the form of the knowledge, each finding with its file and line.

Everything that loading refuses is a finding; so is what loads but cannot be right: evidence that
can never match or stands twice, cards that can never be reached, circles of causes, commands nobody
has allowed, risks told too small, certainties above what their source supports, and texts left
unfinished.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import combinations
from pathlib import Path
from typing import Any, Literal

from ccexpert.certainty import SYMPTOM_LIMIT, THRESHOLD, combine
from ccexpert.errors import CcexpertError, KnowledgeError
from ccexpert.facts import DEFAULT_INSTANCE
from ccexpert.knowledge.base import KnowledgeBase
from ccexpert.knowledge.cards import ActionRule, Card, EvidenceRule
from ccexpert.knowledge.commands import RISKS, find_command
from ccexpert.knowledge.patterns import Conjunction, Pattern, Variable
from ccexpert.knowledge.reader import Reader, card_files, load_commands, overlay_files
from ccexpert.knowledge.vocabulary import Text, Vocabulary
from ccexpert.reading import Where, read_source

Severity = Literal["error", "warning"]

#: Nothing that its source only implies may be surer than this.
IMPLIED_LIMIT = 0.7

_UNFINISHED = re.compile(r"\b(TODO|FIXME|TBD|XXX)\b")
_SYMPTOMS = frozenset({"symptom"})


@dataclass(frozen=True)
class LintFinding:
    """One thing that is wrong with the knowledge."""

    check: str
    """The name of the check, such as ``dead-evidence``."""
    severity: Severity
    file: str
    line: int
    message: str


@dataclass(frozen=True)
class _Found:
    """A finding before its line is looked up."""

    check: str
    path: Where
    message: str
    severity: Severity = "error"


def lint(folders: tuple[Path, ...], only: Path | None = None) -> list[LintFinding]:
    """Check all packs in ``folders``; with ``only``, report on files below that folder alone."""
    findings: list[LintFinding] = []
    try:
        reader = Reader(folders)
        commands = load_commands(folders)
    except CcexpertError as error:
        return [_unreadable(error, Path())]
    for read, paths in (
        (reader.read_card, card_files(folders)),
        (reader.read_overlay, overlay_files(folders)),
    ):
        findings += _read_all(read, paths)
    try:
        base = reader.base()
    except CcexpertError as error:
        return [*findings, _unreadable(error, Path())]
    for card in base.cards.values():
        path = base.sources[card.id]
        if only is None or path.is_relative_to(only):
            findings += _located(path, _check_card(card, base, commands))
    findings += _circles(base)
    return sorted(
        (f for f in findings if only is None or Path(f.file).is_relative_to(only)),
        key=lambda f: (f.file, f.line, f.check, f.message),
    )


def _read_all(read: Callable[[Path], None], paths: Iterable[Path]) -> Iterator[LintFinding]:
    for path in paths:
        try:
            read(path)
        except CcexpertError as error:
            yield _unreadable(error, path)


def _unreadable(error: CcexpertError, path: Path) -> LintFinding:
    line = re.search(r", line (\d+)", error.where)
    return LintFinding("schema", "error", str(path), int(line[1]) if line else 1, str(error))


def _located(path: Path, found: Iterable[_Found]) -> Iterator[LintFinding]:
    found = list(found)
    source = read_source(path, KnowledgeError) if found else None
    for f in found:
        line = source.line(f.path) if source else 1
        yield LintFinding(f.check, f.severity, str(path), line, f.message)


def _check_card(card: Card, base: KnowledgeBase, commands: Any) -> Iterator[_Found]:
    yield from _examples(card)
    yield from _texts(card.model_dump(), ())
    yield from _translations(card)
    for number, evidence in enumerate(card.evidence):
        yield from _evidence(evidence, ("evidence", number), card, base.vocabulary)
    yield from _doubles(card)
    yield from _reach(card)
    for number, action in enumerate(card.actions):
        yield from _action(action, ("actions", number), commands)
    yield from _explains(card, base)
    if not card.references:
        yield _Found("no-reference", ("id",), "the card names no source")
    if not card.false_positives:
        yield _Found("no-false-positives", ("id",), "the card names no false positive", "warning")


def _examples(card: Card) -> Iterator[_Found]:
    expected = [example.expect for example in card.examples]
    kinds = {
        "fires ({rank: n})": any(isinstance(e, dict) and "rank" in e for e in expected),
        "does not fire (silent or ruled-out)": any(isinstance(e, str) for e in expected),
        "lets a rival win ({below: id} or {explained-by: id})": any(
            isinstance(e, dict) and "rank" not in e for e in expected
        ),
    }
    for kind, there in kinds.items():
        if not there:
            yield _Found("missing-example", ("examples",), f"no example that {kind}")


def _texts(data: Any, path: Where) -> Iterator[_Found]:
    """Unfinished words anywhere in the texts of a card."""
    if isinstance(data, str) and _UNFINISHED.search(data):
        yield _Found("unfinished", path, f"unfinished text: '{data[:60]}'")
    items = data.items() if isinstance(data, dict) else enumerate(data) if _is_list(data) else ()
    for step, value in items:
        yield from _texts(value, (*path, step))


def _is_list(data: Any) -> bool:
    return isinstance(data, (list, tuple))


def _translations(card: Card) -> Iterator[_Found]:
    texts: list[tuple[Where, Text]] = [(("title",), card.title), (("meaning",), card.meaning)]
    texts += [(("evidence", i, "because"), e.because) for i, e in enumerate(card.evidence)]
    texts += [(("actions", i, "text"), a.text) for i, a in enumerate(card.actions)]
    for path, text in texts:
        if text.en == text.sv and len(text.en.split()) > 2:
            yield _Found("untranslated", path, "the Swedish text is the English one")


def _evidence(
    evidence: EvidenceRule, path: Where, card: Card, vocabulary: Vocabulary
) -> Iterator[_Found]:
    for conjunction in evidence.when.alternatives:
        for reason in _never(conjunction, vocabulary):
            yield _Found("dead-evidence", (*path, "when"), reason)
    for one, other in combinations(evidence.when.alternatives, 2):
        if _includes(one, other) or _includes(other, one):
            yield _Found("subsumed-evidence", (*path, "when"), "one alternative includes another")
    basis = evidence.basis or card.basis
    if basis != "documented" and evidence.certainty > IMPLIED_LIMIT:
        yield _Found(
            "too-certain",
            (*path, "certainty"),
            f"what is only {basis} gets at most {IMPLIED_LIMIT}, not {evidence.certainty}",
        )
    for pattern in evidence.when.negatives:
        yield _Found(
            "negation",
            (*path, "when"),
            f"'not {pattern}' holds whenever nobody looked: unseen is not absent",
            "warning",
        )


def _includes(one: Conjunction, other: Conjunction) -> bool:
    """Whether every case that satisfies ``other`` satisfies ``one`` too."""
    return all(any(_wider(w, n) for n in other.positive) for w in one.positive) and set(
        one.negative
    ) <= set(other.negative)


def _wider(one: Pattern, other: Pattern) -> bool:
    """Whether every fact that matches ``other`` matches ``one``."""
    if one.kind != other.kind:
        return False
    theirs = dict(other.fields)
    return all(_covers(wanted, theirs.get(field)) for field, wanted in one.fields)


def _covers(wanted: Any, given: Any) -> bool:
    if isinstance(wanted, Variable) or isinstance(given, Variable):
        return bool(wanted == given)
    return given is not None and set(given) <= set(wanted)


def _never(conjunction: Conjunction, vocabulary: Vocabulary) -> Iterator[str]:
    """Why no facts could ever satisfy a conjunction."""
    joined: dict[str, set[str]] = {"multi": set(), "mono": set()}
    for pattern in conjunction.positive:
        if pattern.kind != "process":
            continue
        modules = [str(module) for module in pattern.literals("module")]
        entries = [entry for m in modules if (entry := vocabulary.get("module", m))]
        kinds = {entry.instances for entry in entries}
        instance = pattern.get("instance")
        if isinstance(instance, Variable) and len(kinds) == 1:
            joined.setdefault(kinds.pop(), set()).add(instance.name)
        elif (
            isinstance(instance, tuple) and kinds == {"multi"} and DEFAULT_INSTANCE not in instance
        ):
            yield f"{modules[0]} has one process for all instances, called {DEFAULT_INSTANCE}"
    for name in sorted(joined["multi"] & joined["mono"]):
        yield f"${name} joins a process of all instances with a process of one instance"


def _doubles(card: Card) -> Iterator[_Found]:
    counted = Counter(
        (conjunction, evidence.certainty > 0)
        for evidence in card.evidence
        for conjunction in set(evidence.when.alternatives)
    )
    for (conjunction, _), times in counted.items():
        if times > 1:
            shown = " and ".join(map(str, conjunction.positive))
            yield _Found("duplicate-evidence", ("evidence",), f"stands {times} times: {shown}")


def _reach(card: Card) -> Iterator[_Found]:
    positive = [e for e in card.evidence if e.certainty > 0]
    if combine(e.certainty for e in positive) < THRESHOLD:
        yield _Found(
            "unreachable", ("evidence",), f"all its evidence together stays below {THRESHOLD}"
        )
    symptoms = [e.certainty for e in positive if _symptoms_suffice(e)]
    if combine(symptoms) > SYMPTOM_LIMIT + 1e-9:
        yield _Found(
            "symptoms-too-certain",
            ("evidence",),
            f"symptoms alone bring it to {combine(symptoms):.2f}, more than {SYMPTOM_LIMIT}",
        )


def _symptoms_suffice(evidence: EvidenceRule) -> bool:
    return any(
        all(pattern.kind in _SYMPTOMS for pattern in conjunction.positive)
        for conjunction in evidence.when.alternatives
    )


def _action(action: ActionRule, path: Where, commands: Any) -> Iterator[_Found]:
    for platform in ("linux", "windows"):
        argv = action.command.on(platform) if action.command else None
        if argv is None:
            continue
        command = find_command(argv, commands)
        where = (*path, "command", platform)
        if command is None:
            yield _Found("unknown-command", where, f"'{' '.join(argv)}' is not an allowed command")
        elif RISKS.index(action.risk) < RISKS.index(command.risk):
            yield _Found(
                "risk-too-small",
                (*path, "risk"),
                f"'{' '.join(argv)}' has risk {command.risk}, the action says {action.risk}",
            )
    if action.kind == "start" and action.when is None:
        yield _Found(
            "unconditional-start", path, "a start needs 'when': the state it answers", "warning"
        )
    if action.kind == "restart" and action.risk in ("none", "low"):
        yield _Found("risk-too-small", (*path, "risk"), "a restart always interrupts something")


def _explains(card: Card, base: KnowledgeBase) -> Iterator[_Found]:
    for number, glob in enumerate(card.explains):
        if not any(fnmatchcase(other, glob) for other in base.cards if other != card.id):
            yield _Found("explains-nothing", ("explains", number), f"no card is called '{glob}'")


def _circles(base: KnowledgeBase) -> Iterator[LintFinding]:
    """Causes that, through their consequences, explain themselves."""
    done: set[str] = set()

    def visit(card: str, trail: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        if card in trail:
            yield trail[trail.index(card) :]
            return
        if card in done:
            return
        for consequence in sorted(base.consequences[card]):
            yield from visit(consequence, (*trail, card))
        done.add(card)

    for card in base.cards:
        for circle in visit(card, ()):
            path = base.sources[circle[0]]
            message = " explains ".join((*circle, circle[0]))
            found = _Found("circle", ("explains",), message)
            yield from _located(path, [found])
