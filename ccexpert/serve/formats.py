"""The media types of reports, and the choice among them (RFC 9110, section 12.5.1)."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus

from ccexpert.report import FORMATS
from ccexpert.serve.problems import RefusedError

JSON, MARKDOWN = "application/json", "text/markdown"

_REGISTERED = {
    "json": JSON,
    "table": "text/plain",
    "markdown": MARKDOWN,
    "html": "text/html",
    "junit": "application/xml",
    "ansible": "application/yaml",
    "sh": "application/x-sh",
}

#: The media type of each format, JSON first; those without a registered type have one of ours.
MEDIA = _REGISTERED | {
    name: f"text/vnd.ccexpert.{name}" for name in FORMATS if name not in _REGISTERED
}

FORMAT_OF = {media: name for name, media in MEDIA.items()}


def chosen(accept: str, offered: Iterable[str]) -> str:
    """The offered media type that an ``Accept`` header likes best, the first if it likes several
    equally; ``RefusedError`` if it likes none."""
    offers = tuple(offered)
    ranges = [_range(part) for part in accept.split(",") if part.strip()] or [("*/*", 1.0)]
    best = max(offers, key=lambda media: _quality(media, ranges))  # max takes the first of equals
    if _quality(best, ranges) <= 0:
        raise RefusedError(
            HTTPStatus.NOT_ACCEPTABLE,
            "there is no answer of a media type that Accept names",
            f"allowed: {', '.join(offers)}",
        )
    return best


def _range(part: str) -> tuple[str, float]:
    """A media range and its quality; one that is not a number counts as 0."""
    name, *parameters = (piece.strip() for piece in part.split(";"))
    given = next((p[2:] for p in parameters if p[:2].casefold() == "q="), "1")
    try:
        return name.casefold(), min(max(float(given), 0.0), 1.0)
    except ValueError:
        return name.casefold(), 0.0


def _quality(media: str, ranges: list[tuple[str, float]]) -> float:
    """The quality that the most specific range gives a media type."""
    for wanted in (media, f"{media.partition('/')[0]}/*", "*/*"):
        found = [quality for name, quality in ranges if name == wanted]
        if found:
            return max(found)
    return 0.0
