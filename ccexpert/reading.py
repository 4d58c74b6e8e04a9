"""Files into plain data, with the line of everything in them.

JSON is parsed by its library (YAML: see ``yaml_text``); what is added here is positions for error
messages and the refusal of what would silently lose something: double keys, endless nesting.
"""

from __future__ import annotations

import json
import re
import types
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from ccexpert.errors import CcexpertError, MissingInputError

#: Facts documents and knowledge files are kilobytes; anything beyond this is a mistake.
SIZE_LIMIT = 16 * 1024 * 1024

Where = tuple[str | int, ...]
Problem = type[CcexpertError]
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Source:
    """The text of one file and where it came from."""

    name: str
    text: str

    def place(self, path: Where = ()) -> str:
        """``file, line 3, facts[2].state``: the position of a field for people."""
        line = self.line(path)
        field = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path).lstrip(".")
        return ", ".join(
            part for part in (self.name, f"line {line}" if line else "", field) if part
        )

    def line(self, path: Where = ()) -> int:
        """The line (from 1) of the field at ``path``, or of the nearest thing around it."""
        from ccexpert.yaml_text import line_of  # JSON is YAML too

        return line_of(self.text, path)


def read_source(path: Path, problem: Problem, limit: int = SIZE_LIMIT) -> Source:
    """Read a UTF-8 text file of at most ``limit`` bytes; raise with the reason when it cannot be
    read."""
    return decode(read_raw(path, limit), str(path), problem, limit)


def read_raw(path: Path, limit: int = SIZE_LIMIT) -> bytes:
    """The bytes of a file, at most one more than ``limit``; ``MissingInputError`` with the reason
    when it cannot be read."""
    name = str(path)
    try:
        if path.is_dir():
            raise MissingInputError("this is a directory, a file is needed", name)
        with path.open("rb") as stream:
            return stream.read(limit + 1)
    except FileNotFoundError:
        raise MissingInputError("there is no such file", name, "check the path") from None
    except OSError as error:
        raise MissingInputError(f"cannot be read: {error.strerror}", name) from None


def decode(raw: bytes, name: str, problem: Problem, limit: int = SIZE_LIMIT) -> Source:
    """Take bytes as UTF-8 text (a byte order mark is accepted); refuse other encodings and
    sizes."""
    if len(raw) > limit:
        raise problem(
            f"larger than {limit // 1024 // 1024} MiB", name, advice="is it the right file?"
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise problem(
            f"not UTF-8 text (byte {error.start})", name, advice="save the file as UTF-8"
        ) from None
    if not text.strip():
        raise problem("the file is empty", name)
    return Source(name, text)


def parse_json(source: Source, problem: Problem) -> Any:
    """Parse one JSON value; double keys, NaN and endless nesting are refused."""

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(items)
        if len(found) < len(items):
            double = next(k for i, (k, _) in enumerate(items) if k in dict(items[:i]))
            raise problem(f"the key '{double}' stands twice in one object", source.name)
        return found

    def constant(word: str) -> Any:
        raise problem(f"{word} is not a JSON value", source.name)

    try:
        return json.loads(source.text, object_pairs_hook=pairs, parse_constant=constant)
    except json.JSONDecodeError as error:
        where = f"{source.name}, line {error.lineno}, column {error.colno}"
        raise problem(f"not valid JSON: {error.msg}", where) from None
    except RecursionError:
        raise problem("nested too deeply", source.name) from None
    except ValueError as error:  # a number with thousands of digits
        raise problem(f"not valid JSON: {error}", source.name) from None


def parse_yaml(source: Source, problem: Problem) -> Any:
    """Parse one YAML document of mappings, lists and scalars; anything else is refused."""
    from ccexpert.yaml_text import parse

    return parse(source.text, source.name, problem)


def validated(
    model: type[Model], data: Any, source: Source, problem: Problem, context: Any = None
) -> Model:
    """``data`` as ``model``; the first thing wrong with it becomes one sentence with its line."""
    try:
        return model.model_validate(data, context=context)
    except ValidationError as error:
        raise _first_problem(error, model, data, source, problem) from None


def _first_problem(
    error: ValidationError, model: type[BaseModel], data: Any, source: Source, problem: Problem
) -> CcexpertError:
    first = error.errors(include_url=False)[0]
    path = tuple(_steps(first["loc"], data))
    kind, context = first["type"], first.get("ctx", {})
    given, message = first["input"], first["msg"]
    allowed: tuple[str, ...] = ()
    if kind == "extra_forbidden":
        given, allowed = first["loc"][-1], tuple(_fields_at(model, first["loc"][:-1]))
        message = f"unknown field '{given}'"
    elif kind == "missing":
        message = f"the field '{first['loc'][-1]}' is missing"
    elif kind in ("literal_error", "union_tag_invalid"):
        allowed = tuple(
            re.findall(r"'([^']+)'", context.get("expected") or context["expected_tags"])
        )
        given = context.get("tag", given)
        message = f"'{given}' is not allowed here"
    elif kind == "union_tag_not_found":
        message = f"the field {context['discriminator']} is missing"
    elif kind == "string_pattern_mismatch":
        message = f"{_shown(given)} is not a name that may be used here"
        allowed = (f"names like {context['pattern']}",)
    elif kind in ("value_error", "assertion_error"):
        message = str(context["error"])
    elif not isinstance(given, (dict, list)):
        message = f"{_shown(given)}: {message[0].lower()}{message[1:]}"
    raised = context.get("error")
    if isinstance(raised, CcexpertError):
        return problem(
            raised.problem, source.place(path), raised.allowed, raised.given, raised.advice
        )
    return problem(message, source.place(path), allowed, str(given) if allowed else "")


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:59] + "…"


def _steps(location: tuple[str | int, ...], data: Any) -> Iterator[str | int]:
    """The steps of a pydantic location that are really in the data (union tags are not)."""
    for step in location:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            continue
        yield step


def _fields_at(annotation: Any, location: tuple[str | int, ...]) -> list[str]:
    """The field names of the model at ``location`` below ``annotation``."""
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
    elif get_origin(annotation) in (Union, types.UnionType, tuple, list, dict) or hasattr(
        annotation, "__metadata__"
    ):
        for inner in get_args(annotation):
            yield from _models(inner)
