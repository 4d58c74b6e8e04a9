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
from ccexpert.verify.lint import evidence, form, others, sources, steps, uncited, vocabulary
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
        return [_unreadable(error, Path())]
    faults, components = fault_files(folders), component_files(folders)
    for read, paths in (
        (reader.read_card, card_files(folders)),
        (reader.read_faults, faults),
        (reader.read_components, components),
        (reader.read_overlay, overlay_files(folders)),
    ):
        findings += _read_all(read, paths)
    try:
        base = reader.base()
    except CcexpertError as error:
        return [*findings, _unreadable(error, Path())]
    around = Around(base, commands, references, complete=not findings)
    findings += _of_cards(around, upon, {*faults, *components})
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


def _read_all(read: Callable[[Path], None], paths: Iterable[Path]) -> Iterator[LintFinding]:
    for path in paths:
        try:
            read(path)
        except CcexpertError as error:
            yield from (_unreadable(one, path) for one in (error, *error.further))


def _unreadable(error: CcexpertError, path: Path) -> LintFinding:
    """A finding for something that loading refuses; it carries its own file and line."""
    message, place = str(error), str(Place(error.where.file, error.where.line))
    for ending in (", ", ": "):
        message = message.removeprefix(place + ending)
    return LintFinding("schema", "error", str(path), error.where.line or 1, message)
