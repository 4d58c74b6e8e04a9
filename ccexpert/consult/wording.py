"""Puts what a dialogue says into words, in the language of its consultation."""

from __future__ import annotations

import math
import shlex
from collections.abc import Iterable, Iterator, Sequence

from ccexpert.certainty import FINDING, RULED_OUT, THRESHOLD
from ccexpert.consult.commands import Command, command_words, nearest
from ccexpert.consult.consultation import Consultation
from ccexpert.consult.pace import PATIENCE, Reason
from ccexpert.consult.printed import can_be_pasted
from ccexpert.consult.question import Choice, NotAnAnswerError, Question, Step, UnclearStateError
from ccexpert.consult.reasons import Because, Conflict, Said
from ccexpert.consult.replies import Line, numbered
from ccexpert.consult.words import say
from ccexpert.display import clean
from ccexpert.inquiry.policy import Effect
from ccexpert.knowledge.texts import rendered
from ccexpert.report.lead import sureness
from ccexpert.report.words import words
from ccexpert.words import Language

#: So many questions to come are no promise to make.
PROMISED = 16

#: The steps of the first plan.
_FIRST_PLAN = ("processes", "missing", "pages", "logs", "observe", "call")

#: How many diagnoses of the ranking are shown.
_RANKED = 8

#: The most meanings that are named for a line that is no answer.
_NAMED = 3

#: What was typed is quoted up to this length.
_QUOTED = 60


