"""Cards: one diagnosis each, as people who know Campaign write them. Format:
``rules/README.md``."""

import re
from fnmatch import fnmatchcase
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationInfo,
    model_validator,
)

from ccexpert.errors import KnowledgeError
from ccexpert.facts import Platform
from ccexpert.knowledge.patterns import Pattern, When, read_pattern, read_when, used_variables
from ccexpert.knowledge.vocabulary import Command, Frozen, NonEmpty, Text, Vocabulary

Verdict = Literal["fault", "not-a-fault", "elsewhere"]
Basis = Literal["documented", "implied", "support-article", "third-party"]
Risk = Literal["none", "low", "interrupts-service", "loses-data"]
ActionKind = Literal["check", "start", "restart", "rerun", "fix", "escalate"]

CARD_ID = r"^[a-z0-9][a-z0-9-]{2,69}$"
Conditions = tuple[tuple[When, ...], tuple[When | None, ...]]
"""Of each piece of evidence, and of each action; None is an action that holds always."""

_GLOB = frozenset("*?[")
_VARIABLES = re.compile(r"\$([a-z]+)")

#: Always known when a rule fires, whether a pattern names them or not.
_ALWAYS = frozenset({"host"})


def _vocabulary(info: ValidationInfo) -> Vocabulary:
    return info.context["vocabulary"]  # type: ignore[no-any-return, index]


def _as_when(raw: Any, info: ValidationInfo) -> When:
    return raw if isinstance(raw, When) else read_when(raw, _vocabulary(info))


def _as_pattern(raw: Any, info: ValidationInfo) -> Pattern:
    return raw if isinstance(raw, Pattern) else read_pattern(raw, _vocabulary(info))


class _Card(Frozen):
    model_config = ConfigDict(
        extra="forbid", frozen=True, arbitrary_types_allowed=True, defer_build=True
    )


Condition = Annotated[When, BeforeValidator(_as_when), PlainSerializer(str)]
Wanted = Annotated[Pattern, BeforeValidator(_as_pattern), PlainSerializer(str)]


class EvidenceRule(_Card):
    """What speaks for (positive certainty) or against (negative) a diagnosis."""

    when: Condition
    certainty: float = Field(ge=-1, le=1)
    because: Text
    basis: Basis | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.certainty == 0:
            raise KnowledgeError("evidence with certainty 0 says nothing")
        _check_variables(self.because, used_variables(self.when.alternatives), "because")
        return self


class ActionRule(_Card):
    """One thing to do about a diagnosis."""

    kind: ActionKind
    target: NonEmpty
    text: Text
    when: Condition | None = None
    command: Command | None = None
    risk: Risk = "none"
    warning: Text | None = None
    minutes: float = Field(2, gt=0)
    verify: Wanted | None = None

    @model_validator(mode="after")
    def _risk_is_told(self) -> Self:
        if self.risk in ("interrupts-service", "loses-data") and self.warning is None:
            raise KnowledgeError(f"an action with risk '{self.risk}' needs a 'warning'")
        if self.kind == "check" and self.risk != "none":
            raise KnowledgeError("a check must be harmless: it cannot carry a risk")
        return self


class Example(_Card):
    """Facts, and what must come of them."""

    name: NonEmpty
    facts: tuple[dict[str, Any], ...]
    expect: (
        Literal["silent", "ruled-out"]
        | Annotated[dict[Literal["rank"], int], Field(min_length=1, max_length=1)]
        | Annotated[dict[Literal["below", "explained-by"], str], Field(min_length=1, max_length=1)]
    )
    platform: Platform = "linux"


class Card(_Card):
    """One diagnosis."""

    id: str = Field(pattern=CARD_ID)
    module: NonEmpty
    verdict: Verdict
    impact: int = Field(ge=1, le=4)
    basis: Basis = "documented"
    title: Text
    meaning: Text
    evidence: tuple[EvidenceRule, ...] = Field(min_length=1)
    explains: tuple[NonEmpty, ...] = ()
    actions: tuple[ActionRule, ...] = ()
    false_positives: tuple[Text, ...] = ()
    references: tuple[NonEmpty, ...] = ()
    examples: tuple[Example, ...] = ()

    @property
    def conditions(self) -> Conditions:
        """Those of its evidence and of its actions."""
        return tuple(e.when for e in self.evidence), tuple(a.when for a in self.actions)

    def accounts_for(self, other: str) -> bool:
        """Whether it can explain the diagnosis with this id."""
        return any(
            other == name or (not _GLOB.isdisjoint(name) and fnmatchcase(other, name))
            for name in self.explains
        )

    @property
    def symptoms(self) -> frozenset[str]:
        """The symptoms that speak for it."""
        return frozenset(
            str(name)
            for evidence in self.evidence
            if evidence.certainty > 0
            for pattern in evidence.when.patterns
            if pattern.kind == "symptom"
            for name in pattern.literals("name")
        )

    @model_validator(mode="before")
    @classmethod
    def _module_is_known(cls, data: Any, info: ValidationInfo) -> Any:
        if isinstance(data, dict) and isinstance(data.get("module"), str):
            known = _vocabulary(info).names("module")
            if data["module"] not in known:
                raise KnowledgeError(
                    f"unknown module '{data['module']}'", allowed=known, given=data["module"]
                )
        return data

    @model_validator(mode="after")
    def _variables_are_bound(self) -> Self:
        bound = frozenset().union(*(used_variables(e.when.alternatives) for e in self.evidence))
        for action in self.actions:
            mine = bound | (
                used_variables(action.when.alternatives) if action.when else frozenset()
            )
            _check_variables(action.text, mine, "text")
            _check_words((action.target,), mine, "target")
            for argv in (action.command.linux, action.command.windows) if action.command else ():
                _check_words(argv or (), mine, "command")
        _check_variables(self.title, bound, "title")
        return self


class Inference(_Card):
    """What one observation says about other things."""

    id: str = Field(pattern=CARD_ID)
    when: Condition
    conclude: tuple[Wanted, ...] = Field(min_length=1)
    certainty: float = Field(gt=0, le=1)
    because: Text
    references: tuple[NonEmpty, ...] = ()

    @model_validator(mode="after")
    def _can_be_concluded(self) -> Self:
        if any(True for _ in self.when.negatives):
            raise KnowledgeError("'not' is not allowed in the 'when' of an inference")
        bound = used_variables(self.when.alternatives) | _ALWAYS
        for pattern in self.conclude:
            free = pattern.variables - bound
            if free:
                raise KnowledgeError(
                    f"the conclusion uses ${min(free)}, which 'when' does not bind"
                )
        return self


def _check_variables(text: Text, bound: frozenset[str], where: str) -> None:
    _check_words((text.en, text.sv), bound, where)


def _check_words(words: tuple[str, ...], bound: frozenset[str], where: str) -> None:
    for found in words:
        free = set(_VARIABLES.findall(found)) - bound - _ALWAYS
        if free:
            raise KnowledgeError(f"'{where}' uses ${min(free)}, which no evidence binds")


def fill(text: str, bindings: dict[str, str]) -> str:
    """``text`` with the values of its variables; one that was not said stays visible as
    ``<name>``."""
    return _VARIABLES.sub(lambda found: bindings.get(found[1]) or f"<{found[1]}>", text)
