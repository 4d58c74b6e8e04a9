"""Certificates that are no longer valid: by the dates that openssl and curl print, where one that
lies in the past is an error that no program has said; and by what people say."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from ccexpert.facts import SettingFact
from ccexpert.intake.lines import clauses_of
from ccexpert.intake.reading import PROSE_LIMIT, understood_from

_DATE = r"(?P<date>[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d \d{4}) GMT"
_ENDS = re.compile(
    rf"(?:.{{0,200}}\bNotAfter ?[=:] ?|\*? {{0,4}}expire date: ){_DATE}", re.IGNORECASE
)
_BEGINS = re.compile(
    rf"(?:.{{0,200}}\bNotBefore ?[=:] ?|\*? {{0,4}}start date: ){_DATE}", re.IGNORECASE
)

#: The certificate of a web server, and that it is not valid, in one clause.
_CERTIFICATE = re.compile(
    r"\b(?:certificates?|cert(?:s|et|en)?|certifikate[tn]?|certifikat"
    r"|certifikats?(?:varning|fel)\w{0,4})\b",
    re.IGNORECASE,
)
_OF_A_WEB_SERVER = re.compile(
    r"\b(?:tracking\w*|redirect\w*|web ?servers?|apache|iis|web ?sites?|sites?|domains?|url"
    r"|landing pages?|mirror|load ?balancers?|f5|https|spårnings\w*|webb\w*|\w*domän\w*|sajt\w*"
    r"|landningssid\w*)\b",
    re.IGNORECASE,
)
_NOT_VALID = re.compile(
    r"\b(?:expired|expires?|ran out|run out|outdated|no longer valid|gått ut|gick ut|går ut"
    r"|utgånge[tn]|ogiltigt?|invalid|not trusted|untrusted|(?:certificate|cert) (?:warning|error)s?"
    r"|certifikat(?:s?varning|s?fel)\w{0,4}|wrong name)\b",
    re.IGNORECASE,
)
_OTHERWISE = re.compile(
    r"\b(?:not expired|push|apns|ios|android|smpp|sftp|crm|salesforce|next|in \d+|om \d+|nästa"
    r"|tomorrow|tonight|soon|this week|will expire|i morgon|imorgon|i kväll|snart)\b",
    re.IGNORECASE,
)


def expired_in(text: str) -> tuple[SettingFact, ...]:
    """The certificate of a web server that a sentence says is not valid."""
    wanted = (_CERTIFICATE, _OF_A_WEB_SERVER, _NOT_VALID)
    said = any(
        all(one.search(clause.text) for one in wanted) and not _OTHERWISE.search(clause.text)
        for clause in clauses_of(text)
    )
    if not said:
        return ()
    fact = SettingFact(
        kind="setting",
        name="webserver-certificate",
        state="wrong",
        certainty=PROSE_LIMIT,
        source=understood_from(text),
    )
    return (fact,)


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
