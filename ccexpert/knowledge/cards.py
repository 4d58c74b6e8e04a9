"""Cards: one diagnosis each, written by people who know Campaign. Format: ``rules/README.md``."""

import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Annotated, Any, Literal, NamedTuple, Self, cast

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from ccexpert.certainty import WORDS, word_for
from ccexpert.errors import KnowledgeError
from ccexpert.facts import Platform
from ccexpert.facts.concerned import CALLED, UNKNOWN
from ccexpert.facts.vocabulary import Command, Frozen, NonEmpty, Text, Vocabulary
from ccexpert.knowledge.patterns import (
    Conjunction,
    Pattern,
    When,
    read_pattern,
    read_thing,
    read_when,
    used_variables,
)
from ccexpert.words import Language

Verdict = Literal["fault", "not-a-fault", "elsewhere"]
Basis = Literal["documented", "implied", "support-article", "third-party"]
Risk = Literal["none", "low", "interrupts-service", "loses-data"]
ActionKind = Literal["check", "start", "restart", "rerun", "fix", "escalate"]

CARD_ID = r"^[a-z0-9][a-z0-9-]{2,69}$"

_GLOB = frozenset("*?[")
_VARIABLES = re.compile(r"\$([a-z]+)")

#: Variables that are always bound when a rule fires, even if no pattern names them.
_ALWAYS = frozenset({"host"})


def _vocabulary(info: ValidationInfo) -> Vocabulary:
    return info.context["vocabulary"]  # type: ignore[no-any-return, index]


def _as_when(raw: Any, info: ValidationInfo) -> When:
    return raw if isinstance(raw, When) else read_when(raw, _vocabulary(info))


def _as_pattern(raw: Any, info: ValidationInfo) -> Pattern:
    return raw if isinstance(raw, Pattern) else read_pattern(raw, _vocabulary(info))


def _as_thing(raw: Any, info: ValidationInfo) -> Pattern:
    return raw if isinstance(raw, Pattern) else read_thing(raw, _vocabulary(info))


#: Key in the validation context: the input was checked before, and its certainties are numbers.
COMPILED = "compiled"


class _Card(Frozen):
    model_config = ConfigDict(
        extra="forbid", frozen=True, arbitrary_types_allowed=True, defer_build=True
    )


def _from_words(raw: Any, info: ValidationInfo) -> float:
    if isinstance(raw, str) and raw in WORDS:
        return WORDS[raw]
    if isinstance(raw, float) and isinstance(info.context, dict) and COMPILED in info.context:
        return raw
    number = isinstance(raw, (int, float)) and -1 <= raw <= 1 and raw
    told = (
        f"'{word_for(raw)}' instead of {raw}" if number else f"one of the words below, not '{raw}'"
    )
    raise KnowledgeError(f"a certainty is given as a word: write {told}", allowed=tuple(WORDS))


def _shaped(name: str) -> WithJsonSchema:
    """Marks what ``knowledge/schema.py`` describes, because the vocabulary tells its words."""
    return WithJsonSchema({"$comment": name})


Condition = Annotated[When, BeforeValidator(_as_when), PlainSerializer(str), _shaped("when")]
Wanted = Annotated[Pattern, BeforeValidator(_as_pattern), PlainSerializer(str), _shaped("pattern")]
Thing = Annotated[Pattern, BeforeValidator(_as_thing), PlainSerializer(str), _shaped("thing")]


Certainty = Annotated[float, BeforeValidator(_from_words), WithJsonSchema({"enum": list(WORDS)})]
"""A number from -1 to 1; cards write it as a word."""


class EvidenceRule(_Card):
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
        _check_variables(self.because, bound, "because")
        if self.needed:
            _check_variables(self.needed, bound, "needed")
            _check_needed(self.when, self.certainty)
        return self


