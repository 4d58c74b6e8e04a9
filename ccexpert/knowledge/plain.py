"""Checked knowledge as plain JSON and back, and the file that it is kept in.

The file has three parts: a line with the checksum of the rest, a line with an index, and the
things themselves, which the index finds by where they stand.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, Generic, TypeVar, get_args, get_origin
from zlib import crc32

from ccexpert.knowledge.cards import Card, Conditions
from ccexpert.knowledge.patterns import Conjunction, Pattern, Variable, When
from ccexpert.knowledge.vocabulary import Frozen

Kind = TypeVar("Kind")
Model = TypeVar("Model", bound=Frozen)


class Things:
    """The bytes of a compiled file behind its index."""

    def __init__(self, text: bytes | memoryview = b"") -> None:
        self._text = text if isinstance(text, memoryview) else bytearray(text)

    def __bytes__(self) -> bytes:
        return bytes(self._text)

    def put(self, thing: Any) -> list[int]:
        """Add plain data, in a file that is being made; returns where it stands."""
        assert isinstance(self._text, bytearray)
        start = len(self._text)
        self._text += _json(thing)
        return [start, len(self._text)]

    def get(self, at: list[int]) -> Any:
        """The plain data that stands there."""
        return json.loads(bytes(self._text[at[0] : at[1]]))


def joined(index: Mapping[str, Any], things: Things) -> bytes:
    """A compiled file."""
    body = _json(index) + b"\n" + bytes(things)
    return b"%08x\n" % crc32(body) + body


def parted(text: bytes) -> tuple[dict[str, Any], Things]:
    """The index and the things of a compiled file; ``ValueError`` when it is damaged."""
    begin = text.index(b"\n") + 1
    if text[: begin - 1] != b"%08x" % crc32(memoryview(text)[begin:]):
        raise ValueError("damaged")
    end = text.index(b"\n", begin)
    return json.loads(text[begin:end]), Things(memoryview(text)[end + 1 :])


def _json(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


class Lazily(Mapping[str, Kind], Generic[Kind]):
    """Things by name, each made when it is first asked for."""

    def __init__(self, places: Mapping[str, list[int]], make: Callable[[list[int]], Kind]) -> None:
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
    """Cards by their ids, as an index says where they stand."""

    def __init__(self, index: Mapping[str, Any], things: Things) -> None:
        super().__init__(
            {name: one["at"] for name, one in index.items()},
            lambda at: rebuilt(Card, things.get(at)),
        )
        self._index, self._things = index, things

    def conditions(self, name: str) -> Conditions:
        """Those of a card, which is itself not read for them."""
        evidence, actions = self._things.get(self._index[name]["conditions"])
        return (
            tuple(_value(When, when) for when in evidence),
            tuple(_value(When, when) for when in actions),
        )


def plain(value: Any) -> Any:
    """Checked knowledge as plain data; what was left out stays out."""
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
    """What ``plain`` was given. Nothing is checked again."""
    changed = {n: _value(kind, data[n]) for n, kind in _inside(model).items() if n in data}
    made: Any = model.model_construct(**{**data, **changed})
    return made  # type: ignore[no-any-return]


def _value(kind: Any, data: Any) -> Any:
    if data is None:
        return None
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
    return rebuilt(kind, data) if kind and isinstance(data, dict) else data


def _pattern(data: list[Any]) -> Pattern:
    kind, fields = data
    return Pattern(
        kind,
        tuple((n, Variable(v) if isinstance(v, str) else tuple(v)) for n, v in fields),
    )


@cache
def _inside(model: type[Frozen]) -> dict[str, Any]:
    """The fields that are not kept as they are, and the kind of knowledge in each, if any."""
    kinds = {name: _kind(field.annotation) for name, field in model.model_fields.items()}
    return {n: k for n, k in kinds.items() if k or _many(model.model_fields[n].annotation)}


def _kind(annotation: Any) -> Any:
    inner = get_args(annotation)
    if inner:
        return next(filter(None, map(_kind, inner)), None)
    known = isinstance(annotation, type) and issubclass(annotation, (Frozen, When, Pattern))
    return annotation if known else None


def _many(annotation: Any) -> bool:
    return get_origin(annotation) is tuple or any(map(_many, get_args(annotation)))
