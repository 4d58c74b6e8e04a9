"""The build of a server: the number that its banner gives, and the ranges that cards ask for.

Numbers grow with time and through all versions (6.1, 7, 8), so that they alone tell the older build
from the newer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, Self, cast

from pydantic import Field, model_validator

from ccexpert.errors import KnowledgeError
from ccexpert.facts.entries import NonEmpty, Text
from ccexpert.facts.names import UNSAID, FreeText, Word
from ccexpert.facts.observed import YES_NO, Asked, Face, Named, Observed
from ccexpert.facts.spelling import SpellingEntry

if TYPE_CHECKING:
    from ccexpert.facts.vocabulary import Vocabulary

_FORM = re.compile(r"(?P<sign>[<>]=?)?(?P<first>\d{3,6})(?:-(?P<last>\d{3,6}))?")
_LARGEST = 999_999
_BEFORE = re.compile(r"The build is older than (?P<build>\d+) \((?P<version>[\d.]+)\)")


class BuildRange(NamedTuple):
    """Builds from ``least`` to ``most``, both included."""

    least: int
    most: int

    def holds(self, number: int) -> bool:
        """Whether a build lies in the range."""
        return self.least <= number <= self.most

    def tells(self, builds: BuildRange) -> bool | None:
        """Whether all these builds lie in the range, or none does; None if some do."""
        if self.least <= builds.least and builds.most <= self.most:
            return True
        return False if builds.most < self.least or self.most < builds.least else None

    @property
    def others(self) -> BuildRange | None:
        """The builds outside of it; None if they are no single range."""
        if self.least == 0:
            return BuildRange(self.most + 1, _LARGEST)
        return BuildRange(0, self.least - 1) if self.most == _LARGEST else None


def read_range(text: str) -> BuildRange:
    """Read ``<9364``, ``<=9364``, ``>9364``, ``>=9364``, ``9364`` or ``9032-9182``;
    ``KnowledgeError`` for anything else, and for a range that no build can lie in."""
    found = _FORM.fullmatch(text)
    if not found or (found["sign"] and found["last"]):
        raise _refused(text)
    first = int(found["first"])
    read = {
        None: BuildRange(first, int(found["last"] or first)),
        "<": BuildRange(0, first - 1),
        "<=": BuildRange(0, first),
        ">": BuildRange(first + 1, _LARGEST),
        ">=": BuildRange(first, _LARGEST),
    }[found["sign"]]
    if read.least > read.most:
        raise _refused(text)
    return read


def _refused(text: str) -> KnowledgeError:
    return KnowledgeError(
        f"'{text}' is not a range of builds", advice="write <9364, >=9364, 9364 or 9032-9182"
    )


def release_facts(version: str, vocabulary: Vocabulary) -> tuple[dict[str, Any], ...]:
    """What the name of a release (``7.3.1``, or ``7.3`` for all of these) says of the build, by the
    builds before each release that the vocabulary knows; nothing of one that it does not know."""
    known = sorted(_first_builds(vocabulary))
    own = [build for build, name in known if f"{name}.".startswith(f"{version}.")]
    if not own:
        return ()
    later = [build for build, _ in known if build > own[-1]]
    facts = [{"kind": "build", "within": f"before-{own[0]}", "present": False}]
    facts += [
        {"kind": "build", "within": f"before-{build}", "present": True} for build in later[:1]
    ]
    return tuple(facts)


def _first_builds(vocabulary: Vocabulary) -> Iterator[tuple[int, str]]:
    for entry in vocabulary.entries("build"):
        named = _BEFORE.fullmatch(entry.title.en)
        if named and entry.name == f"before-{named['build']}":
            yield int(named["build"]), named["version"]


class BuildEntry(SpellingEntry):
    """A range of builds that cards ask for."""

    range: NonEmpty
    """``<9364``, ``<=9364``, ``>9364``, ``>=9364``, ``9364`` or ``9032-9182``."""

    @property
    def builds(self) -> BuildRange:
        """The builds in it."""
        return read_range(self.range)

    @model_validator(mode="after")
    def _is_a_range(self) -> Self:
        read_range(self.range)
        return self


class BuildFact(Observed):
    """The build that a server runs: its number, or whether it lies in a range of the vocabulary.

    Rules see every range of the vocabulary, and whether the number lies in it.
    """

    KEY = ("number", "within")
    SEEN = "present"
    ANSWERS = YES_NO
    NORMAL = "false"
    ALARMING = frozenset()
    BACKGROUND = True
    ASKED = Asked(
        Text(en="Which of these builds is it?", sv="Vilken av de här buildarna är det?"),
        one_look=True,
    )
    ENTRY = BuildEntry
    NAMES = ("range",)
    RULES = MappingProxyType({"range": Named("build"), "present": bool, "host": str})
    IMPLIED = MappingProxyType({"present": True})
    UNSEEN = Observed.UNSEEN | {"version"}

    kind: Literal["build"]
    number: int | None = Field(None, ge=1, le=999_999, description="as the banner shows it: 9364")
    within: Annotated[Word | None, Named("build")] = Field(
        None, description="a range of the vocabulary, where the number itself is not known"
    )
    present: bool = Field(True, description="whether the build lies in the range")
    version: FreeText | None = Field(None, description="the version beside it, such as 7.3.4")

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if (self.number is None) == (self.within is None):
            raise ValueError("a build needs either its number or a range it lies within")
        if self.number is not None and not self.present:
            raise ValueError("a build with a number is the one that runs: leave 'present' out")
        return self

    @property
    def label(self) -> str:
        """``build 9364``, or ``build before-9080 = true``."""
        return f"build {self.number}" if self.within is None else super().label

    def _thing(self) -> str:
        return self.within or str(self.number)

    def faces(self, vocabulary: Vocabulary) -> tuple[Face, ...]:
        """One for each range, with whether the build lies in it."""
        host = self.host or UNSAID
        return tuple(
            Face("build", {"host": host, "range": name, "present": inside})
            for name, inside in self._ranges(vocabulary)
        )

    def _ranges(self, vocabulary: Vocabulary) -> Iterator[tuple[str, bool]]:
        builds = self._builds(vocabulary)
        if builds is None:
            yield str(self.within), self.present
            return
        for entry in vocabulary.entries("build"):
            inside = cast(BuildEntry, entry).builds.tells(builds)
            if inside is not None:
                yield entry.name, inside

    def _builds(self, vocabulary: Vocabulary) -> BuildRange | None:
        """The builds that it can be; None if they are no single range."""
        if self.number is not None:
            return BuildRange(self.number, self.number)
        entry = vocabulary.get("build", str(self.within))
        builds = cast(BuildEntry, entry).builds if entry else None
        return builds if self.present or builds is None else builds.others

    @classmethod
    def said(cls, name: tuple[str, ...], answer: str, vocabulary: Vocabulary) -> dict[str, Any]:
        """A build that lies in the range, or does not."""
        return {"kind": "build", "within": name[0], "present": answer == "true"}