class Wording:
    """Puts one consultation into lines."""

    def __init__(self, consultation: Consultation) -> None:
        self._consultation = consultation
        self._promised = PROMISED

    @property
    def _language(self) -> Language:
        return self._consultation.language

    def say(self, key: str, **values: object) -> Line:
        """One line of the words called ``key``."""
        return Line(self._say(key, **values))

    def progress(self) -> Line:
        """How far the consultation is, and which diagnosis leads."""
        progress = self._consultation.progress()
        parts = [f"{self._say('question')} {progress.number}"]
        if 0 < progress.to_go < self._promised:  # a promise falls, or none is made
            self._promised = progress.to_go
            parts.append(self._say("to go", n=progress.to_go))
        leads = f"{self._say('leading')}: {progress.certainty:.2f} {progress.leading}"
        told = leads if progress.leading else self._say("none leads")
        return Line(f"[{', '.join(parts)}; {told}]", "progress")

    def question(self, question: Question, shown: Iterable[Choice]) -> Iterator[Line]:
        """A question with its choices and what may be typed."""
        yield Line(question.text)
        if question.kind == "symptoms":
            yield Line(f"({self._say('choose')})")
        yield from numbered(shown)
        if question.offer and question.offer.is_second_look and can_be_pasted(question):
            yield self.say("paste it", command=shlex.join(question.command or ()))
        if question.kind in ("fact", "list"):
            yield Line(f"({self._ways(question)})", "ways")

    def _ways(self, question: Question) -> str:
        if question.states:
            states = [choice.label for choice in question.states]
            return self._say("pick states", state=states[0], states=", ".join(states))
        if question.asks_build:
            return self._say("also build")
        return self._say("also" if question.kind == "fact" else "pick")

    def resumed(self) -> Iterator[Line]:
        """Say that a session is resumed, and whether its last line was lost."""
        if self._consultation.lost_a_line:
            yield self.say("dropped")
        yield self.say("resumed", n=len(self._consultation.steps))

    def done(self) -> Iterator[Line]:
        """Say that no question is left."""
        yield Line()
        yield self.say("done" if self._consultation.first() else "done without")

    def chosen(self, choices: Sequence[Choice]) -> Line:
        """What is chosen for the open question so far."""
        said = "; ".join(choice.label for choice in choices) or self._say("nothing chosen")
        return Line(f"{self._say('chosen')}: {said}")

    # --- what was not understood ---

    def empty(self, question: Question) -> Line:
        """What to type instead of nothing."""
        if question.kind == "list":
            return self.say("say none" if question.states else "say none apply")
        return self.say("choose one found" if question.kind == "symptoms" else "say something")

    def nothing_found(self, typed: str) -> Line:
        """Say that a search found nothing."""
        return self.say("nothing found", given=clean(typed, _QUOTED))

    def refused(self, error: NotAnAnswerError, question: Question) -> Iterator[Line]:
        """Name the possible answers after something else was typed."""
        labels = [choice.label for choice in question.choices]
        if question.kind == "instance":
            yield self.say("not an instance", given=error.given)
        elif isinstance(error, UnclearStateError):
            which = ", ".join(f"{labels.index(one) + 1} {one}" for one in error.allowed)
            yield self.say("which of them", words=which)
        else:
            yield self.say("not understood", given=clean(error.given, _QUOTED))
            typed = command_words(self._language, several=question.kind == "list")
            hint = self.hint(error.given, [*labels, *typed])
            yield hint or self.say("answers are", words=", ".join(labels))

    def no_state(self, error: UnclearStateError, question: Question) -> Iterator[Line]:
        """Name the possible states after a list item was named without one."""
        states = [choice.label for choice in question.states]
        yield self.say("not understood", given=error.given)
        yield self.hint(error.given, states) or self.say("say a state", states=", ".join(states))

    def hint(self, given: str, words: Iterable[str]) -> Line | None:
        """A *did you mean* for a misspelt word, if there is one."""
        near = nearest(given, words)
        return self.say("did you mean", word=near) if near else None

    def misspelt(self, strange: Iterable[str], names: Iterable[str]) -> Iterator[Line]:
        """A *did you mean* for each word that is nearly one of the names."""
        known = tuple(names)
        yield from filter(None, (self.hint(each, known) for each in strange))

    def pasted(self, labels: Sequence[str], left: Iterable[str]) -> Iterator[Line]:
        """What was read from a text, and the sentences that were not understood."""
        yield self.say("read" if labels else "read nothing")
        yield from (Line(label, "fact") for label in labels)
        yield from (self.say("read left", said=said) for said in left)

    def outweighed(self, said: Sequence[Step]) -> Iterator[Line]:
        """The earlier answers that what was just told outweighs."""
        for before, now in zip(said, self._consultation.steps, strict=True):
            if before.values != now.values:
                yield self.say("outweighed", said="; ".join(self._consultation.labels(before)))

    def may_mean(self, choices: Sequence[Choice]) -> Iterator[Line]:
        """What a line that is no answer may mean; one of them can be typed in full."""
        if choices:
            said = "; ".join(f"'{choice.label}'" for choice in choices[:_NAMED])
            yield self.say("may mean", said=said)

    # --- who knows nothing ---

    def look(self) -> Iterator[Line]:
        """Say how to find out what the operator does not know."""
        yield self.say("look")
        yield Line("ccexpert consult --observe", "command")
        yield self.say("look at list")
        yield Line(
            "nlserver pdump | ccexpert observe pdump - | ccexpert consult --facts -", "command"
        )

    def gave_up(self, reason: Reason) -> Iterator[Line]:
        """Why no more is asked, what to do now, and how to go on."""
        yield Line()
        yield from self.first_plan(reason)
        yield self.say("go on")

    def first_plan(self, reason: Reason) -> Iterator[Line]:
        """Why no more is asked, and the first steps of every case if nothing was found."""
        first = self._consultation.first()
        if first and first.certainty >= FINDING:
            yield self.say(f"enough {reason}", n=PATIENCE)
            return
        yield self.say(f"first plan {reason}", n=PATIENCE)
        for number, step in enumerate(_FIRST_PLAN, 1):
            yield Line(self._say(f"plan {step}"), "choice", number)

    # --- why, how, show, help, back ---

    def explained(self, command: Command, question: Question) -> Iterator[Line]:
        """The reply to ``why``, ``how``, ``show`` or ``help``."""
        if command.name == "why":
            return self.why(question, rules=command.rules)
        if command.name == "how":
            return self.how(rules=command.rules)
        return self.show() if command.name == "show" else self.help(question, command.number)

    def why(self, question: Question, *, rules: bool = False) -> Iterator[Line]:
        """The effects of the answers to a question; with ``rules``, also their ids."""
        if question.offer is None:
            yield self.say(f"why {question.kind}")
            return
        if question.offer.is_second_look:
            yield self.say("why again")
            return
        yield self.say("separates")
        if question.kind == "fact":
            effects = question.offer.candidates[0].effects
            for choice in question.choices:
                yield from self._effects(choice.label, effects.get(choice.value, ()), 2, rules)
            return
        for choice, candidate in zip(question.choices, question.offer.candidates, strict=True):
            answer = candidate.telling
            state = next((f": {c.label}" for c in question.states if c.value == answer), "")
            moved = candidate.effects.get(answer, ())
            surest = sorted(moved, key=lambda e: -e.certainty)[:1]
            yield from self._effects(choice.label + state, surest, 1, rules)

    def _effects(
        self, label: str, effects: Iterable[Effect], most: int, rules: bool
    ) -> Iterator[Line]:
        """The effect of an answer on the diagnoses that it moves most."""
        cards = self._consultation.expert.base.cards
        for effect in sorted(effects, key=lambda e: -abs(e.certainty))[:most]:
            title = rendered(cards[effect.diagnosis].title, {}, self._language)
            told = self._say("then", answer=label, sure=self._sure(effect.certainty), title=title)
            yield Line(told + (f" [{effect.rule}]" if rules else ""), "effect")

    def _sure(self, certainty: float) -> str:
        """A certainty in words, also one that no diagnosis is named for."""
        if certainty >= THRESHOLD:
            return sureness(certainty, words(self._language))
        return self._say("ruled out" if certainty <= -RULED_OUT else "unlikely")

    def how(self, *, rules: bool = False) -> Iterator[Line]:
        """Why the first diagnosis leads; with ``rules``, also the ids of its evidence."""
        first = self._consultation.first()
        if first is None:
            yield self.say("none leads")
            return
        title = rendered(first.card.title, first.bindings, self._language)
        yield Line(self._say("stands", title=title, sure=self._sure(first.certainty)), "first")
        for because in self._consultation.reasons().of(first):
            yield from self._because(because, rules)

    def _because(self, because: Because, rules: bool) -> Iterator[Line]:
        """A reason, and what it rests on."""
        key = "speaks for" if because.certainty > 0 else "speaks against"
        key = key if because.certainty else "adds nothing"
        rule = f" [{because.rule}]" if rules else ""
        yield Line(self._say(key, because=because.text) + rule, "because")
        for said in because.facts:
            yield Line(self._told(said), "told")

    def _told(self, said: Said) -> str:
        known = self._say("you said" if said.answer else "it is known", fact=said.text)
        return f"{known} ({self._say('answer number', n=said.answer)})" if said.answer else known

    def conflict(self, found: Conflict) -> Iterator[Line]:
        """Two things that do not fit together, and how to take one of them back."""
        yield self.say("does not fit", title=found.title)
        for because in (found.against, found.speaking):
            yield from self._because(because, rules=False)
        numbers = {said.answer for b in (found.against, found.speaking) for said in b.facts} - {0}
        if numbers:
            either = self._say("or").join(f"'{self._say('back')} {n}'" for n in sorted(numbers))
            yield self.say("take back", back=either)

    def show(self) -> Iterator[Line]:
        """The facts so far, and the ranking."""
        report = self._consultation.report()
        yield self.say("facts so far")
        facts = [self._consultation.worded(fact) for fact in self._consultation.document().facts]
        for fact in facts or [self._say("nothing yet")]:
            yield Line(fact, "fact")
        if report.diagnoses:
            yield self.say("ranking")
        for number, d in enumerate(report.diagnoses[:_RANKED], 1):
            yield Line(f"{number}. {d.certainty:.2f} {d.title}", "rank")

    def help(self, question: Question, number: int) -> Iterator[Line]:
        """Where to look, with which command, and how long it takes; for item ``number`` of a
        list."""
        if question.kind == "list" and 1 <= number <= len(question.things):
            question = self._consultation.about(question.things[number - 1])
            yield Line(question.text)
        yield Line(question.help)
        if question.command:
            yield self.say("look with", command=shlex.join(question.command))
        yield self.say("takes", n=math.ceil(question.minutes))

    def given(self) -> Iterator[Line]:
        """All answers so far."""
        for number, step in enumerate(self._consultation.steps, 1):
            answer = ", ".join(self._consultation.labels(step))
            yield Line(f"{self._consultation.asked(number).text} {answer}", "choice", number)

    def _say(self, key: str, **values: object) -> str:
        return say(key, self._language, **values)
