"""Reads files as plain data and knows the line of everything in them.

The standard library parses JSON (YAML: see ``yaml_text``). This module adds positions for error
messages and refuses input that would silently lose something, such as duplicate keys.
"""

from __future__ import annotations

import json
import math
import os
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from pydantic import BaseModel, ValidationError

from ccexpert import json_text
from ccexpert.errors import CcexpertError, MissingInputError, Place, Steps

#: Facts documents and knowledge files are kilobytes; a larger file is a mistake.
SIZE_LIMIT = 16 * 1024 * 1024

#: The escape of half a surrogate pair; alone, it is not a valid character.
_HALF = re.compile(r"\\u[dD][89a-fA-F]")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")

Problem = type[CcexpertError]
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Source:
    """The text of a file, or of one line of it, with its origin."""

    name: str
    text: str
    only: int = 0
    """The line of the file (from 1) that the text is; 0 if it is the whole file."""

    @property
    def whole(self) -> Place:
        """The position of the whole text."""
        return Place(self.name, self.only)

    def place(self, path: Steps = ()) -> Place:
        """The position of the field at ``path``."""
        return Place(self.name, self.line(path), path)

    def line(self, path: Steps = ()) -> int:
        """The line (from 1) of the field at ``path``, or of its nearest existing parent; 0 without
        text."""
        if not self.text:
            return 0
        if self.only:
            return self.only
        try:
            return json_text.line_of(self.text, path)
        except (ValueError, RecursionError):  # not JSON, so YAML
            from ccexpert.yaml_text import line_of

            return line_of(self.text, path)


def read_source(path: Path, problem: Problem, limit: int = SIZE_LIMIT) -> Source:
    """Read a UTF-8 text file of at most ``limit`` bytes; raises ``problem`` if that fails."""
    return decode(read_raw(path, limit), str(path), problem, limit)


def files_below(folder: Path) -> list[Path]:
    """All plain files in a folder and its subfolders.

    Raises ``MissingInputError`` if a subfolder is unreadable, because a partial list would pass for
    a complete one.
    """

    def refuse(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):
            raise MissingInputError(f"cannot be read: {error.strerror}", Place(str(error.filename)))

    walk = os.walk(folder, onerror=refuse)
    paths = (Path(where, name) for where, _, names in walk for name in names)
    return sorted(path for path in paths if path.is_file())


def read_raw(path: Path, limit: int = SIZE_LIMIT) -> bytes:
    """The bytes of a file, at most ``limit`` plus one; ``MissingInputError`` with the reason if it
    cannot be read."""
    place = Place(str(path))
    try:
        if path.is_dir():
            raise MissingInputError("this is a directory, not a file", place)
        with path.open("rb") as stream:
            return stream.read(limit + 1)
    except FileNotFoundError:
        raise MissingInputError("there is no such file", place, "check the path") from None
    except OSError as error:
        raise MissingInputError(f"cannot be read: {error.strerror}", place) from None


def decode(
    raw: bytes, name: str, problem: Problem, limit: int = SIZE_LIMIT, *, only: int = 0
) -> Source:
    """Decode UTF-8, or UTF-16 with a mark (PowerShell writes it); refuse others and larger texts.
    ``only`` is the line of the file, if the bytes are one line of it."""
    place = Place(name, only)
    if len(raw) > limit:
        raise problem(
            f"larger than {limit // 1024 // 1024} MiB", place, advice="is it the right file?"
        )
    try:
        text = raw.decode("utf-16" if raw.startswith(_UTF16) else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise problem(
            f"not UTF-8 text (byte {error.start})", place, advice="save the file as UTF-8"
        ) from None
    if not text.strip():
        raise problem("the file is empty", place)
    return Source(name, text, only)


def parse_json(source: Source, problem: Problem) -> Any:
    """Parse one JSON value; refuse duplicate keys, NaN, lone surrogates and too deep nesting."""

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(items)
        if len(found) < len(items):
            raise problem(f"the key '{_double(items)}' occurs twice in one object", source.whole)
        return found

    def constant(word: str) -> NoReturn:
        raise problem(f"{word} is not a usable number", source.whole)

    def number(word: str) -> float:
        value = float(word)
        return value if math.isfinite(value) else constant(word[:40])

    try:
        value = json.loads(
            source.text, object_pairs_hook=pairs, parse_constant=constant, parse_float=number
        )
        if _HALF.search(source.text):
            json.dumps(value, ensure_ascii=False).encode()
        return value
    except json.JSONDecodeError as error:
        where = Place(source.name, source.only or error.lineno, column=error.colno)
        raise problem(f"not valid JSON: {error.msg}", where) from None
    except UnicodeEncodeError:
        raise problem(
            "not valid JSON: half a character (\\ud800 to \\udfff)", source.whole
        ) from None
    except RecursionError:
        raise problem("nested too deeply", source.whole) from None
    except CcexpertError:
        raise
    except ValueError as error:  # a number with thousands of digits
        raise problem(f"not valid JSON: {error}", source.whole) from None


def _double(items: list[tuple[str, Any]]) -> str:
    """The first duplicate key, in printable characters."""
    times = Counter(key for key, _ in items)
    double = next(key for key in times if times[key] > 1)
    return double.encode("utf-8", "backslashreplace").decode()


def parse_yaml(source: Source, problem: Problem) -> Any:
    """Parse one YAML document of mappings, lists and scalars; anything else is refused."""
    from ccexpert.yaml_text import parse

    return parse(source.text, source.name, problem)


def validated(
    model: type[Model],
    data: Any,
    source: Source,
    problem: Problem,
    context: Any = None,
    at: Steps = (),
) -> Model:
    """Validate ``data`` as ``model``; the first mistake becomes one sentence with its line and
    carries the ``further`` ones. ``at``: the position of the data in the source, if not the whole.
    """
    try:
        return model.model_validate(data, context=context)
    except ValidationError as error:
        from ccexpert.mistakes import mistakes

        first, *further = mistakes(
            error, model, data, problem, lambda steps: source.place((*at, *steps))
        )
        first.further = tuple(further)
        raise first from None
