"""Turns the events of a walk into lines for people."""

from __future__ import annotations

from collections.abc import Iterator

from ccexpert.act.gate import origin, risk
from ccexpert.act.interface import Decision, Event, Policy
from ccexpert.act.words import words
from ccexpert.diagnosis import Action, Diagnosis
from ccexpert.display import one_line
from ccexpert.report.pieces import address, command_line, fact_line
from ccexpert.words import NO, YES, Language

#: This many lines of a command's output are shown; the audit log keeps more.
_SHOWN_LINES = 12

_PROMPTS = {"run": "confirm", "run-again": "again", "done": "done by hand", "still": "still"}


class Telling:
    """Puts one walk into words and numbers its steps."""

    def __init__(self, policy: Policy, language: Language) -> None:
        self.word = words(language)
        self._policy = policy
        self._number = 0

    def prompt(self, question: Decision) -> str:
        """The question, on one line, with its short answers."""
        fact = f"{one_line(question.fact)}: " if question.about == "still" else ""
        return f"   {fact}{self.word[_PROMPTS[question.about]]} "

    def question(self, question: Decision) -> str:
        """The question alone."""
        return self.prompt(question).rpartition(" [")[0].strip()

    def lines(self, event: Event) -> Iterator[str]:
        """The lines to print for an event."""
        word = self.word
        if event.what == "begun":
            yield from self._found(event.findings, "")
        elif event.what == "step" and event.step:
            self._number += 1
            yield ""
            yield from self._step(event.step)
        elif event.what == "left":
            yield f"   – {word[str(event.why)]}"
        elif event.what == "ran":
            yield from self._ran(event)
        elif event.what == "seen":
            if event.step and event.step.verify:
                how = word[f"verified {event.verified}".casefold()]
                yield f"   {one_line(fact_line(event.step.verify))}: {how}"
            yield from self._found(event.findings, "   ")
        elif event.what == "no-longer":
            yield f"   {word['no-longer']}: {one_line(event.fact)}"
        elif event.what == "ended":
            yield ""
            yield word[f"ended {event.ending}"]

    def _found(self, findings: tuple[Diagnosis, ...], indent: str) -> Iterator[str]:
        shown = [f"{d.certainty:.2f} {d.id} ({address(d)}): {one_line(d.title)}" for d in findings]
        if len(shown) < 2:
            only = shown[0] if shown else self.word["no findings"]
            yield f"{indent}{self.word['found']}: {only}"
        else:
            yield f"{indent}{self.word['found']}:"
            yield from (f"{indent}  {line}" for line in shown)

    def _step(self, step: Action) -> Iterator[str]:
        word = self.word
        worst = f"{word['risk'].lower()}: {word[risk(step, self._policy)]}, {step.minutes:g} min"
        yield f"{self._number}. {word[step.kind]}: {one_line(step.text)} ({worst})"
        if step.command:
            yield f"   $ {one_line(command_line(step))}"
            if pack := origin(step, self._policy):
                yield f"   {word['allowed by']}: {one_line(pack)}"
        if step.warning:
            yield f"   {word['warning']}: {one_line(step.warning)}"
        if step.verify:
            yield f"   {word['verify']}: {one_line(fact_line(step.verify))}"

    def _ran(self, event: Event) -> Iterator[str]:
        lines = [one_line(line) for line in event.output.splitlines() if line.strip()]
        if event.why:
            yield f"   {self.word[event.why]}: {' '.join(lines)}"
            return
        yield from (f"   | {line}" for line in lines[:_SHOWN_LINES])
        if len(lines) > _SHOWN_LINES:
            yield "   | …"
        yield f"   {self.word['exit code']} {event.code}"


def says_yes(answer: str, question: Decision) -> bool:
    """Whether an answer means yes; an empty one does only for ``still``."""
    word = answer.strip().casefold()
    return word not in NO if question.about == "still" else word in YES
