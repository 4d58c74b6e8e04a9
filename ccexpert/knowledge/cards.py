"""Cards: one diagnosis each, written by people who know Campaign. Format: ``rules/README.md``."""

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Annotated, Any, Literal, NamedTuple, Self, cast

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from ccexpert.certainty import WORDS
from ccexpert.errors import KnowledgeError, Place
from ccexpert.facts.entries import Command, NonEmpty, Text
from ccexpert.knowledge.examples import Example
from ccexpert.knowledge.fields import (
    CARD_ID,
    Certainty,
    Condition,
    Thing,
    Wanted,
    Written,
    vocabulary_of,
)
from ccexpert.knowledge.patterns import Conjunction, Pattern, When, used_variables
from ccexpert.knowledge.texts import check_variables, check_words

Verdict = Literal["fault", "not-a-fault", "elsewhere"]
Basis = Literal["documented", "implied", "support-article", "third-party"]
Risk = Literal["none", "low", "interrupts-service", "loses-data"]
ActionKind = Literal["check", "start", "restart", "rerun", "fix", "escalate"]

_GLOB = frozenset("*?[")


class EvidenceRule(Written):
    """What speaks for (positive certainty) or against (negative) a diagnosis."""

    when: Condition
    certainty: Certainty
    because: Text
    needed: Text | None = None
    """What the report says if the thing it asks about is healthy. The diagnosis cannot exist
    without this sign, so it is then ruled out."""
    basis: Basis | None = None
    references: tuple[NonEmpty, ...] = ()
    """The sources of this one piece of evidence, beside those of the card."""

    @model_validator(mode="after")
    def _can_be_told(self) -> Self:
        bound = used_variables(self.when.alternatives)
        check_variables(self.because, bound, "because")
        if self.needed:
            check_variables(self.needed, bound, "needed")
            _check_needed(self.when, self.certainty)
        return self


def _check_needed(when: When, certainty: float) -> None:
    """Refuse 'needed' unless the sign is a single thing that can be observed to be healthy."""
    patterns = tuple(when.patterns)
    if len(patterns) > 1 or any(when.negatives) or certainty < 0:
        raise KnowledgeError(
            "'needed' is only allowed on evidence for a diagnosis that has a single pattern",
            Place(field=("needed",)),
            given="needed",
        )
    if not patterns[0].excludes(patterns[0].healthy):
        raise KnowledgeError(
            "'needed' is only allowed for a sign that a healthy server does not show",
            Place(field=("needed",)),
            given="needed",
        )


def _opposite(rule: EvidenceRule) -> EvidenceRule:
    """The evidence against a diagnosis when a sign it needs is absent."""
    (pattern,) = rule.when.patterns
    return EvidenceRule.model_construct(
        {"when", "certainty", "because"},
        when=When((Conjunction((pattern.healthy,)),)),
        certainty=WORDS["conclusive against"],
        because=cast(Text, rule.needed),
    )


#: What words that are like a card say for it, whatever the card (``rank/likeness.py``).
_LIKENESS = EvidenceRule.model_construct(
    {"when", "certainty", "because"},
    when=When(()),
    certainty=WORDS["suggestive"],
    because=Text.model_construct(
        en="Your words resemble this known case; no sign of it was seen yet.",
        sv="Dina ord liknar det här kända fallet; inget tecken på det har setts ännu.",
    ),
)


class ActionRule(Written):
    """One thing to do about a diagnosis."""

    kind: ActionKind
    target: NonEmpty
    text: Text
    when: Condition | None = None
    command: Command | None = None
    risk: Risk = "none"
    warning: Text | None = None
    minutes: float = Field(2, gt=0)
    asks: Thing | None = None
    """The one thing that a check looks at: what is known of it is not asked again."""
    verify: Wanted | None = None
    references: tuple[NonEmpty, ...] = ()
    """The sources of this one step, beside those of the card."""

    @model_validator(mode="after")
    def _risk_is_told(self) -> Self:
        if self.risk in ("interrupts-service", "loses-data") and self.warning is None:
            raise KnowledgeError(
                f"an action with risk '{self.risk}' needs a 'warning'", lacking="warning"
            )
        if self.kind == "check" and self.risk != "none":
            raise KnowledgeError(
                "a check must be harmless: it cannot carry a risk",
                Place(field=("risk",)),
                given="risk",
            )
        if self.kind != "check" and self.asks is not None:
            raise KnowledgeError(
                "'asks' is for checks: what the look is about", Place(field=("asks",)), given="asks"
            )
        return self


class Others(Written):
    """Other diagnoses, and why this one accounts for them."""

    cards: tuple[NonEmpty, ...] = Field(min_length=1)
    because: Text


def _with_reason(raw: Any) -> Any:
    if isinstance(raw, str):
        shape = f"{{cards: [{raw}, …], because: {{en: …, sv: …}}}}"
        raise KnowledgeError(f"a card says why it accounts for others: write {shape}", given=raw)
    return raw


Reasoned = Annotated[Others, BeforeValidator(_with_reason)]


