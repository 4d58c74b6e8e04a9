"""Knowledge made ready for quick starts: read and checked once, then kept as one file of JSON.

A run then parses no YAML, checks no card, and reads only what concerns its facts. The shipped
knowledge is compiled when the wheel is built and is part of the program. Anything else is compiled
when it is first read, into the user's cache, under a name made from every byte that went into it,
so that what is found there can never be stale. What others could have written, or what is damaged,
is not looked at; without a place to write, nothing is kept.

The file has three parts: a line with the checksum of the rest, a line with an index, and the
things themselves, which the index finds by where they stand.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, Generic, TypeVar, get_args
from zlib import crc32

from ccexpert.knowledge.patterns import Conjunction, Pattern, Variable, When
from ccexpert.knowledge.vocabulary import Entry, Frozen, Vocabulary

#: What the wheel has beside the shipped cards.
SHIPPED = "compiled.json"

_KEPT = 8

Kind = TypeVar("Kind")
Model = TypeVar("Model", bound=Frozen)


class Things:
    """The bytes of a compiled file behind its index."""

    def __init__(self, text: bytes = b"") -> None:
        self._text = bytearray(text)

    def __bytes__(self) -> bytes:
        return bytes(self._text)

    def put(self, thing: Any) -> list[int]:
        """Add plain data; returns where it stands."""
        start = len(self._text)
        self._text += _json(thing)
        return [start, len(self._text)]

    def get(self, at: list[int]) -> Any:
        """The plain data that stands there."""
        return json.loads(self._text[at[0] : at[1]])


def joined(index: Mapping[str, Any], things: Things) -> bytes:
    """A compiled file."""
    body = _json(index) + b"\n" + bytes(things)
    return b"%08x\n" % crc32(body) + body


def parted(text: bytes) -> tuple[dict[str, Any], Things]:
    """The index and the things of a compiled file; ``ValueError`` when it is damaged."""
    checksum, _, body = text.partition(b"\n")
    if checksum != b"%08x" % crc32(body):
        raise ValueError("damaged")
    index, _, things = body.partition(b"\n")
    return json.loads(index), Things(things)


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


def put_vocabulary(vocabulary: Vocabulary, things: Things) -> dict[str, Any]:
    """What the index says of a vocabulary."""
    return {
        "words": vocabulary.words,
        "entries": {
            kind: {entry.name: things.put(plain(entry)) for entry in vocabulary.entries(kind)}
            for kind in vocabulary.words
        },
    }


def get_vocabulary(index: Mapping[str, Any], things: Things) -> Vocabulary:
    """The vocabulary of which the index says this."""

    def entry(at: list[int]) -> Entry:
        return rebuilt(Entry, things.get(at))

    entries = {kind: Lazily(places, entry) for kind, places in index["entries"].items()}
    return Vocabulary(index["words"], entries)


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
    inside = _inside(model)
    made: Any = model.model_construct(**{n: _value(inside[n], v) for n, v in data.items()})
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
    """For each field, the kind of knowledge in it, if any."""
    return {name: _kind(field.annotation) for name, field in model.model_fields.items()}


def _kind(annotation: Any) -> Any:
    inner = get_args(annotation)
    if inner:
        return next(filter(None, map(_kind, inner)), None)
    known = isinstance(annotation, type) and issubclass(annotation, (Frozen, When, Pattern))
    return annotation if known else None


def digest_of(texts: Iterable[tuple[str, bytes]]) -> str:
    """A fingerprint of named texts."""
    from hashlib import blake2b

    hashed = blake2b(digest_size=16)
    for name, text in texts:
        hashed.update(f"{name}\0{len(text)}\0".encode(errors="surrogateescape") + text)
    return hashed.hexdigest()


def place(digest: str) -> Path:
    """Where what was compiled from texts with this fingerprint is kept, by this program."""
    from platformdirs import user_cache_path

    here = sorted(Path(__file__).parent.glob("*.py"))
    name = digest_of([(digest, b""), *((path.name, path.read_bytes()) for path in here)])
    return user_cache_path("ccexpert") / f"knowledge-{name}.json"


def trusted(path: Path) -> bytes:
    """The bytes of a file that nobody but this user (or root) can have written; ``OSError`` for
    others."""
    with path.open("rb") as stream:
        if os.name == "posix":
            status = os.fstat(stream.fileno())
            if status.st_uid not in (0, os.geteuid()) or status.st_mode & 0o022:
                raise PermissionError(f"others may write to {path}")
        return stream.read()


def keep(target: Path, text: bytes) -> None:
    """Write a compiled file beside its place and rename it; drop the oldest beyond a few."""
    import tempfile

    with suppress(OSError):
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=target.parent, suffix=".tmp")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(text)
            Path(beside).replace(target)
        except OSError:
            Path(beside).unlink()
            raise
        old = sorted(target.parent.glob("knowledge-*.json"), key=lambda p: p.stat().st_mtime)
        for path in old[:-_KEPT]:
            path.unlink()
