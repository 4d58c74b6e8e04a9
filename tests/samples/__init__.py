"""Outputs as the documentation shows them, restated; and what the tests of observation share."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from ccexpert.facts import Fact
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.knowledge.packs import open_packs
from ccexpert.observe.interface import Circumstances, Configuration, Output, Outputs

FOLDER = Path(__file__).resolve().parent
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)

HEADER = (
    "12:09:54 >   Application server for Adobe Campaign Classic (7.X YY.R build XXX@SHA1) "
    "of DD/MM/YYYY\n"
)


def sample(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


@cache
def vocabulary() -> Vocabulary:
    return open_packs().vocabulary


def context(**fields: Any) -> Circumstances:
    return replace(Circumstances(vocabulary(), NOW), **fields)


def starting(*modules: str, off: tuple[str, ...] = ()) -> Configuration:
    """A configuration that starts these (``mta@prod``) and no others."""
    chosen = {**dict.fromkeys(modules, True), **dict.fromkeys(off, False)}
    places = ((name.partition("@"), starts) for name, starts in chosen.items())
    return Configuration(autostart={(m, instance): starts for (m, _, instance), starts in places})


def named(texts: dict[str, str | bytes]) -> Outputs:
    return {n: Output.of(t.encode() if isinstance(t, str) else t) for n, t in texts.items()}


def labels(facts: tuple[Fact, ...]) -> list[str]:
    return [fact.label for fact in facts]
