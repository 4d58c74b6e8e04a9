"""Which cards could say anything about a case: those of which some evidence finds all it names.

Works on the plain data of cards, before they are validated, so that a single diagnosis need not
read the other cards at all. It may let a card through that then says nothing; it never holds one
back that would.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ccexpert.knowledge.intake import Case, engine_fields
from ccexpert.knowledge.vocabulary import Vocabulary

Key = tuple[str, str]
"""A kind of fact and the name of the thing, ``*`` for any."""

_NAMES = ("signature", "name", "module", "port", "type")
_ANY = "*"


def keys_of(case: Case, vocabulary: Vocabulary) -> frozenset[Key]:
    """The things that the facts of a case are about."""
    found: set[Key] = set()
    for fact in case.facts:
        for kind, fields in engine_fields(fact, vocabulary):
            found.add((kind, _ANY))
            found.update((kind, str(fields[name])) for name in _NAMES if name in fields)
    return frozenset(found)


def with_conclusions(
    known: frozenset[Key], inferences: Iterable[Mapping[str, Any]]
) -> frozenset[Key]:
    """``known`` and everything that inferences could conclude from it, step by step."""
    found = set(known)
    waiting = list(inferences)
    while able := [i for i in waiting if _possible(i["when"], found)]:
        waiting = [i for i in waiting if i not in able]
        for inference in able:
            for pattern in inference["conclude"]:
                kind, fields = next(iter(pattern.items()))
                found |= _keys(kind, fields) | {(kind, _ANY)}
    return frozenset(found)


def concerns(card: Mapping[str, Any], known: frozenset[Key]) -> bool:
    """Whether some evidence of a card names only things that are known."""
    return any(_possible(evidence["when"], known) for evidence in card["evidence"])


def _possible(when: Iterable[Mapping[str, Any]], known: Iterable[Key]) -> bool:
    return all(any(key in known for key in keys) for keys in _wanted(when))


def _wanted(when: Iterable[Mapping[str, Any]]) -> Iterator[set[Key]]:
    """For each thing that must be there, the keys under which it could be."""
    for element in when:
        kind, fields = next(iter(element.items()))
        if kind == "any":
            yield {key for one in fields for k, f in one.items() for key in _keys(k, f)}
        elif kind != "not":
            yield _keys(kind, fields)


def _keys(kind: str, fields: Mapping[str, Any]) -> set[Key]:
    for name in _NAMES:
        value = fields.get(name)
        if isinstance(value, list):
            return {(kind, str(one)) for one in value}
        if value is not None and not str(value).startswith("$"):
            return {(kind, str(value))}
    return {(kind, _ANY)}
