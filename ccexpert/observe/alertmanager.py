"""Alerts of Prometheus Alertmanager, read as facts by a mapping that the site writes.

In comes the JSON document that Alertmanager posts to a webhook (version 4) and a mapping: which
alert says what of which thing. Values of labels and annotations are data and never trusted: what
does not fit the pattern of its field is refused, and the refusal is listed as not observed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationError,
    create_model,
    model_validator,
)

from ccexpert.errors import CcexpertError, FactsError, KnowledgeError
from ccexpert.facts import FACT_TYPES, Fact, NotObserved, Observed
from ccexpert.knowledge.intake import NAMED_BY, document_of, settle
from ccexpert.knowledge.vocabulary import Frozen, NonEmpty, Vocabulary
from ccexpert.observe.interface import Seen, unseen
from ccexpert.reading import Source, Where, parse_json, parse_yaml, validated

SCHEMA_ID = "https://ccexpert.dev/schema/alertmanager-mapping-1.json"

_Plain = bool | int | float | str


class FromAlert(Frozen):
    """A value that an alert carries."""

    label: NonEmpty | None = Field(None, description="the label that holds it")
    annotation: NonEmpty | None = Field(None, description="the annotation that holds it")
    words: dict[str, _Plain] | None = Field(
        None, description="what each value means; any other value is refused"
    )

    @model_validator(mode="after")
    def _comes_from_one_place(self) -> FromAlert:
        if (self.label is None) == (self.annotation is None):
            raise ValueError("name either a label or an annotation")
        return self

    def of(self, alert: Alert) -> _Plain:
        """The value in ``alert``; ``_RefusedError`` when it has none."""
        kind = "label" if self.label else "annotation"
        name = self.label or self.annotation or ""
        given = (alert.labels if self.label else alert.annotations).get(name)
        if given is None:
            raise _RefusedError(f"the alert has no {kind} '{name}'")
        if self.words is None:
            return given
        if given not in self.words:
            raise _RefusedError(f"the mapping has no word for the {kind} {name}={given[:80]!r}")
        return self.words[given]


def _kind_of_value(given: Any) -> str:
    return "alert" if isinstance(given, (dict, FromAlert)) else "plain"


Value = Annotated[
    Annotated[_Plain, Tag("plain")] | Annotated[FromAlert, Tag("alert")],
    Discriminator(_kind_of_value),
]
Fields = dict[str, Value]


class Rule(Frozen):
    """What one alert says."""

    alert: NonEmpty = Field(description="its name, the label alertname")
    where: dict[str, str] = Field(
        default_factory=dict, description="further labels, and the value that each must have"
    )
    fact: Fields = Field(description="the fact while it fires, as in a facts document")
    resolved: Fields | None = Field(
        None, description="what changes in the fact once it is resolved; default: it says nothing"
    )

    def covers(self, alert: Alert) -> bool:
        """Whether it speaks of ``alert``."""
        wanted = {"alertname": self.alert, **self.where}
        return wanted.items() <= alert.labels.items()


class Mapping(Frozen):
    """Which alerts say what; of several rules for an alert the first counts."""

    mapping_version: Literal[1]
    host: FromAlert | None = Field(
        None, description="the host of every fact; a port behind it is left out"
    )
    rules: tuple[Rule, ...] = Field(min_length=1)


class Alert(BaseModel):
    """One alert of the payload, as far as it is read."""

    model_config = ConfigDict(frozen=True)

    status: Literal["firing", "resolved"]
    labels: dict[str, str]
    annotations: dict[str, str] = Field(default_factory=dict)
    startsAt: AwareDatetime  # noqa: N815 - the name in the payload
    endsAt: AwareDatetime | None = None  # noqa: N815

    @property
    def name(self) -> str:
        """How it is cited."""
        return _printable(f"alert {self.labels.get('alertname', '?')[:80]}")

    @property
    def seen_at(self) -> datetime:
        """When what it says began to be so."""
        return (self.status == "resolved" and self.endsAt) or self.startsAt


class Payload(BaseModel):
    """What Alertmanager posts, as far as it is read."""

    model_config = ConfigDict(frozen=True)

    version: Literal["4"]
    alerts: tuple[Alert, ...]
    truncatedAlerts: int = 0  # noqa: N815


class _RefusedError(Exception):
    """Why an alert gives no fact."""


@dataclass(frozen=True)
class _Within(Source):
    """A part of a file: positions are those in the file."""

    at: Where = ()

    def place(self, path: Where = ()) -> str:
        return super().place((*self.at, *path))


def _printable(text: str) -> str:
    """JSON can name halves of characters, which no output can hold."""
    return text.encode("utf-8", "replace").decode()


def read_mapping(source: Source, vocabulary: Vocabulary) -> Mapping:
    """The mapping in a YAML file; ``KnowledgeError`` says line and field of what is wrong."""
    mapping = validated(Mapping, parse_yaml(source, KnowledgeError), source, KnowledgeError)
    for number, rule in enumerate(mapping.rules):
        for part, fields in (("fact", rule.fact), ("resolved", {**rule.fact, **_changes(rule)})):
            _check(fields, _Within(source.name, source.text, ("rules", number, part)), vocabulary)
    return mapping


def _changes(rule: Rule) -> Fields:
    return rule.resolved or {}


def _check(fields: Fields, source: Source, vocabulary: Vocabulary) -> None:
    """Refuse fields that no alert could fill to a fact, and words that the vocabulary has not."""
    model = FACT_TYPES.get(str(fields.get("kind")))
    if model is None:
        allowed, given = tuple(FACT_TYPES), str(fields.get("kind", ""))
        raise KnowledgeError(
            f"'{given}' is no kind of fact", source.place(("kind",)), allowed, given
        )
    known = model.model_fields
    for name in fields:
        if name not in known:
            raise KnowledgeError(
                f"unknown field '{name}'", source.place((name,)), tuple(sorted(known)), name
            )
    for name, info in known.items():
        if info.is_required() and name not in fields:
            raise KnowledgeError(f"the field '{name}' is missing", source.place())
    plain = {name: value for name, value in fields.items() if not isinstance(value, FromAlert)}
    said: dict[str, Any] = {name: (known[name].annotation, known[name]) for name in plain}
    strict = ConfigDict(strict=True)
    validated(create_model("Fact", __config__=strict, **said), plain, source, KnowledgeError)
    _check_name(plain, source, vocabulary)


def _check_name(plain: dict[str, Any], source: Source, vocabulary: Vocabulary) -> None:
    field, kind = NAMED_BY.get(plain["kind"], ("", ""))
    if field not in plain:
        return
    try:
        vocabulary.require(kind, plain[field])
    except FactsError as error:
        place = source.place((field,))
        raise KnowledgeError(error.problem, place, error.allowed, error.given) from None


def read_payload(source: Source) -> Payload:
    """What Alertmanager posted; ``FactsError`` when it is something else."""
    return validated(Payload, parse_json(source, FactsError), source, FactsError)


def facts_of(payload: Payload, mapping: Mapping, vocabulary: Vocabulary) -> Seen:
    """What the alerts say, and which of them say nothing and why.

    Of two alerts about one thing the firing one counts, then the newer one.
    """
    kept: dict[tuple[str, ...], Fact] = {}
    reasons: list[NotObserved] = []
    for alert in _in_order(payload.alerts):
        try:
            fact = _fact(alert, mapping, vocabulary)
        except _RefusedError as refused:
            reasons += unseen(alert.name, _printable(str(refused))).not_observed
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
    """What one alert says; None when it is resolved and that says nothing."""
    rule = next((rule for rule in mapping.rules if rule.covers(alert)), None)
    if alert.status == "resolved" and (rule is None or rule.resolved is None):
        return None
    if rule is None:
        raise _RefusedError("no rule of the mapping speaks of it")
    fields = rule.fact if alert.status == "firing" else {**rule.fact, **_changes(rule)}
    data: dict[str, Any] = {name: _value(value, alert) for name, value in fields.items()}
    if mapping.host is not None:
        data["host"] = re.sub(r":\d+$", "", str(mapping.host.of(alert)))
    data |= {"observed_at": alert.seen_at, "source": data.get("source") or alert.name}
    return _trusted(data, vocabulary)


def _value(value: Any, alert: Alert) -> _Plain:
    return value.of(alert) if isinstance(value, FromAlert) else value


def _trusted(data: dict[str, Any], vocabulary: Vocabulary) -> Fact:
    """The data as a fact, once every field fits; a figure may come as text."""
    model: type[Observed] = FACT_TYPES[data["kind"]]
    try:
        fact = model.model_validate(data, strict=False)
        settle([document_of([fact])], vocabulary)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(map(str, first["loc"])) or "fact"
        raise _RefusedError(f"{field}: {str(first['input'])[:80]!r} does not fit here") from None
    except CcexpertError as error:
        raise _RefusedError(error.problem[:400]) from None
    return fact  # type: ignore[return-value]


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a mapping."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID}
    return head | Mapping.model_json_schema()
