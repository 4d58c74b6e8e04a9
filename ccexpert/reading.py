"""Reads files as plain data and knows the line of everything in them.

The standard library parses JSON (YAML: see ``yaml_text``). This module adds positions for error
messages and refuses input that would silently lose something, such as duplicate keys.
"""

from __future__ import annotations

import json
import math
import os
import re
import types
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

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


_NESTING = (Union, types.UnionType, tuple, list, dict)
#: How many mistakes of one file are told.
_MOST_MISTAKES = 50


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
        details = _own(error.errors(include_url=False))[:_MOST_MISTAKES]
        first, *further = (
            _problem(one, model, source.place((*at, *_steps(_location(one), data))), problem)
            for one in details
        )
        first.further = tuple(further)
        raise first from None


def _location(one: ErrorDetails) -> Steps:
    """Where a mistake is: where the check stands, and from there on where the check says."""
    error = one.get("ctx", {}).get("error")
    return (*one["loc"], *error.where.field) if isinstance(error, CcexpertError) else one["loc"]


def _own(details: list[ErrorDetails]) -> list[ErrorDetails]:
    """The mistakes without those that only follow from others: a list is too short because none of
    its items can be read; and after an unknown field what is missing beside it, which may be it."""
    read = [one["loc"] for one in details]
    own = [
        one
        for one in details
        if one["type"] != "too_short"
        or not any(loc != one["loc"] and loc[: len(one["loc"])] == one["loc"] for loc in read)
    ]
    strange = {one["loc"][:-1] for one in own if one["type"] == "extra_forbidden"}
    return sorted(own, key=lambda one: one["type"] == "missing" and one["loc"][:-1] in strange)


def _problem(
    one: ErrorDetails, model: type[BaseModel], place: Place, problem: Problem
) -> CcexpertError:
    kind, context = one["type"], one.get("ctx", {})
    given, message = one["input"], one["msg"]
    allowed: tuple[str, ...] = ()
    advice = lacking = ""
    if kind == "extra_forbidden":
        given, allowed = one["loc"][-1], tuple(_fields_at(model, one["loc"][:-1]))
        message = f"unknown field '{given}'"
        advice = "put a text with a comma or a colon in quotes" if " " in str(given) else ""
    elif kind == "missing":
        lacking = str(one["loc"][-1])
        message = f"the field '{lacking}' is missing"
        advice = 'add "schema_version": 1' if lacking == "schema_version" else ""
    elif kind in ("literal_error", "union_tag_invalid", "bool_type"):
        expected = context.get("expected") or context.get("expected_tags", "'true', 'false'")
        allowed = tuple(re.findall(r"'([^']+)'", expected)) or (expected,)
        given = context.get("tag", given)
        message = f"'{given}' is not allowed here"
    elif kind == "union_tag_not_found":
        message = f"the field {context['discriminator']} is missing"
    elif kind == "string_pattern_mismatch":
        message = f"{_shown(given)} is not a valid name here"
        allowed = (f"names like {context['pattern']}",)
    elif kind in ("value_error", "assertion_error"):
        message = str(context["error"])
    elif not isinstance(given, (dict, list)):
        message = f"{_shown(given)}: {message[0].lower()}{message[1:]}"
    raised = context.get("error")
    if isinstance(raised, CcexpertError):
        return raised.told_as(problem, place)
    told = str(given) if allowed else ""
    return problem(message, place, allowed, told, advice, lacking=lacking)


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:59] + "…"


def _steps(location: Steps, data: Any) -> Iterator[str | int]:
    """The steps of a pydantic location that exist in the data (union tags do not)."""
    for step in location:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            continue
        yield step


def _fields_at(annotation: Any, location: Steps) -> list[str]:
    """The field names of the model at ``location`` inside ``annotation``."""
    models = list(_models(annotation))
    for step in location:
        by_tag = [m for m in models if _tag(m) == step]
        if by_tag:
            models = by_tag
        elif not isinstance(step, int):
            inner = [m.model_fields[step].annotation for m in models if step in m.model_fields]
            models = [m for annotation in inner for m in _models(annotation)]
    return sorted({name for m in models for name in m.model_fields})


def _tag(model: type[BaseModel]) -> str | None:
    kind = model.model_fields.get("kind")
    return next(iter(get_args(kind.annotation)), None) if kind else None


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif hasattr(annotation, "__metadata__") or get_origin(annotation) in _NESTING:
        for inner in get_args(annotation):
            yield from _models(inner)
