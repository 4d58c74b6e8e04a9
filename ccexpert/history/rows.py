"""What stands in the rows of the history, checked when they are read: a file may be damaged, or
edited by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, Field, TypeAdapter
from pydantic_core import ArgsKwargs

Row = TypeVar("Row")


def _is_moment(given: str) -> str:
    datetime.fromisoformat(given)
    return given


Moment = Annotated[str, AfterValidator(_is_moment)]
"""When something was, as an ISO time."""
Stated = Annotated[float, Field(ge=-1, le=1)]
"""A certainty."""


@cache
def checked(form: type[Row]) -> Callable[..., Row]:
    """Makes a dataclass of the columns of a row; raises ``ValidationError``."""
    adapter: TypeAdapter[Row] = TypeAdapter(form)

    def row(*columns: Any) -> Row:
        return adapter.validate_python(ArgsKwargs(columns))

    return row


_SIGHTING: TypeAdapter[tuple[Any, ...]] = TypeAdapter(
    tuple[int, Moment, str, str | None, str | None, str | None, str | None]
)


def sighting(columns: Sequence[Any]) -> tuple[Any, ...]:
    """The columns of a run and one of its findings; raises ``ValidationError``."""
    return _SIGHTING.validate_python(tuple(columns))
