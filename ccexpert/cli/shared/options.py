"""Options that several commands share, and their values."""

from __future__ import annotations

import os
import sys
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ccexpert.cli.shared.settings import setting
from ccexpert.cli.shared.tongue import LangOption as LangOption
from ccexpert.cli.shared.tongue import language as language
from ccexpert.errors import FactsError
from ccexpert.reading import SIZE_LIMIT, Source, decode, read_source

if TYPE_CHECKING:
    from ccexpert.expert import Expert
    from ccexpert.facts.vocabulary import Vocabulary

RulesOption = Annotated[
    list[Path] | None,
    typer.Option("--rules", help="Folder of a site pack; repeatable. Also: CCEXPERT_RULES."),
]
WaiversOption = Annotated[
    Path | None,
    typer.Option("--waivers", help="A file of waivers, in addition to those of the packs."),
]


#: Upper bounds of options: minutes (100 years), seconds (a day), counts.
MOST_MINUTES, MOST_SECONDS, MOST = 52_560_000, 86_400, 10**9


def finite(value: float | None) -> float | None:
    """Refuse ``nan``, which slips through the bounds of an option."""
    if value is not None and isnan(value):
        raise typer.BadParameter("must be a number")
    return value


def complete_id(incomplete: str) -> list[str]:
    """The ids of diagnoses that start with what was typed, for shell completion."""
    from ccexpert.knowledge.packs import cached

    return [card for card in cached().cards if card.startswith(incomplete)]


IdArgument = Annotated[
    str, typer.Argument(metavar="ID", help="The id of a diagnosis.", autocompletion=complete_id)
]


def packs(rules: list[Path] | None) -> tuple[Path, ...]:
    """The folders of site packs: from the option, else from ``CCEXPERT_RULES``, else as set."""
    if rules:
        return tuple(rules)
    if "CCEXPERT_RULES" not in os.environ:
        return setting("packs") or ()
    return tuple(Path(p) for p in os.environ.get("CCEXPERT_RULES", "").split(os.pathsep) if p)


def expert(rules: list[Path] | None) -> Expert:
    """An ``Expert`` with the shipped knowledge and the site's packs."""
    from ccexpert.expert import Expert  # the engine is loaded by commands that reason

    return Expert(packs(rules))


def vocabulary(rules: list[Path] | None) -> Vocabulary:
    """The vocabulary of the shipped knowledge and the site's packs."""
    from ccexpert.knowledge.packs import open_once

    return open_once(packs(rules)).vocabulary


def read_input(name: str) -> Source:
    """The text of a facts document: a file, or stdin for ``-``."""
    if name == "-":
        return decode(sys.stdin.buffer.read(SIZE_LIMIT + 1), "stdin", FactsError)
    return read_source(Path(name), FactsError)