class Conditions(NamedTuple):
    """The logic of a card, without its texts."""

    evidence: tuple[When, ...]
    certainties: tuple[float, ...]
    """The certainty of each piece of evidence."""
    actions: tuple[When | None, ...]
    """One per action; None for an action that is always offered."""

    @property
    def whens(self) -> Iterable[When]:
        """All conditions, of evidence and of actions."""
        yield from self.evidence
        yield from filter(None, self.actions)

    @property
    def supporting(self) -> Iterable[Pattern]:
        """The patterns of the evidence that speaks for the card."""
        for when, certainty in zip(self.evidence, self.certainties, strict=True):
            if certainty > 0:
                yield from when.patterns


class Card(Written):
    """One diagnosis."""

    id: str = Field(pattern=CARD_ID)
    module: NonEmpty
    verdict: Verdict
    impact: int = Field(ge=1, le=4)
    basis: Basis = "documented"
    title: Text
    meaning: Text
    evidence: tuple[EvidenceRule, ...] = Field(min_length=1)
    complaint: bool = False
    """Whether the card only restates a complaint; such a card never ranks above a cause."""
    general: bool = False
    """Whether the card only names the class of a cause; it stands under every finding that
    accounts for the same facts."""
    refines: tuple[Reasoned, ...] = ()
    """The general diagnoses that this card specifies; they stand under it when it is a finding."""
    explains: tuple[Reasoned, ...] = ()
    """Its consequences; their ids may be globs."""
    actions: tuple[ActionRule, ...] = ()
    false_positives: tuple[Text, ...] = ()
    references: tuple[NonEmpty, ...] = ()
    examples: tuple[Example, ...] = ()

    @property
    def conditions(self) -> Conditions:
        """The conditions of its evidence and its actions."""
        return Conditions(
            tuple(e.when for e in self.evidence),
            tuple(e.certainty for e in self.evidence),
            tuple(a.when for a in self.actions),
        )

    @property
    def says_only_whom(self) -> bool:
        """Whether it only gives back whom a complaint concerns."""
        return self.general and self.complaint

    @property
    def names_a_cause(self) -> bool:
        """Whether it names a cause, and not only its class, its place or what is no fault."""
        return not (self.general or self.complaint) and self.verdict != "not-a-fault"

    @property
    def likeness(self) -> int:
        """The number of the evidence behind its own: that somebody's words are like it."""
        return len(self.evidence)

    def rule(self, number: int) -> EvidenceRule:
        """Its evidence with this number."""
        return _LIKENESS if number == self.likeness else self.evidence[number]

    @property
    def refined(self) -> tuple[str, ...]:
        """The ids of the cards that it refines."""
        return tuple(name for others in self.refines for name in others.cards)

    @property
    def consequences(self) -> tuple[str, ...]:
        """The ids of the diagnoses that it explains, globs included."""
        return tuple(name for others in self.explains for name in others.cards)

    @property
    def takes(self) -> tuple[str, ...]:
        """Ids of the diagnoses that may stand under it, globs included."""
        return (*self.refined, *self.consequences)

    def accounts_for(self, other: str) -> bool:
        """Whether this card can explain the diagnosis with this id."""
        return is_among(other, self.takes)

    @property
    def cited(self) -> tuple[str, ...]:
        """Its sources, and those of single pieces of evidence and steps."""
        parts: tuple[EvidenceRule | ActionRule, ...] = (*self.evidence, *self.actions)
        return (*self.references, *(name for part in parts for name in part.references))

    @property
    def symptoms(self) -> frozenset[str]:
        """The symptoms that speak for this diagnosis."""
        return frozenset(
            str(name)
            for evidence in self.evidence
            if evidence.certainty > 0
            for pattern in evidence.when.patterns
            if pattern.kind == "symptom"
            for name in pattern.literals("name")
        )

    @field_validator("evidence")
    @classmethod
    def _with_opposites(cls, written: tuple[EvidenceRule, ...]) -> tuple[EvidenceRule, ...]:
        """The written evidence, followed by the evidence from absent needed signs."""
        return (*written, *(_opposite(rule) for rule in written if rule.needed))

    @field_validator("module")
    @classmethod
    def _module_is_known(cls, module: str, info: ValidationInfo) -> str:
        known = vocabulary_of(info).names("module")
        if module not in known:
            raise KnowledgeError(f"unknown module '{module}'", allowed=known, given=module)
        return module

    @model_validator(mode="after")
    def _variables_are_bound(self) -> Self:
        bound = frozenset().union(*(used_variables(e.when.alternatives) for e in self.evidence))
        for number, action in enumerate(self.actions):
            at = ("actions", number)
            mine = bound | (
                used_variables(action.when.alternatives) if action.when else frozenset()
            )
            check_variables(action.text, mine, *at, "text")
            check_words((action.target,), mine, *at, "target")
            check_words((str(action.asks or ""),), mine, *at, "asks")
            for argv in (action.command.linux, action.command.windows) if action.command else ():
                check_words(argv or (), mine, *at, "command")
        check_variables(self.title, bound, "title")
        return self


def is_among(card: str, names: Iterable[str]) -> bool:
    """Whether a card's id is among these names, which may be globs."""
    return any(
        card == name or (not _GLOB.isdisjoint(name) and fnmatchcase(card, name)) for name in names
    )
