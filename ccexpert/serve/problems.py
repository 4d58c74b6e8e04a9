"""Errors over HTTP: problem details (RFC 9457) with the same sentences as the command line."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from dataclasses import asdict
from http import HTTPStatus
from pathlib import Path
from typing import Any

from starlette.responses import JSONResponse, Response

from ccexpert.display import one_line
from ccexpert.errors import NO_INPUT, CcexpertError, KnowledgeError
from ccexpert.serve.forms import Problem

#: A page for each type of problem; the last word is the name of the error.
_TYPES = "https://ccexpert.dev/problem/"


class RefusedError(CcexpertError):
    """A request that is refused for another reason than its content."""

    def __init__(
        self,
        status: HTTPStatus,
        problem: str,
        advice: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(problem, advice=advice)
        self.status = status
        self.headers = headers


def problem_of(error: Exception) -> Problem:
    """What is wrong; of a fault of the program it says no more than its kind."""
    if not isinstance(error, CcexpertError):
        sentence = f"internal fault, {type(error).__name__}"
        return _problem("internal-fault", HTTPStatus.INTERNAL_SERVER_ERROR, sentence)
    name = type(error).__name__.removesuffix("Error").lower()
    place = error.where
    field = "".join(f"[{s}]" if isinstance(s, int) else f".{s}" for s in place.field)
    return _problem(
        name,
        _status(error),
        str(error),
        allowed=tuple(one_line(word, 200) for word in error.allowed[:100]),
        given=one_line(error.given, 200),
        line=place.line,
        field=one_line(field.lstrip("."), 1000),
    )


def fault_of(error: Exception) -> Mapping[str, Any]:
    """What is written down about a fault: where it was, and no text of a request."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"{Path(f.filename).name}:{f.lineno}" for f in frames[-6:]]
    return {"fault": type(error).__name__, "at": places}


def response(error: Exception) -> Response:
    """The answer that says so."""
    problem = problem_of(error)
    return JSONResponse(
        asdict(problem), problem.status, headers_of(error), media_type="application/problem+json"
    )


def headers_of(error: Exception) -> Mapping[str, str] | None:
    """The headers of the answer, such as when to come back."""
    return error.headers if isinstance(error, RefusedError) else None


def _status(error: CcexpertError) -> HTTPStatus:
    if isinstance(error, RefusedError):
        return error.status
    if error.exit_code == NO_INPUT or isinstance(error, KnowledgeError):  # nothing of that name
        return HTTPStatus.NOT_FOUND
    return HTTPStatus.UNPROCESSABLE_ENTITY


def _problem(name: str, status: HTTPStatus, detail: str, **more: object) -> Problem:
    return Problem(f"{_TYPES}{name}", status.phrase, int(status), detail, **more)  # type: ignore[arg-type]
