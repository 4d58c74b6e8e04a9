"""Questions in words: comes in what to ask about, goes out a ``Question`` in one language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ccexpert.consult.choice import Candidate, minutes_of
from ccexpert.consult.complaints import Complaints
from ccexpert.consult.question import INSTANCE, SYMPTOMS, UNKNOWN, Choice, Question
from ccexpert.consult.things import ANSWERS, NORMAL, Thing
from ccexpert.consult.words import say, state_label
from ccexpert.errors import FactsError
from ccexpert.facts import DEFAULT_INSTANCE, UNSAID
from ccexpert.knowledge.vocabulary import Entry, Language, Vocabulary

#: The kinds of fact that are the case or not.
_YES_NO_KINDS = frozenset(kind for kind in ANSWERS if set(ANSWERS[kind]) == {"true", "false"})

#: The kinds of fact whose states suit very different things, so that some fit few of them.
_GENERAL_STATES = frozenset({"probe", "setting"})


class Asking:
    """Words questions in one language for one platform.

    ``told``: for each thing the answers that make a difference, and are offered.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        complaints: Complaints,
        told: Mapping[Thing, frozenset[str]],
        language: Language,
        platform: str,
    ) -> None:
        self._told = told
        self._vocabulary = vocabulary
        self._complaints = complaints
        self._language = language
        self._platform = platform

    def symptoms(self) -> Question:
        """What do you see?"""
        seen = self._complaints.symptoms()
        return Question(
            id=SYMPTOMS,
            kind="symptoms",
            text=self._say("symptoms"),
            help=self._say("symptoms help"),
            command=None,
            choices=tuple(Choice(c.value, c.label(self._language)) for c in seen),
            minutes=1,
            topic="",
        )

    def instance(self) -> Question:
        """Which instance is it about?"""
        return Question(
            id=INSTANCE,
            kind="instance",
            text=self._say("instance"),
            help=self._say("instance help"),
            command=("nlserver", "pdump"),
            choices=(),
            minutes=1,
            topic="",
        )

    def about(self, things: tuple[Thing, ...], candidates: Sequence[Candidate] = ()) -> Question:
        """A question about one thing, or a list of things of one kind."""
        if len(things) > 1:
            return self._list(things, tuple(candidates))
        thing, entry = things[0], self.entry(things[0])
        return Question(
            id=thing.id,
            kind="fact",
            text=entry.question.in_language(self._language) + self._place(thing),
            help=entry.help.in_language(self._language),
            command=entry.command.on(self._platform) if entry.command else None,
            choices=self._states(self._offered(thing)),
            minutes=entry.minutes,
            topic=entry.topic,
            things=things,
            candidates=tuple(candidates),
        )

    def _list(self, things: tuple[Thing, ...], candidates: tuple[Candidate, ...]) -> Question:
        kind, entries = things[0].kind, [self.entry(thing) for thing in things]
        wrong = [answer for answer in ANSWERS[kind] if answer != NORMAL[kind]]
        commands = {e.command.on(self._platform) if e.command else None for e in entries}
        return Question(
            id=",".join(thing.id for thing in things),
            kind="list",
            text=self._say(f"list {kind}"),
            help=self._say("list help" if kind in _YES_NO_KINDS else "list help states"),
            command=commands.pop() if len(commands) == 1 else None,
            choices=tuple(Choice(thing.id, self.title(thing)) for thing in things),
            minutes=minutes_of(candidates) if candidates else max(e.minutes for e in entries),
            topic=entries[0].topic,
            things=things,
            states=() if kind in _YES_NO_KINDS else self._states(wrong),
            candidates=candidates,
        )

    def title(self, thing: Thing) -> str:
        """What a thing is called."""
        return self.entry(thing).title.in_language(self._language) + self._place(thing)

    def item(self, thing: Thing, answer: str, certainty: float = 1.0) -> str:
        """A thing of a list and what is said of it: ``Supervisor (watchdog): missing``."""
        if answer == UNKNOWN:
            return f"{self.title(thing)} ?"
        if answer == "true":
            return self.doubted(self.title(thing), certainty)
        state = self.doubted(state_label(answer, self._language), certainty)
        return f"{self.title(thing)}: {state}"

    def doubted(self, label: str, certainty: float) -> str:
        """An answer, and whether it is only *probably* so."""
        return label if certainty == 1.0 else say("probably", self._language, answer=label)

    def entry(self, thing: Thing) -> Entry:
        """What the vocabulary says of a thing."""
        entry = thing.entry(self._vocabulary)
        if entry is None:
            raise FactsError(f"the vocabulary does not know '{thing.id}'")
        return entry

    def _place(self, thing: Thing) -> str:
        """Where a thing is, when that must be said: the module of an error, the instance."""
        module = thing.name[1:] if thing.kind == "error" else ()
        named = (thing.instance,) if thing.instance not in (UNSAID, DEFAULT_INSTANCE) else ()
        return f" ({', '.join((*module, *named))})" if module or named else ""

    def _offered(self, thing: Thing) -> list[str]:
        if thing.kind not in _GENERAL_STATES:
            return list(thing.answers)
        told = self._told.get(thing.anywhere, thing.answers)
        return [answer for answer in thing.answers if answer in told]

    def _states(self, answers: Sequence[str]) -> tuple[Choice, ...]:
        return tuple(Choice(a, state_label(a, self._language)) for a in answers)

    def _say(self, key: str) -> str:
        return say(key, self._language)
