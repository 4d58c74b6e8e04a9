"""Converts checked knowledge to plain JSON and back, and defines the file that holds it.

The file has three parts: a line with the checksum of the rest, a line with an index, and the
things themselves, which the index finds by their offsets.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache, cached_property
from typing import Any, Generic, NamedTuple, TypeVar, get_args, get_origin
from zlib import crc32

from ccexpert.facts.entries import Frozen
from ccexpert.knowledge.cards import Card, Conditions
from ccexpert.knowledge.patterns import Conjunction, Pattern, Variable, When

Kind = TypeVar("Kind")
Model = TypeVar("Model", bound=Frozen)


class Things:
    """The part of a compiled file after its index."""

    def __init__(self, text: bytes | memoryview = b"") -> None:
        self._text = text if isinstance(text, memoryview) else bytearray(text)

    def __bytes__(self) -> bytes:
        return bytes(self._text)

    def put(self, thing: Any) -> list[int]:
        """Append plain data to a file that is being written; returns its offsets."""
        assert isinstance(self._text, bytearray)
        start = len(self._text)
        self._text += _json(thing)
        return [start, len(self._text)]

    def get(self, at: list[int]) -> Any:
        """The plain data at these offsets."""
        return json.loads(bytes(self._text[at[0] : at[1]]))


def joined(index: Mapping[str, Any], things: Things) -> bytes:
    """The bytes of a compiled file."""
    body = _json(index) + b"\n" + bytes(things)
    return b"%08x\n" % crc32(body) + body


def parted(text: bytes) -> tuple[dict[str, Any], Things]:
    """Split a compiled file into index and things; raises ``ValueError`` if it is damaged."""
    begin = text.index(b"\n") + 1
    if text[: begin - 1] != b"%08x" % crc32(memoryview(text)[begin:]):
        raise ValueError("damaged")
    end = text.index(b"\n", begin)
    return json.loads(text[begin:end]), Things(memoryview(text)[end + 1 :])


def _json(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


class Lazily(Mapping[str, Kind], Generic[Kind]):
    """A mapping whose values are made when first asked for."""

    def __init__(self, places: Mapping[str, Any], make: Callable[[Any], Kind]) -> None:
        self._places, self._make = places, make
        self._made: dict[str, Kind] = {}

    def __getitem__(self, name: str) -> Kind:
        if name not in self._made:
            self._made[name] = self._make(self._places[name])
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


class Cards(Lazily[Card]):
    """Cards by id, read through the index, with what the index says about all of them."""

    def __init__(self, index: Mapping[str, Any], things: Things) -> None:
        super().__init__(
            {name: one["at"] for name, one in index["cards"].items()},
            lambda at: rebuilt(Card, things.get(at)),
        )
        self._index, self._things = index, things
        self._conditions = Lazily(
            {name: one["conditions"] for name, one in index["cards"].items()},
            lambda at: _conditions(things.get(at)),
        )

    @cached_property
    def speaking(self) -> Mapping[str, list[str]]:
        """The stored result of ``speaking_of``."""
        return self._things.get(self._index["speaking"])  # type: ignore[no-any-return]

    @cached_property
    def exact(self) -> list[str]:
        """The stored ids of the cards that name a cause."""
        return self._things.get(self._index["exact"])  # type: ignore[no-any-return]

    @cached_property
    def explains(self) -> Mapping[str, tuple[str, ...]]:
        """For each card that explains others, their ids."""
        found = self._things.get(self._index["explains"])
        return {name: tuple(others) for name, others in found.items()}

    def conditions(self, name: str) -> Conditions:
        """A card's conditions, read without rebuilding the card."""
        return self._conditions[name]


def _conditions(data: list[Any]) -> Conditions:
    evidence, certainties, actions = data
    return Conditions(
        tuple(_value(When, when) for when in evidence),
        tuple(certainties),
        tuple(_value(When, when) for when in actions),
    )


def plain(value: Any) -> Any:
    """Convert checked knowledge to plain data; fields that were not given are left out."""
    if isinstance(value, Frozen):
        given = sorted(value.model_fields_set)
        return {name: plain(getattr(value, name)) for name in given}
    if isinstance(value, When):
        return [[plain(c.positive), plain(c.negative)] for c in value.alternatives]
    if isinstance(value, Pattern):
        return [value.kind, [[name, plain(asked)] for name, asked in value.fields]]
    if isinstance(value, Variable):
        return value.name
    if isinstance(value, dict):
        return {str(name): plain(inner) for name, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, tuple) else value


def rebuilt(model: type[Model], data: Mapping[str, Any]) -> Model:
    """Reverse ``plain``. Nothing is checked again."""
    changed = {n: _value(kind, data[n]) for n, kind in _inside(model).items() if n in data}
    made: Any = model.model_construct(**{**data, **changed})
    return made  # type: ignore[no-any-return]


def _value(kind: Any, data: Any) -> Any:
    if data is None:
        return None
    if isinstance(kind, _ByName):
        return {name: _value(kind.kind, inner) for name, inner in data.items()}
    if kind is When:
        return When(
            tuple(
                Conjunction(tuple(map(_pattern, positive)), tuple(map(_pattern, negative)))
                for positive, negative in data
            )
        )
    if kind is Pattern and isinstance(data[0], str):
        return _pattern(data)
    if isinstance(data, list):
        return tuple(_value(kind, inner) for inner in data)
    if isinstance(data, dict):
        return (
            rebuilt(kind, data) if kind else {n: _value(None, inner) for n, inner in data.items()}
        )
    return data


def _pattern(data: list[Any]) -> Pattern:
    kind, fields = data
    return Pattern(
        kind,
        tuple((n, Variable(v) if isinstance(v, str) else tuple(v)) for n, v in fields),
    )


@cache
def _inside(model: type[Frozen]) -> dict[str, Any]:
    """Fields that need converting back, with the model each holds (None for a plain tuple)."""
    kinds = {name: _kind(field.annotation) for name, field in model.model_fields.items()}
    return {n: k for n, k in kinds.items() if k or _many(model.model_fields[n].annotation)}


class _ByName(NamedTuple):
    """A dictionary field whose values are of this kind."""

    kind: Any


def _kind(annotation: Any) -> Any:
    inner = get_args(annotation)
    if get_origin(annotation) is dict and (named := _kind(inner[1])):
        return _ByName(named)
    if inner:
        return next(filter(None, map(_kind, inner)), None)
    known = isinstance(annotation, type) and issubclass(annotation, (Frozen, When, Pattern))
    return annotation if known else None


def _many(annotation: Any) -> bool:
    return get_origin(annotation) is tuple or any(map(_many, get_args(annotation)))
