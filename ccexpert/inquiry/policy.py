"""A question policy: decides what is worth asking in a case, and what to ask next.

The report lists what is worth checking, and the consultation asks for it; both follow the policy
of their expert. Apart from the protocol, everything here is plain data. The default policy is
``second_look.SecondLook``. Another policy is one more file, passed to ``Expert(policy=…)``; it
may build on ``candidates.Candidates``, as the default does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from ccexpert.engine.reasoner import Reasoned
from ccexpert.inquiry.things import Thing
from ccexpert.rank import Ranking


class Situation(NamedTuple):
    """What is known of a case so far."""

    reasoned: Reasoned
    ranking: Ranking
    given: Mapping[Thing, tuple[str, ...]] = {}
    """What was answered about each thing, in order: a second answer is that of a second look."""
    supposing: Callable[[Mapping[Thing, str]], Situation] | None = None
    """The situation if these answers were replaced; None if nobody is being asked."""

    @property
    def closed(self) -> frozenset[Thing]:
        """Things that were already asked about."""
        return frozenset(self.given)


class Effect(NamedTuple):
    """The effect of one answer on one diagnosis."""

    diagnosis: str
    rule: str
    """The strongest evidence that the answer would make hold."""
    certainty: float
    """The certainty of the diagnosis after the answer."""


class Rival(NamedTuple):
    """A diagnosis that an answer would put first, or the first one if the answer makes it fall."""

    diagnosis: str
    instance: str
    share: float
    """Its present probability among all standing diagnoses."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A thing worth asking about."""

    thing: Thing
    topic: str
    bits: float
    """The expected information about the diagnoses."""
    minutes: float
    look: object
    """Identifies the look it needs; one look may answer several questions."""
    effects: Mapping[str, Sequence[Effect]]
    """For each answer, its effects on the diagnoses."""
    rivals: Mapping[str, Sequence[Rival]]
    """For each answer that would change the first diagnosis: the diagnoses that would replace it,
    the surest first."""

    @property
    def telling(self) -> str:
        """The abnormal answer that would make a diagnosis surest."""
        moved = ((a, max(e.certainty for e in by)) for a, by in self.effects.items() if by)
        out_of_order = [pair for pair in moved if pair[0] != self.thing.normal]
        return max(out_of_order, key=lambda pair: pair[1], default=("", 0.0))[0]

    @property
    def decisive(self) -> str:
        """The answer that changes the first diagnosis: preferably abnormal, and then the one that
        makes a diagnosis surest."""

        def strength(answer: str) -> tuple[bool, float]:
            surest = max((e.certainty for e in self.effects.get(answer, ())), default=0.0)
            return answer != self.thing.normal, surest

        return max(self.rivals, key=strength)


@dataclass(frozen=True, slots=True)
class Offer:
    """What is asked at once: one candidate, or a list of several of one kind."""

    candidates: tuple[Candidate, ...]
    minutes: float
    """The time it takes to answer."""
    worth: float = field(default=0.0)
    """The value that the policy sorts by."""
    is_second_look: bool = False
    """Whether it asks again about something that was answered."""
    is_alone: bool = False
    """Whether it does so because nothing else speaks for the first diagnosis."""
    is_other_sign: bool = False
    """Whether it asks about something else that would show the same."""

    @property
    def things(self) -> tuple[Thing, ...]:
        """The things it asks about."""
        return tuple(one.thing for one in self.candidates)

    @property
    def topic(self) -> str:
        """The topic it belongs to."""
        return self.candidates[0].topic


class Policy(Protocol):
    """Chooses what to ask, for one knowledge base; threads may share it."""

    def offers(self, situation: Situation) -> Sequence[Offer]:
        """Everything worth asking now, the best first; empty when it is time to stop."""

    def choose(self, offers: Sequence[Offer], topic: str) -> Offer | None:
        """What to ask next; ``topic`` is that of the last question (``""`` if there was none)."""
