"""Tells what pydantic found wrong in foreign data: a sentence for each mistake.

It is separate from ``reading`` because data without a mistake needs none of it.
"""

from __future__ import annotations

import json
import re
import types
from collections.abc import Callable, Iterator
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from ccexpert.errors import CcexpertError, Place, Steps

_NESTING = (Union, types.UnionType, tuple, list, dict)
#: How many mistakes of one file are told.
_MOST_MISTAKES = 50


def mistakes(
    error: ValidationError,
    model: type[BaseModel],
    data: Any,
    problem: type[CcexpertError],
    place: Callable[[Steps], Place],
) -> Iterator[CcexpertError]:
    """Each mistake of data that is no ``model``, as a ``problem``. ``place`` gives the position of
    a field."""
    for one in _own(error.errors(include_url=False))[:_MOST_MISTAKES]:
        yield _problem(one, model, place(tuple(_steps(_location(one), data))), problem)


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
    one: ErrorDetails, model: type[BaseModel], place: Place, problem: type[CcexpertError]
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
