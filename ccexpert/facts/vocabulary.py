"""The vocabulary: everything that can be observed, in the words operators use.

Reads the files of ``facts/`` into one ``Vocabulary``, which resolves names and aliases (in any
case) to entries and recognises error signatures in texts. Formats: ``facts/README.md``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Self, cast

from ccexpert.errors import FactsError, KnowledgeError
from ccexpert.facts.entries import Entry, ErrorEntry, ModuleEntry, PortEntry
from ccexpert.facts.names import DEFAULT_INSTANCE
from ccexpert.facts.recognised import Recognition

if TYPE_CHECKING:
    from ccexpert.facts.files import VocabularyFile

#: So many names can be listed as allowed; more are looked up.
_FEW = 12


class Vocabulary:
    """All entries by kind and name, with the words people use for them.

    ``words`` maps each word to a name, by kind. ``twins`` is worked out unless it is known.
    """

    def __init__(
        self,
        words: Mapping[str, Mapping[str, str]],
        entries: Mapping[str, Mapping[str, Entry]],
        twins: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        self.words, self._entries = words, entries
        if twins is not None:
            self.twins = twins

    @classmethod
    def of(cls, files: Iterable[VocabularyFile], upon: Vocabulary | None = None) -> Self:
        """The vocabulary of these files, added to ``upon``; ``KnowledgeError`` if a name is not
        unique."""
        words = {kind: dict(names) for kind, names in upon.words.items()} if upon else {}
        entries = {kind: dict(known) for kind, known in upon._entries.items()} if upon else {}
        for file in files:
            for entry in file.entries:
                _add(
                    file.kind,
                    entry.model_copy(update={"topic": file.topic}),
                    words.setdefault(file.kind, {}),
                    entries.setdefault(file.kind, {}),
                )
        return cls(words, entries)

    @cached_property
    def twins(self) -> Mapping[str, Mapping[str, str]]:
        """By kind, the names whose question is that of another entry, each with that entry."""
        found = {
            kind: {entry.name: entry.same_as for entry in self.entries(kind) if entry.same_as}
            for kind in self._entries
        }
        return {kind: names for kind, names in found.items() if names}

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
        """The name of the entry that ``word`` stands for, in any case; None if there is none."""
        return self.words.get(kind, {}).get(word.strip().casefold())

    def require(self, kind: str, word: str) -> str:
        """Like ``resolve``, but raises an error with a *did you mean* for an unknown word."""
        name = self.resolve(kind, word)
        if name is None:
            allowed = self.names(kind)
            advice = "'ccexpert facts find WORDS' looks up names"
            if not allowed:
                advice = f"the vocabulary has none yet: add facts/{kind}/<topic>.yaml"
            few = allowed if len(allowed) <= _FEW else ()
            raise FactsError(
                f"unknown {kind} '{word}'",
                allowed=few,
                given=word,
                advice="" if few else advice,
                suggestions=allowed,
            )
        return name

    def default_instance(self, module: str) -> str | None:
        """``default`` for a module with one process for all instances, else None."""
        entry = self.module(module)
        return DEFAULT_INSTANCE if entry is not None and entry.instances == "multi" else None

    def module(self, name: str) -> ModuleEntry | None:
        """The module with exactly this name."""
        return cast("ModuleEntry | None", self.get("module", name))

    @property
    def modules(self) -> tuple[ModuleEntry, ...]:
        """All modules, by name."""
        return cast("tuple[ModuleEntry, ...]", self.entries("module"))

    def port(self, number: int, protocol: str) -> PortEntry | None:
        """A port."""
        return cast("PortEntry | None", self.get("port", f"{number}/{protocol}"))

    @property
    def ports(self) -> tuple[PortEntry, ...]:
        """All ports, by name."""
        return cast("tuple[PortEntry, ...]", self.entries("port"))

    def error(self, signature: str) -> ErrorEntry | None:
        """The signature with exactly this name."""
        return cast("ErrorEntry | None", self.get("error", signature))

    @property
    def errors(self) -> tuple[ErrorEntry, ...]:
        """All signatures, by name."""
        return cast("tuple[ErrorEntry, ...]", self.entries("error"))

    def is_family(self, signature: str) -> bool:
        """Whether a signature says what is wrong in general, whichever program says it."""
        entry = self.error(signature)
        return entry is not None and entry.is_family

    @cached_property
    def recognition(self) -> Recognition:
        """All signatures, ready to be recognised in messages."""
        return Recognition(self.errors)


def _add(kind: str, entry: Entry, words: dict[str, str], entries: dict[str, Entry]) -> None:
    """Add an entry; its names must be new."""
    if entry.name in entries:
        raise KnowledgeError(f"the {kind} '{entry.name}' is defined twice in the vocabulary")
    for word in (entry.name, *entry.aliases):
        other = words.setdefault(word.casefold(), entry.name)
        if other != entry.name:
            raise KnowledgeError(f"'{word}' names two {kind}s: '{other}' and '{entry.name}'")
    entries[entry.name] = entry
