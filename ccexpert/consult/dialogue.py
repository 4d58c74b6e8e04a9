"""Runs a consultation with a person: takes a typed line and returns the reply to it.

A terminal, a page or a chat bot shows each ``Reply`` and passes on the next typed line. Only this
module knows what a number means after a search, where ``back`` leads, and which word was
misspelt. It is long because these hang together: each changes what the next line means.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ccexpert.consult.answers import meant
from ccexpert.consult.commands import ENDING, Command, beside_yes, command_called, said_instead
from ccexpert.consult.consultation import Consultation
from ccexpert.consult.open import Open, number_of
from ccexpert.consult.pace import CLUELESS, gives_up, unknown_in_a_row
from ccexpert.consult.picks import Picks, is_title
from ccexpert.consult.question import Choice, NotAnAnswerError, UnclearStateError
from ccexpert.consult.reasons import Said
from ccexpert.consult.replies import Line, Reply, ReplyKind, numbered
from ccexpert.consult.wording import Wording
from ccexpert.errors import AnswerError, FactsError
from ccexpert.words import Language

if TYPE_CHECKING:
    from ccexpert.consult.pasted import Pasted


#: A typed line that is longer is a text, and read like one that is pasted.
_A_TEXT = 160


class Dialogue:
    """Runs one consultation, one typed line at a time.

    ``is_person`` says whether a question can be asked again. A file or a pipe cannot be asked
    again, so a line that is not an answer raises ``AnswerError`` or ``FactsError``: the lines
    after it would answer other questions.
    """

    def __init__(self, consultation: Consultation, *, is_person: bool = True) -> None:
        self._consultation = consultation
        self._wording = Wording(consultation)
        self._is_person = is_person
        self._open: Open | None = None
        self._asks_which = False
        self._aside: Open | None = None
        self._picks = Picks(consultation)
        self._begun = len(consultation.steps)

    @property
    def language(self) -> Language:
        """The language that it speaks."""
        return self._consultation.language

    def begin(self, *, resumed: bool = False) -> Reply:
        """The first question, after a note on a resumed session."""
        return self._next(self._wording.resumed() if resumed else ())

    def take(self, typed: str | None) -> Reply:
        """The reply to a typed line; None means end of input."""
        if self._open is None:
            return self._reply("end")
        if self._asks_which:
            return self._revise(number_of(typed or ""), self._open)
        if typed is None:
            return self._close("stop", self._open)
        if not typed:
            return self._entered(self._open)
        if "\n" in typed or (self._is_person and len(typed) > _A_TEXT):
            return self._pasted(typed, self._open)
        return self._typed(typed, self._open)

    def interrupted(self) -> Sequence[Line]:
        """Take chosen symptoms although Enter is missing, and say what else was chosen and is lost:
        a list says that all else is in order, which nobody did."""
        now, self._open = self._open, None
        if now is None or not now.chosen:
            return ()
        symptoms = now.question.kind == "symptoms" and now.revises is None
        if symptoms and self._handed_in([choice.value for choice in now.chosen], now)[0]:
            return ()
        labels = "; ".join(choice.label for choice in now.chosen)
        return (self._wording.say("not saved", said=labels),)

    def _typed(self, typed: str, now: Open) -> Reply:
        command = self._command(typed, now)
        name = command.name if command else ""
        if command and name == "back":
            return self._revise(command.number, now) if command.number else self._back(now)
        if name == "done":
            return self._entered(now)
        if name in ("same", "over"):
            return self._reply("clarification", [self._wording.say(name), *self._kept(now)])
        instead = None if command else said_instead(typed)
        if instead and self._is_person:
            return self._instead(instead, now)
        if instead == "" or name == "undo" or (now.takes_several and typed.startswith("-")):
            return self._take_back(typed, now)
        if name in ("stop", "none", "unknown", "skip"):
            return self._close(name, now)
        if command:
            said = self._wording.explained(command, now.question)
            return self._reply("explanation", [*said, *self._kept(now)])
        return self._choose(typed, now) if now.takes_several else self._give(typed, now)

    # --- from one question to the next ---

    def _next(self, before: Iterable[Line] = ()) -> Reply:
        """The next question, after the lines ``before`` it."""
        lines, question = list(before), self._consultation.question()
        reason = gives_up(self._consultation, self._begun)
        if question is None or reason:
            self._open = None
            last = self._wording.gave_up(reason) if reason else self._wording.done()
            return self._reply("end", [*lines, *last])
        if unknown_in_a_row(self._consultation.steps[self._begun :]) == CLUELESS:
            lines += [Line(), *self._wording.look()]
        elif len(self._consultation.steps) == 1 and not lines:
            lines += [Line(), self._wording.say("can paste")]
        now, aside = Open(question, ()), self._aside
        if aside and aside.question.id == question.id:  # restores what was chosen before an earlier
            # answer was changed
            now = replace(now, chosen=aside.chosen)
        self._aside = None
        return self._again(now, [*lines, Line(), self._wording.progress()])

    def _anew(self, number: int, now: Open) -> Reply:
        """Ask an earlier question again; what is chosen ``now`` is kept meanwhile."""
        self._aside = now if now.revises is None else self._aside
        return self._again(Open(self._consultation.asked(number), (), revises=number), ())

    def _again(self, now: Open, before: Iterable[Line], kind: ReplyKind = "question") -> Reply:
        """Ask the question again, with its own list."""
        self._open = now = replace(now, shown=self._picks.own_list(now.question), alone=None)
        lines = [*before, *self._wording.question(now.question, now.shown)]
        return self._reply(kind, [*lines, *self._kept(now)])

    def _reply(self, kind: ReplyKind, lines: Iterable[Line] = ()) -> Reply:
        if self._open is None:
            return Reply(kind, tuple(lines))
        now, prompt = self._open, "which answer" if self._asks_which else "answer"
        asked = self._wording.say(prompt).text
        return Reply(kind, tuple(lines), asked, now.question, now.shown, now.chosen)

    def _back(self, now: Open) -> Reply:
        """Ask which earlier answer to change."""
        if not self._consultation.steps:
            said = [self._wording.say("nothing to change")]
            return self._reply("clarification", [*said, self._wording.chosen(now.chosen)])
        self._asks_which = True
        return self._reply("which answer", self._wording.given())

    def _revise(self, number: int, now: Open) -> Reply:
        self._asks_which = False
        if not 1 <= number <= len(self._consultation.steps):
            return self._again(now, [self._wording.say("unchanged")])
        return self._anew(number, now)

    # --- answers ---

    def _command(self, typed: str, now: Open) -> Command | None:
        command = command_called(typed)
        gives = command is not None and command.name in ENDING
        return None if gives and not now.takes_several else command

    def _entered(self, now: Open) -> Reply:
        """Handle Enter: it ends a choice, but is never an answer by itself."""
        searched = now.shown != self._picks.own_list(now.question)
        if now.chosen or (now.question.kind == "symptoms" and not searched):
            return self._close("none", now)
        notice = self._wording.empty(now.question)
        if not self._is_person:
            raise AnswerError("an empty line is not an answer here", advice=notice.text)
        if searched:
            return self._reply("clarification", [*numbered(now.shown), notice])
        return self._again(now, [notice], "clarification")

    def _close(self, command: str, now: Open) -> Reply:
        """Submit what was chosen, or that nothing was."""
        taken, said, chosen = True, list[Line](), [choice.value for choice in now.chosen]
        if chosen or command != "stop":
            nothing = "none" if command == "none" and now.question.kind == "list" else "unknown"
            taken, said = self._handed_in(chosen or nothing, now)
        if command == "stop":
            self._open = None
            return self._reply("end", said)
        if not taken:
            return self._reply("clarification", [*said, self._wording.chosen(now.chosen)])
        return self._next(said)

    def _give(self, typed: str, now: Open) -> Reply:
        taken, said = self._handed_in(typed, now)
        if taken:
            return self._next(said)
        if now.question.asks_build and re.fullmatch(r"[0-9.]{3,12}", typed):
            typed = f"{'Campaign' if '.' in typed else 'build'} {typed}"
        if " " not in typed:  # a word is a misspelt answer
            return self._reply("clarification", said)
        may_mean = self._wording.may_mean(self._consultation.meant(beside_yes(typed)))
        return self._volunteered(typed, now) or self._reply("clarification", [*said, *may_mean])

    def _handed_in(self, value: str | list[str], now: Open) -> tuple[bool, list[Line]]:
        """Whether an answer was accepted, and the reply to it."""
        before = self._conflicts()
        try:
            if now.revises is None:
                self._consultation.answer(*meant(value, now.question))
                return True, self._new_conflicts(before)
            self._consultation.revise(now.revises, *meant(value, now.question))
            return True, [self._wording.say("changed"), *self._new_conflicts(before)]
        except (AnswerError, FactsError) as error:
            if not self._is_person:
                raise
            if isinstance(error, NotAnAnswerError):
                return False, list(self._wording.refused(error, now.question))
            return False, [self._wording.say("contradicts")]

    def _conflicts(self) -> set[frozenset[Said]]:
        return {found.between for found in self._consultation.reasons().conflicts()}

    def _new_conflicts(self, before: set[frozenset[Said]]) -> list[Line]:
        """What no longer fits together since the last answer."""
        found = self._consultation.reasons().conflicts()
        new = next((one for one in found if one.between not in before), None)
        return [Line(), *self._wording.conflict(new)] if new else []

    def _pasted(self, text: str, now: Open) -> Reply:
        """Take the facts of a text. Where symptoms are asked for, its sentences are choices."""
        from ccexpert.consult.pasted import read_pasted  # only for who pastes

        found = read_pasted(text, self._consultation, chooses=now.question.kind == "symptoms")
        return self._told(found, now, list(self._wording.pasted(found.labels, found.left)))

    def _volunteered(self, typed: str, now: Open, *, clearly: bool = True) -> Reply | None:
        """Take what a line (clearly) says that is no answer to this question, and ask again."""
        if not self._is_person:
            return None
        from ccexpert.consult.pasted import read_pasted  # only for who types sentences

        chooses = now.question.kind == "symptoms"
        found = read_pasted(typed, self._consultation, chooses=chooses, clearly=clearly)
        if not found.labels and not chooses:
            found = replace(found, facts=self._picks.fact(typed))
        if not found.facts and not found.choices:
            return None
        noted = "; ".join(map(self._consultation.worded, found.facts))
        return self._told(found, now, [self._wording.say("noted", said=noted)] if noted else [])

    def _told(self, found: Pasted, now: Open, lines: list[Line]) -> Reply:
        """Take facts; symptoms among them are chosen and can be struck out, others are offered."""
        before, said = self._conflicts(), self._consultation.steps
        try:
            self._consultation.tell(found.facts)
        except FactsError:
            return self._reply("clarification", [self._wording.say("contradicts")])
        lines += self._wording.outweighed(said)
        self._begun = len(self._consultation.steps)
        lines += self._new_conflicts(before)
        if found.choices:
            alone = found.choices[0] if len(found.choices) == 1 else None
            self._open = now = replace(now.having(found.choices), shown=found.choices, alone=alone)
            lines += () if alone else numbered(now.shown)
            lines.append(self._wording.chosen(now.chosen))
        if found.offered:
            return self._offering(found.offered, now, lines)
        if found.choices:
            return self._reply("chosen", lines)
        keeps = now.chosen or now.revises is not None
        return self._again(now, lines) if keeps else self._next(lines)

    def _offering(self, offered: Sequence[Choice], now: Open, lines: Iterable[Line]) -> Reply:
        """List what else may be meant."""
        self._open = replace(now, shown=tuple(offered), alone=None)
        asked = [self._wording.say("may be seen"), *numbered(offered)]
        return self._reply("found", [*lines, *asked])

    # --- several answers ---

    def _choose(self, typed: str, now: Open) -> Reply:
        """Toggle the numbers and names in a line; search for anything else."""
        if now.alone and number_of(typed) == 1:  # confirms what a name or a search was taken for
            return self._reply("chosen", [self._wording.chosen(now.chosen)])
        try:
            wanted = self._picks.all(typed, now)
        except UnclearStateError as error:
            if not self._is_person:
                raise
            return self._reply("clarification", self._wording.no_state(error, now.question))
        if wanted is None:
            return self._search(typed, now)
        again = [choice for choice in wanted if choice in now.chosen]
        new = [choice for choice in wanted if choice not in now.chosen]
        named = self._is_person and now.question.kind == "symptoms" and not number_of(typed)
        now = replace(now, alone=new[0] if named and len(new) == 1 else None)
        return self._chose(now, new, again)

    def _chose(self, now: Open, new: Sequence[Choice], gone: Sequence[Choice] = ()) -> Reply:
        self._open = now = now.having(new, gone)
        back = [self._wording.say("taken back", label=choice.label) for choice in gone]
        return self._reply("chosen", [*back, self._wording.chosen(now.chosen)])

    def _take_back(self, typed: str, now: Open) -> Reply:
        """Undo one choice, by default the last; if there is none, the last answer."""
        named = typed[1:].strip() if typed.startswith("-") else ""
        gone = now.chosen_as(named) if named else now.chosen
        if gone:
            return self._chose(now, (), gone[-1:])
        if not named and now.revises is None and self._consultation.steps:
            return self._anew(len(self._consultation.steps), now)
        return self._reply("clarification", [self._wording.say("nothing to undo")])

    def _instead(self, typed: str, now: Open) -> Reply:
        """Take back the last choice, and take what is meant instead of it."""
        before = self._take_back("", now) if now.chosen else None
        reply = self.take(typed)
        return replace(reply, lines=(*before.lines[:1], *reply.lines)) if before else reply

    def _kept(self, now: Open) -> list[Line]:
        return [self._wording.chosen(now.chosen)] if now.chosen else []

    def _search(self, typed: str, now: Open) -> Reply:
        found = self._consultation.search(typed, now.kind)
        alone = self._picks.meant(typed, now.kind)
        if len(alone) == 1 and self._is_person and self._consultation.is_clear(typed, alone[0]):
            taken = self._take_alone(alone[0], now)
            offered = () if now.kind else self._picks.beside(typed, alone[0])
            return self._offering(offered, self._open or now, taken.lines) if offered else taken
        listed = found and (now.kind or any(is_title(typed, choice) for choice in found))
        if not listed and (said := self._volunteered(typed, now)):
            return said
        if found:
            self._open = replace(now, shown=found, alone=None)
            strange = self._picks.unknown_words(typed, now)
            misspelt = self._wording.misspelt(strange, self._picks.names(now))
            return self._reply("found", [*numbered(found), *misspelt])
        if not self._is_person:
            raise AnswerError(f"no observation matches '{typed}'")
        if not now.kind and (said := self._volunteered(typed, now, clearly=False)):
            return said  # better what it is about than nothing
        hint = self._wording.hint(typed, self._picks.names(now))
        if now.kind and hint is None:
            hint = self._wording.empty(now.question)
        others = self._consultation.meant(beside_yes(typed)) if now.kind and " " in typed else ()
        nothing = [self._wording.nothing_found(typed)]
        nothing += self._wording.may_mean(others) if others else filter(None, [hint])
        return self._reply("clarification", nothing)

    def _take_alone(self, found: Choice, now: Open) -> Reply:
        """Choose the only match; typing its number confirms it."""
        one = self._consultation.item(now.question, found.value) if now.kind else found
        now = replace(now, shown=(found,), alone=one)
        return self._chose(now, () if one in now.chosen else (one,))
