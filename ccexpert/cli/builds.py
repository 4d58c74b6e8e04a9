"""``ccexpert builds``: what is known against a build, and which build corrects a fault."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from ccexpert.cli.shared.options import LangOption, RulesOption, language, packs
from ccexpert.cli.shared.output import (
    ListFormatOption,
    OutputOption,
    TableFormatOption,
    emit,
    layout,
)
from ccexpert.cli.shared.say import say
from ccexpert.report.listing import listing
from ccexpert.report.words import words
from ccexpert.words import Language, Pair, Words, in_language

if TYPE_CHECKING:
    from ccexpert.knowledge.faults import Release

_WORDS: Words = {
    "build": Pair("build", "build"),
    "date": Pair("date", "datum"),
    "corrected": Pair("corrected in", "rättat i"),
    "component": Pair("component", "komponent"),
    "fault": Pair("fault", "fel"),
    "sees": Pair("what one sees", "vad som märks"),
    "faults": Pair("known faults corrected", "kända fel rättade"),
    "source": Pair("source", "källa"),
    "note": Pair("security", "säkerhet"),
    "withdrawn": Pair(
        "withdrawn: replaced for the sake of security", "indragen: ersatt av säkerhetsskäl"
    ),
    "security": Pair("closes holes in the security", "täpper till säkerhetshål"),
    "holes": Pair(
        "Holes in the security that later builds close are open.",
        "Säkerhetshål som senare buildar täpper till är öppna.",
    ),
}

Row = dict[str, object]


def builds(
    about: Annotated[
        str | None,
        typer.Argument(
            metavar="BUILD|WORDS",
            help="A build or a release (7.3.1); or a NEO number, a component or words of a fault.",
        ),
    ] = None,
    format_: ListFormatOption = "table",
    output: OutputOption = None,
    rules: RulesOption = None,
    lang: LangOption = None,
    table_format: TableFormatOption = "simple",
) -> None:
    """List what is known against a build: what later builds correct, by the release notes.

    With words, list the faults that they fit; with nothing, list the builds.
    """
    from ccexpert.knowledge.packs import roots
    from ccexpert.knowledge.reader import load_faults

    releases, spoken = load_faults(roots(packs(rules))), language(lang)
    if about is None:
        rows = list(_releases(releases, spoken))
    elif build := _build(about, releases):
        rows = list(_against(build, releases, spoken))
    else:
        rows = list(_found(about, releases, spoken))
    if not rows:
        say(
            f"no known fault fits '{about}'; give a build (9364), a release (7.3.1), or other words"
        )
    headings = words(spoken) | in_language(_WORDS, spoken)
    emit(listing(rows, headings, format_, layout(table_format)), output)


def _build(about: str, releases: Sequence[Release]) -> int | None:
    """The build that a number, or the name of a release such as 7.3.1, stands for: of several the
    first, against which most is known."""
    if about.isdecimal():
        return int(about[:20])  # more digits than any build has
    return next((r.build for r in releases if f"{r.version}.".startswith(f"{about}.")), None)


def _releases(releases: Sequence[Release], spoken: Language) -> Iterator[Row]:
    word = in_language(_WORDS, spoken)
    for each in releases:
        note = "withdrawn" if each.withdrawn else "security" if each.security else ""
        yield {
            "build": each.name,
            "date": each.date.isoformat(),
            "faults": len(each.faults),
            "note": word.get(note, ""),
            "source": each.source,
        }


def _against(build: int, releases: Sequence[Release], spoken: Language) -> Iterator[Row]:
    """Holes in the security first, then what later builds correct."""
    from ccexpert.knowledge.faults import known_against

    word = in_language(_WORDS, spoken)
    for each in releases:
        if each.build == build and each.withdrawn:
            yield _row(each, "", "security", word["withdrawn"])
    for each in [each for each in releases if each.build > build and each.security][-1:]:
        yield _row(each, "", "security", word["holes"])
    for each, fault in known_against(build, releases):
        yield _row(each, fault.component, fault.id, fault.sees.in_language(spoken))


def _found(said: str, releases: Sequence[Release], spoken: Language) -> Iterator[Row]:
    for each in releases:
        for fault in each.faults:
            if fault.concerns(said):
                yield _row(each, fault.component, fault.id, fault.sees.in_language(spoken))


def _row(release: Release, component: str, fault: str, sees: str) -> Row:
    return {
        "fault": fault.upper() if fault.startswith("neo-") else fault,
        "component": component,
        "sees": sees,
        "corrected": release.name,
        "source": release.source,
    }
