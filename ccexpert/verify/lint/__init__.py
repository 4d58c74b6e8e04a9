"""Lint: checks the form of the knowledge; every finding has a file and a line.

Everything that loading refuses is a finding, and so is knowledge that loads but cannot be right.
The checks are grouped by subject: a card as a whole (``form``), its ``evidence``, its ``steps``,
its relation to ``others``, its ``sources``, the ``vocabulary``, and what is ``uncited``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import chain
from pathlib import Path

from ccexpert.errors import CcexpertError, Place
from ccexpert.knowledge.base import KnowledgeBase
from ccexpert.knowledge.cards import Card
from ccexpert.knowledge.packs import shipped
from ccexpert.knowledge.reader import (
    Reader,
    card_files,
    component_files,
    fault_files,
    load_commands,
    overlay_files,
)
from ccexpert.knowledge.references import known_references
from ccexpert.verify.lint import (
    evidence,
    form,
    others,
    sources,
    steps,
    uncited,
    unread,
    vocabulary,
)
from ccexpert.verify.lint.finding import Around, LintFinding, Severity, located

__all__ = ["LintFinding", "Severity", "lint"]

#: The checks of one card.
_CHECKS = (form.check, evidence.check, steps.check, others.check, sources.check)


def lint(folders: tuple[Path, ...], upon: KnowledgeBase | None = None) -> list[LintFinding]:
    """Check all packs in ``folders``; ``upon`` is the checked knowledge that they extend."""
    findings: list[LintFinding] = []
    everywhere = tuple(dict.fromkeys((shipped(), *folders)))
    try:
        reader = Reader(folders, upon=upon)
        commands, references = load_commands(everywhere), known_references(everywhere)
    except CcexpertError as error:
        return _refused(error, Path())
    refused: dict[Path, CcexpertError] = {}
    faults, components = fault_files(folders), component_files(folders)
    for read, paths in (
        (reader.read_card, card_files(folders)),
        (reader.read_faults, faults),
        (reader.read_components, components),
        (reader.read_overlay, overlay_files(folders)),
    ):
        refused |= _read_all(read, paths)
    for path, mistake in refused.items():
        findings += _refused(mistake, path)
    try:
        base = reader.base()
    except CcexpertError as error:
        return [*findings, *_refused(error, Path())]
    around = Around(base, commands, references, complete=not findings)
    findings += _of_cards(around, upon, {*faults, *components})
    for path in refused.keys() & set(card_files(folders)):
        findings += _rest(path, refused[path], around)
    findings += vocabulary.check(around, folders, upon.vocabulary if upon else None)
    if around.complete:
        findings += chain.from_iterable(uncited.check(around, folder) for folder in folders)
    return sorted(findings, key=lambda f: (f.file, f.line, f.check, f.message))


def _of_cards(
    around: Around, upon: KnowledgeBase | None, made: Collection[Path]
) -> Iterator[LintFinding]:
    """What is wrong with the cards and inferences that are not those of ``upon``. Of the cards that
    the program writes, those of the files ``made``, only the sources can be wrong."""
    base = around.base
    own = [card for card in base.cards.values() if upon is None or card.id not in upon.cards]
    for card in own:
        checks = (sources.check,) if base.sources[card.id] in made else _CHECKS
        on_card = chain.from_iterable(check(card, around) for check in checks)
        yield from located(base.sources[card.id], on_card)
    yield from others.circles(own, base)
    for inference in base.inferences.values():
        if upon is None or inference.id not in upon.inferences:
            cited = sources.check_inference(inference, around)
            yield from located(base.sources[inference.id], cited)


def _read_all(
    read: Callable[[Path], None], paths: Iterable[Path]
) -> Iterator[tuple[Path, CcexpertError]]:
    """Read these files; the errors of those that cannot be read."""
    for path in paths:
        try:
            read(path)
        except CcexpertError as error:
            yield path, error


def _rest(path: Path, error: CcexpertError, around: Around) -> Iterator[LintFinding]:
    """What else is wrong with a card that cannot be read; a line with a mistake is told once."""
    mistakes = _refused(error, path)
    for found in unread.rest_of(path, error, around.base.vocabulary):
        if isinstance(found, Card):
            on_card = chain.from_iterable(check(found, around) for check in _CHECKS)
            told = {mistake.line for mistake in mistakes}
            yield from (f for f in located(path, on_card) if f.line not in told)
        else:
            mistakes.append(_unreadable(found, path))
            yield mistakes[-1]


def _refused(error: CcexpertError, path: Path) -> list[LintFinding]:
    """A finding for each mistake for which loading refuses a file."""
    return [_unreadable(one, path) for one in (error, *error.further)]


def _unreadable(error: CcexpertError, path: Path) -> LintFinding:
    """A finding for something that loading refuses; it carries its own file and line."""
    message, place = str(error), str(Place(error.where.file, error.where.line))
    for ending in (", ", ": "):
        message = message.removeprefix(place + ending)
    return LintFinding("schema", "error", str(path), error.where.line or 1, message)
