"""The mapping from alerts to facts: a file that the site writes. It is checked when read, so that
every alert it covers can become a fact."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Discriminator, Field, Tag, create_model, model_validator

from ccexpert.alerts.payload import Alert
from ccexpert.errors import FactsError, KnowledgeError, Steps
from ccexpert.facts import KINDS
from ccexpert.facts.entries import Frozen, NonEmpty
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.reading import Source, parse_yaml, validated

SCHEMA_ID = "https://ccexpert.dev/schema/alertmanager-mapping-1.json"

Plain = bool | int | float | str


class RefusedError(Exception):
    """Why an alert yields no fact."""


class FromAlert(Frozen):
    """A value that an alert carries."""

    label: NonEmpty | None = Field(None, description="the label that holds it")
    annotation: NonEmpty | None = Field(None, description="the annotation that holds it")
    words: dict[str, Plain] | None = Field(
        None, description="the meaning of each value; any other value is refused"
    )

    @model_validator(mode="after")
    def _comes_from_one_place(self) -> FromAlert:
        if (self.label is None) == (self.annotation is None):
            raise ValueError("name either a label or an annotation")
        return self

    def of(self, alert: Alert) -> Plain:
        """The value in ``alert``; ``RefusedError`` if it has none."""
        kind = "label" if self.label else "annotation"
        name = self.label or self.annotation or ""
        given = (alert.labels if self.label else alert.annotations).get(name)
        if given is None:
            raise RefusedError(f"the alert has no {kind} '{name}'")
        if self.words is None:
            return given
        if given not in self.words:
            raise RefusedError(f"the mapping gives no meaning for the {kind} {name}={given[:80]!r}")
        return self.words[given]


def _kind_of_value(given: Any) -> str:
    return "alert" if isinstance(given, (dict, FromAlert)) else "plain"


Value = Annotated[
    Annotated[Plain, Tag("plain")] | Annotated[FromAlert, Tag("alert")],
    Discriminator(_kind_of_value),
]
Fields = dict[str, Value]


class Rule(Frozen):
    """The meaning of one alert."""

    alert: NonEmpty = Field(description="its name, the label alertname")
    where: dict[str, str] = Field(
        default_factory=dict, description="further labels, and the value that each must have"
    )
    fact: Fields = Field(description="the fact while it fires, as in a facts document")
    resolved: Fields | None = Field(
        None, description="what changes in the fact once it is resolved; default: no fact"
    )

    def covers(self, alert: Alert) -> bool:
        """Whether the rule applies to ``alert``."""
        wanted = {"alertname": self.alert, **self.where}
        return wanted.items() <= alert.labels.items()

    @property
    def once_resolved(self) -> Fields:
        """The fact of a resolved alert."""
        return {**self.fact, **(self.resolved or {})}


class Mapping(Frozen):
    """All rules; if several cover an alert, the first counts."""

    mapping_version: Literal[1]
    host: FromAlert | None = Field(
        None, description="the host of every fact; a port after it is dropped"
    )
    rules: tuple[Rule, ...] = Field(min_length=1)


def read_mapping(source: Source, vocabulary: Vocabulary) -> Mapping:
    """Read a mapping from YAML; ``KnowledgeError`` names the line and field of a mistake."""
    mapping = validated(Mapping, parse_yaml(source, KnowledgeError), source, KnowledgeError)
    for number, rule in enumerate(mapping.rules):
        for part, fields in (("fact", rule.fact), ("resolved", rule.once_resolved)):
            _check(fields, source, ("rules", number, part), vocabulary)
    return mapping


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a mapping."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID}
    return head | Mapping.model_json_schema()


def _check(fields: Fields, source: Source, at: Steps, vocabulary: Vocabulary) -> None:
    """Refuse fields that can never form a fact, and names that the vocabulary lacks.

    ``at`` is the position of the fields in the source.
    """
    model = KINDS.get(str(fields.get("kind")))
    if model is None:
        allowed, given = tuple(KINDS), str(fields.get("kind", ""))
        raise KnowledgeError(
            f"unknown kind of fact '{given}'", source.place((*at, "kind")), allowed, given
        )
    known = model.model_fields
    for name in fields:
        if name not in known:
            raise KnowledgeError(
                f"unknown field '{name}'", source.place((*at, name)), tuple(sorted(known)), name
            )
    for name, info in known.items():
        if info.is_required() and name not in fields:
            raise KnowledgeError(f"the field '{name}' is missing", source.place(at))
    plain = {name: value for name, value in fields.items() if not isinstance(value, FromAlert)}
    said: dict[str, Any] = {name: (known[name].annotation, known[name]) for name in plain}
    said_model = create_model("Fact", __config__=ConfigDict(strict=True), **said)
    validated(said_model, plain, source, KnowledgeError, at=at)
    _check_names(plain, source, at, vocabulary)


def _check_names(plain: dict[str, Any], source: Source, at: Steps, vocabulary: Vocabulary) -> None:
    for field, named in KINDS[plain["kind"]].NAMED.items():
        if field in plain and not named.open:
            try:
                vocabulary.require(named.kind, plain[field])
            except FactsError as error:
                raise error.told_as(KnowledgeError, source.place((*at, field))) from None