def _check_needed(when: When, certainty: float) -> None:
    """Refuse 'needed' unless the sign is a single thing that can be observed to be healthy."""
    patterns = tuple(when.patterns)
    if len(patterns) > 1 or any(when.negatives) or certainty < 0:
        raise KnowledgeError(
            "'needed' is only allowed on evidence for a diagnosis that has a single pattern"
        )
    if not patterns[0].excludes(patterns[0].healthy):
        raise KnowledgeError(
            "'needed' is only allowed for a sign that a healthy server does not show"
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
    asks: Thing | None = None
    """The one thing that a check looks at: what is known of it is not asked again."""
    verify: Wanted | None = None
    references: tuple[NonEmpty, ...] = ()
    """The sources of this one step, beside those of the card."""

    @model_validator(mode="after")
    def _risk_is_told(self) -> Self:
        if self.risk in ("interrupts-service", "loses-data") and self.warning is None:
            raise KnowledgeError(f"an action with risk '{self.risk}' needs a 'warning'")
        if self.kind == "check" and self.risk != "none":
            raise KnowledgeError("a check must be harmless: it cannot carry a risk")
        if self.kind != "check" and self.asks is not None:
            raise KnowledgeError("'asks' is for checks: what the look is about")
        return self


class Others(_Card):
    """Other diagnoses, and why this one accounts for them."""

    cards: tuple[NonEmpty, ...] = Field(min_length=1)
    because: Text


def _with_reason(raw: Any) -> Any:
    if isinstance(raw, str):
        shape = f"{{cards: [{raw}, …], because: {{en: …, sv: …}}}}"
        raise KnowledgeError(f"a card says why it accounts for others: write {shape}", given=raw)
    return raw


Reasoned = Annotated[Others, BeforeValidator(_with_reason)]


class Expectation(_Card):
    """The expected result of an example: the rank of its card and the steps of its plan."""

    outcome: Literal["silent", "ruled-out"] | None = None
    rank: int | None = Field(None, ge=1)
    below: NonEmpty | None = None
    """The diagnosis that ranks first instead."""
    explained_by: NonEmpty | None = Field(None, alias="explained-by")
    plan: tuple[NonEmpty, ...] = ()
    """Steps that the plan must have: ``restart``, ``restart web``, or a risk: ``loses-data``."""
    never: tuple[NonEmpty, ...] = ()
    """Steps that the plan must not have."""

    @model_validator(mode="after")
    def _says_where_the_card_stands(self) -> Self:
        said = [x for x in (self.outcome, self.rank, self.below, self.explained_by) if x]
        if len(said) != 1:
            raise KnowledgeError(
                "'expect' needs one of outcome (silent, ruled-out), rank, below and explained-by"
            )
        return self


def _as_expectation(raw: Any) -> Any:
    return {"outcome": raw} if isinstance(raw, str) else raw


class Example(_Card):
    """Facts and the result they must lead to."""

    name: NonEmpty
    facts: tuple[dict[str, Any], ...]
    expect: Annotated[Expectation, BeforeValidator(_as_expectation)]
    platform: Platform = "linux"


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
    def refined(self) -> tuple[str, ...]:
        """The ids of the cards that it refines."""
        return tuple(name for others in self.refines for name in others.cards)

    @property
    def takes(self) -> tuple[str, ...]:
        """Ids of the diagnoses that may stand under it, globs included."""
        return (*self.refined, *(name for others in self.explains for name in others.cards))

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
            _check_words((str(action.asks or ""),), mine, "asks")
            for argv in (action.command.linux, action.command.windows) if action.command else ():
                _check_words(argv or (), mine, "command")
        _check_variables(self.title, bound, "title")
        return self


def is_among(card: str, names: Iterable[str]) -> bool:
    """Whether a card's id is among these names, which may be globs."""
    return any(
        card == name or (not _GLOB.isdisjoint(name) and fnmatchcase(card, name)) for name in names
    )


class Inference(_Card):
    """A rule that concludes facts from other facts."""

    id: str = Field(pattern=CARD_ID)
    when: Condition
    conclude: tuple[Wanted, ...] = Field(min_length=1)
    certainty: Certainty
    because: Text
    references: tuple[NonEmpty, ...] = ()

    @model_validator(mode="after")
    def _can_be_concluded(self) -> Self:
        if any(True for _ in self.when.negatives):
            raise KnowledgeError("'not' is not allowed in the 'when' of an inference")
        if self.certainty < 0:
            raise KnowledgeError(
                "an inference only concludes what is true; its certainty must be positive"
            )
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


def fill(text: str, bindings: Mapping[str, str]) -> str:
    """``text`` with its variables filled in; an unknown one stays visible as ``<name>``."""
    return _VARIABLES.sub(lambda found: bindings.get(found[1]) or f"<{found[1]}>", text)


def rendered(text: Text, bindings: Mapping[str, str], language: Language) -> str:
    """A text of a card with the values of its variables, in words of ``language``."""
    concerned = CALLED[bindings.get("whom", UNKNOWN)]
    spoken = {**bindings, "whom": concerned[language == "sv"]}
    return fill(text.in_language(language), spoken)
