"""One request and its answer, as plain data, and the table entry that connects them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from ccexpert.errors import did_you_mean
from ccexpert.serve.formats import JSON
from ccexpert.serve.problems import RefusedError
from ccexpert.serve.service import Service
from ccexpert.words import LANGUAGES, Language


@dataclass(frozen=True)
class Call:
    """One request."""

    service: Service
    body: bytes
    query: Mapping[str, str]
    path: Mapping[str, str]
    media: str = JSON
    """The media type that the client likes best."""
    content_type: str = ""
    languages: str = ""
    """The header ``Accept-Language``."""

    @property
    def language(self) -> Language:
        """The language of the answer: ``lang``, else the browser's, else English."""
        given = self.query.get("lang")
        if given is None:
            return "sv" if self.languages.casefold().startswith("sv") else "en"
        return "sv" if self.one_of("lang", LANGUAGES) == "sv" else "en"

    def one_of(self, name: str, allowed: tuple[str, ...], default: str = "") -> str:
        """A parameter with one of these values."""
        given = self.query.get(name, default)
        if given not in allowed and (given or name in self.query):
            raise wrong(
                f"{name}={given!r} is not allowed; {did_you_mean(given, allowed)}".rstrip("; "),
                f"allowed: {', '.join(allowed)}",
            )
        return given

    def number(self, name: str, default: int, most: int) -> int:
        """A parameter that is a whole number from 1 to ``most``."""
        given = self.query.get(name, str(default))
        if not (given.isascii() and given.isdecimal() and 1 <= int(given[:20]) <= most):
            raise wrong(f"{name}={given[:40]!r} is not a whole number from 1 to {most}")
        return int(given)


@dataclass(frozen=True)
class Answer:
    """One answer."""

    text: str
    media: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Parameter:
    """One parameter of the query or the path, as the OpenAPI document says it."""

    name: str
    about: str
    schema: Mapping[str, Any]
    required: bool = False
    place: str = "query"


@dataclass(frozen=True)
class Endpoint:
    """One thing that the server can be asked."""

    method: str
    path: str
    about: str
    answer: Callable[[Call], Answer] | None
    """None for what streams and so answers by itself."""
    gives: Mapping[str, Any]
    """The media types of the answer, each with the type of its content."""
    takes: Mapping[str, Any] = field(default_factory=dict)
    """The media types of the body, each with the type of its content."""
    parameters: tuple[Parameter, ...] = ()
    fails: tuple[HTTPStatus, ...] = ()
    """The statuses of its problems, besides those that every request may meet."""


def wrong(problem: str, advice: str = "") -> RefusedError:
    """The error for a parameter that cannot be used."""
    return RefusedError(HTTPStatus.BAD_REQUEST, problem, advice)
