"""The vocabulary: everything that can be observed, in the words operators use.

Comes in: the files of ``facts/``. Goes out: one ``Vocabulary`` that resolves names and aliases
(upper and lower case alike) to entries, and recognises error signatures in texts. Formats:
``facts/README.md``.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from ccexpert.errors import FactsError, KnowledgeError
from ccexpert.facts import DEFAULT_INSTANCE, ErrorFact

Language = Literal["en", "sv"]
LANGUAGES: tuple[Language, ...] = ("en", "sv")

EntryKind = Literal[
    "module",
    "symptom",
    "probe",
    "port",
    "error",
    "log",
    "job",
    "workflow",
    "indicator",
    "setting",
    "context",
]

NonEmpty = Annotated[str, StringConstraints(min_length=1)]


class Frozen(BaseModel):
    """Base of everything read from knowledge files: strict, closed, immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Text(Frozen):
    """One text in both languages."""

    en: NonEmpty
    sv: NonEmpty

    def in_language(self, language: Language) -> str:
        """The text in ``language``."""
        return self.en if language == "en" else self.sv


class Words(Frozen):
    """Words in both languages."""

    en: tuple[NonEmpty, ...] = ()
    sv: tuple[NonEmpty, ...] = ()

    def __iter__(self) -> Iterator[str]:  # type: ignore[override]
        yield from self.en
        yield from self.sv


class Command(Frozen):
    """One command as argument lists, a platform each."""

    linux: tuple[NonEmpty, ...] | None = None
    windows: tuple[NonEmpty, ...] | None = None

    def on(self, platform: str) -> tuple[str, ...] | None:
        """The argument list for ``platform``, or None when there is no such command there."""
        return self.linux if platform == "linux" else self.windows


class Row(Frozen):
    """A module's row in the table of modules and frequent issues."""

    scope: Text
    troubleshooting: Text


class Entry(Frozen):
    """One thing that can be observed."""

    name: NonEmpty
    title: Text
    question: Text
    help: Text
    command: Command | None = None
    minutes: float = Field(gt=0)
    aliases: Words = Words()
    references: tuple[NonEmpty, ...] = ()
    topic: str = ""

    # module
    instances: Literal["multi", "mono", "none"] = "none"
    log: str | None = None
    row: Row | None = None
    # port
    port: int | None = None
    protocol: Literal["tcp", "udp"] | None = None
    module: str | None = None
    owners: tuple[NonEmpty, ...] = ()
    # error
    codes: tuple[NonEmpty, ...] = ()
    fragments: tuple[NonEmpty, ...] = ()


class VocabularyFile(Frozen):
    """One file of the vocabulary: entries of one kind and one topic."""

    kind: EntryKind
    topic: NonEmpty
    entries: tuple[Entry, ...]

    @model_validator(mode="after")
    def _kinds_have_their_fields(self) -> Self:
        for entry in self.entries:
            if self.kind == "error" and not (entry.codes or entry.fragments):
                raise KnowledgeError(f"the error '{entry.name}' needs codes or fragments")
            if self.kind == "port" and not (entry.port and entry.protocol):
                raise KnowledgeError(f"the port '{entry.name}' needs port and protocol")
        return self


class Vocabulary:
    """All entries, by kind and name, and the ways people call them.

    ``words`` gives the name that each way stands for, by kind.
    """

    def __init__(
        self, words: Mapping[str, Mapping[str, str]], entries: Mapping[str, Mapping[str, Entry]]
    ) -> None:
        self.words, self._entries = words, entries

    @classmethod
    def of(cls, files: Iterable[VocabularyFile]) -> Self:
        """The vocabulary of these files; ``KnowledgeError`` when a name is not its own."""
        words: dict[str, dict[str, str]] = {}
        entries: dict[str, dict[str, Entry]] = {}
        for file in files:
            for entry in file.entries:
                _add(
                    file.kind,
                    entry.model_copy(update={"topic": file.topic}),
                    words.setdefault(file.kind, {}),
                    entries.setdefault(file.kind, {}),
                )
        return cls(words, entries)

    def entries(self, kind: str) -> tuple[Entry, ...]:
        """All entries of one kind, by name."""
        known = self._entries.get(kind, {})
        return tuple(known[name] for name in sorted(known))

    def names(self, kind: str) -> tuple[str, ...]:
        """The names of one kind, sorted."""
        return tuple(sorted(self._entries.get(kind, {})))

    def get(self, kind: str, name: str) -> Entry | None:
        """The entry with exactly this name, if there is one."""
        return self._entries.get(kind, {}).get(name)

    def has(self, kind: str, name: str) -> bool:
        """Whether there is an entry with exactly this name."""
        return name in self._entries.get(kind, {})

    def resolve(self, kind: str, word: str) -> str | None:
        """The name of the entry that people call ``word``, whatever its case; None if there is
        none."""
        return self.words.get(kind, {}).get(word.strip().casefold())

    def require(self, kind: str, word: str) -> str:
        """As ``resolve``, but an unknown word is an error with a *did you mean*."""
        name = self.resolve(kind, word)
        if name is None:
            allowed = self.names(kind)
            raise FactsError(f"unknown {kind} '{word}'", allowed=allowed, given=word)
        return name

    def default_instance(self, module: str) -> str | None:
        """``default`` for a module with one process for all instances, else None."""
        entry = self.get("module", module)
        return DEFAULT_INSTANCE if entry is not None and entry.instances == "multi" else None

    def port_entry(self, port: int, protocol: str) -> Entry | None:
        """The entry of a port."""
        return self.get("port", f"{port}/{protocol}")

    @cached_property
    def _by_code(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for entry in self.entries("error"):
            for code in entry.codes:
                found[code.upper()] = (*found.get(code.upper(), ()), entry.name)
        return found

    @cached_property
    def _by_fragment(self) -> tuple[tuple[str, str], ...]:
        return tuple(
            (fragment.casefold(), entry.name)
            for entry in self.entries("error")
            for fragment in entry.fragments
        )

    def signatures(self, error: ErrorFact) -> tuple[str, ...]:
        """The names of all signatures that an error shows, by its code or by fragments of its
        text."""
        text = f"{error.type or ''} {error.text or ''}".casefold()
        codes = {code for code in self._by_code if code.casefold() in text}
        if error.code:
            codes.add(error.code.upper())
        found = {name for code in codes for name in self._by_code.get(code, ())}
        found |= {name for fragment, name in self._by_fragment if fragment in text}
        return tuple(sorted(found))


def _add(kind: str, entry: Entry, words: dict[str, str], entries: dict[str, Entry]) -> None:
    """One entry more; its names must be new."""
    if entry.name in entries:
        raise KnowledgeError(f"the {kind} '{entry.name}' is defined twice in the vocabulary")
    for word in (entry.name, *entry.aliases):
        other = words.setdefault(word.casefold(), entry.name)
        if other != entry.name:
            raise KnowledgeError(f"'{word}' names two {kind}s: '{other}' and '{entry.name}'")
    entries[entry.name] = entry
