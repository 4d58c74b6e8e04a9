"""Known faults of builds: what release notes say was corrected, as data of its own.

Each file in ``rules/faults`` lists releases, and each release what it corrected. Each fault becomes
a card, for its texts a signature, and a complaint that is like it, so that ranking, plan and
consultation treat it like any other. Its card is general: it never stands above an exact cause of
the same facts. It counts for little while the build is not known, and is ruled out by its
correction. ``ccexpert builds`` finds them by build, component and words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated

from pydantic import Field

from ccexpert.facts.entries import Frozen, NonEmpty, Text
from ccexpert.facts.spelling import Spelling
from ccexpert.knowledge.fields import CARD_ID

BuildNumber = Annotated[int, Field(ge=1, le=999_999)]


class KnownFault(Frozen):
    """One fault that a build corrected."""

    id: str = Field(pattern=CARD_ID)
    """The number of the release notes, such as ``neo-38546``; else a name."""
    component: NonEmpty
    """The module that has the fault."""
    sees: Text
    """What one sees, in one sentence."""
    texts: tuple[NonEmpty, ...] = ()
    """Texts that it writes."""
    signatures: tuple[NonEmpty, ...] = ()
    """Entries of the vocabulary that its texts have already."""
    symptoms: tuple[NonEmpty, ...] = ()
    """Symptoms of the vocabulary that fit it closely."""
    articles: tuple[NonEmpty, ...] = ()
    """Support articles about it."""

    def concerns(self, words: str) -> bool:
        """Whether its id, its component or its texts hold these words, in any case."""
        said = (self.id, self.component, self.sees.en, self.sees.sv, *self.texts)
        return words.casefold() in "\n".join(said).casefold()


class Release(Frozen):
    """One build and what it corrected."""

    build: BuildNumber
    version: NonEmpty
    date: date
    source: NonEmpty
    """The page of the release notes."""
    security: bool = False
    """Whether it closes holes in the security."""
    withdrawn: bool = False
    """Whether a later build replaced it at once for the sake of security."""
    commands: tuple[Spelling, ...] = ()
    """The commands that are written differently on the builds before it."""
    faults: tuple[KnownFault, ...]

    @property
    def name(self) -> str:
        """``9352 (7.3.1)``."""
        return f"{self.build} ({self.version})"


def known_against(build: int, releases: Iterable[Release]) -> Iterator[tuple[Release, KnownFault]]:
    """What later builds correct, each fault with the build that corrects it."""
    later = (release for release in releases if release.build > build)
    return ((release, fault) for release in later for fault in release.faults)


class FaultsFile(Frozen):
    """One file of releases."""

    releases: tuple[Release, ...]
