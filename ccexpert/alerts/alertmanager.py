"""Reads alerts of Prometheus Alertmanager as facts, by a mapping that the site writes.

Values of labels and annotations are never trusted: a value that does not match the pattern of its
field is refused, and the refusal is listed under ``not_observed``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import ValidationError

from ccexpert.alerts.mapping import FromAlert, Mapping, Plain, RefusedError
from ccexpert.alerts.payload import Alert, Payload
from ccexpert.display import one_line
from ccexpert.errors import CcexpertError
from ccexpert.facts import KINDS, Fact, NotObserved, Observed
from ccexpert.facts.case import settle
from ccexpert.facts.document import document_of
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.observe.interface import Seen, unseen


def facts_of(payload: Payload, mapping: Mapping, vocabulary: Vocabulary) -> Seen:
    """The facts in the alerts, and the reasons why others yield none.

    If two alerts are about one thing, the firing one counts, then the newer one.
    """
    kept: dict[tuple[str, ...], Fact] = {}
    reasons: list[NotObserved] = []
    for alert in _in_order(payload.alerts):
        try:
            fact = _fact(alert, mapping, vocabulary)
        except RefusedError as refused:
            reasons += unseen(alert.name, one_line(str(refused))).not_observed
        else:
            if fact is not None:
                kept.setdefault(fact.key, fact)
    if payload.truncatedAlerts > 0:
        reason = f"{payload.truncatedAlerts} alerts were left out of the message (max_alerts)"
        reasons += unseen("alertmanager", reason).not_observed
    return Seen(tuple(kept.values()), tuple(reasons))


def _in_order(alerts: Iterable[Alert]) -> Iterator[Alert]:
    newest = sorted(alerts, key=lambda alert: alert.seen_at, reverse=True)
    return iter(sorted(newest, key=lambda alert: alert.status != "firing"))


def _fact(alert: Alert, mapping: Mapping, vocabulary: Vocabulary) -> Fact | None:
    """The fact in one alert; None for a resolved alert that the mapping gives no meaning."""
    rule = next((rule for rule in mapping.rules if rule.covers(alert)), None)
    if alert.status == "resolved" and (rule is None or rule.resolved is None):
        return None
    if rule is None:
        raise RefusedError("no rule of the mapping covers this alert")
    fields = rule.fact if alert.status == "firing" else rule.once_resolved
    data: dict[str, Any] = {name: _value(value, alert) for name, value in fields.items()}
    if mapping.host is not None:
        data["host"] = re.sub(r":\d+$", "", str(mapping.host.of(alert)))
    data |= {"observed_at": alert.seen_at, "source": data.get("source") or alert.name}
    return _trusted(data, vocabulary)


def _value(value: Any, alert: Alert) -> Plain:
    return value.of(alert) if isinstance(value, FromAlert) else value


def _trusted(data: dict[str, Any], vocabulary: Vocabulary) -> Fact:
    """The data as a fact, after every field is checked; numbers may come as text."""
    model: type[Observed] = KINDS[data["kind"]]
    try:
        fact = model.model_validate(data, strict=False)
        settle([document_of([fact])], vocabulary)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(map(str, first["loc"])) or "fact"
        raise RefusedError(f"{field}: {str(first['input'])[:80]!r} does not fit here") from None
    except CcexpertError as error:
        raise RefusedError(error.problem[:400]) from None
    return fact
