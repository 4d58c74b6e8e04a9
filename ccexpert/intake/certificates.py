"""The dates of certificates as openssl and curl print them: one that lies in the past is an error
that no program has said."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_DATE = r"(?P<date>[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d \d{4}) GMT"
_ENDS = re.compile(
    rf"(?:.{{0,200}}\bNotAfter ?[=:] ?|\*? {{0,4}}expire date: ){_DATE}", re.IGNORECASE
)
_BEGINS = re.compile(
    rf"(?:.{{0,200}}\bNotBefore ?[=:] ?|\*? {{0,4}}start date: ){_DATE}", re.IGNORECASE
)


def judged(text: str, now: datetime) -> str:
    """A line with the date of a certificate, with what it means at ``now``; any other as it is."""
    if (ends := _time(_ENDS, text)) and ends < now:
        return f"SSL certificate problem: certificate has expired: {text}"
    if (begins := _time(_BEGINS, text)) and begins > now:
        return f"SSL certificate problem: certificate is not yet valid: {text}"
    return text


def _time(way: re.Pattern[str], text: str) -> datetime | None:
    found = way.match(text)
    if found is None:
        return None
    try:
        told = datetime.strptime(" ".join(found["date"].split()), "%b %d %H:%M:%S %Y")
    except ValueError:
        return None
    return told.replace(tzinfo=UTC)
