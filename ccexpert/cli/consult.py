"""``ccexpert consult``: the consultation at a terminal, or replayed from a file or a pipe.

Questions, progress and explanations go to stderr, the report to stdout: a pipe gets the report
alone.
"""

from __future__ import annotations

import shlex
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ccexpert.cli.diagnose import ReportFormat
from ccexpert.cli.options import (
    LangOption,
    OutputOption,
    RulesOption,
    TableFormatOption,
    emit,
    expert,
    language,
    layout,
    read_input,
    write_whole,
)

if TYPE_CHECKING:
    from ccexpert.consult.consultation import Consultation, Question
    from ccexpert.consult.journal import Journal
    from ccexpert.expert import Expert
    from ccexpert.knowledge.vocabulary import Language

_SHOWN = 12


def consult(
    facts: Annotated[
        str | None, typer.Option("--facts", help="Start from this facts document; - reads stdin.")
    ] = None,
    session: Annotated[
        Path | None,
        typer.Option("--session", help="File of the session; default: in the user's state folder."),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the session, by default the latest.")
    ] = False,
    save_facts: Annotated[
        Path | None, typer.Option("--save-facts", help="Write the facts document at the end.")
    ] = None,
    answers: Annotated[
        Path | None, typer.Option("--answers", help="Take the answers from this file, one a line.")
    ] = None,
    platform: Annotated[str, typer.Option("--platform", help="linux or windows")] = "linux",
    format_: Annotated[
        ReportFormat, typer.Option("--format", "-f", help="How to print the report.")
    ] = ReportFormat.TABLE,
    output: OutputOption = None,
    rules: RulesOption = None,
    lang: LangOption = None,
    table_format: TableFormatOption = "simple",
) -> None:
    """Find out what is wrong by answering questions; asks only what still matters.

    Every answer is on disk before the next question: --resume goes on after an interruption.
    """
    from ccexpert.report import render

    page = layout(table_format)
    journal, consultation = _begin(
        expert(rules), language(lang), session, facts=facts, resume=resume, platform=platform
    )
    face = _Face(consultation, _Input(answers), page.width)
    with journal:
        if resume:
            face.tell_resumed(journal)
        try:
            face.run()
        except (KeyboardInterrupt, EOFError):
            face.tell_saved(journal.path)
            raise typer.Exit(130) from None
    if save_facts:
        document = consultation.document().model_dump_json(indent=2, exclude_none=True)
        write_whole(save_facts, document + "\n")
    emit(render(consultation.report(), format_.value, page), output)


def _begin(
    who: Expert,
    spoken: Language,
    session: Path | None,
    *,
    facts: str | None,
    resume: bool,
    platform: str,
) -> tuple[Journal, Consultation]:
    from ccexpert.consult.consultation import Consultation
    from ccexpert.consult.journal import Journal
    from ccexpert.knowledge.intake import read_document

    if resume:
        journal, header, events = Journal.resume(session or _latest())
        return journal, Consultation.resumed(who, journal, header, events)
    document = read_document(read_input(facts)) if facts else None
    draft = Consultation(who, document, language=spoken, platform=platform)
    journal = Journal.start(session or _new_session(), draft.header())
    return journal, Consultation(who, document, language=spoken, platform=platform, journal=journal)


def _folder() -> Path:
    from platformdirs import user_state_path

    return user_state_path("ccexpert") / "sessions"


def _new_session() -> Path:
    from datetime import datetime
    from uuid import uuid4

    return _folder() / f"{datetime.now():%Y%m%d-%H%M%S}-{uuid4().hex[:6]}.jsonl"


def _latest() -> Path:
    from ccexpert.errors import MissingInputError

    found = sorted(_folder().glob("*.jsonl"))
    if not found:
        raise MissingInputError("there is no session to resume", str(_folder()))
    return found[-1]


class _Input:
    """Where answers come from: a terminal through typer, a file, or a pipe."""

    def __init__(self, answers: Path | None) -> None:
        from ccexpert.errors import FactsError
        from ccexpert.reading import read_source

        self._lines: Iterator[str] | None = None
        if answers is not None:
            self._lines = iter(read_source(answers, FactsError).text.splitlines())
        elif not sys.stdin.isatty():
            self._lines = (line.rstrip("\r\n") for line in sys.stdin)

    @property
    def is_person(self) -> bool:
        """Whether somebody sits at the other end."""
        return self._lines is None

    def next(self, prompt: str) -> str | None:
        """The next answer; None when there are no more."""
        if self._lines is None:
            return str(typer.prompt(prompt, default="", show_default=False, err=True)).strip()
        line = next(self._lines, None)
        if line is not None:
            typer.echo(f"{prompt}: {line}", err=True)
        return None if line is None else line.strip()


class _Face:
    """Puts a consultation into words for one terminal."""

    def __init__(self, consultation: Consultation, source: _Input, width: int) -> None:
        self._consultation = consultation
        self._source = source
        self._width = width
        self._language = consultation.language

    def run(self) -> None:
        """Ask until nothing more matters or the operator stops."""
        while question := self._consultation.question():
            self._put(question)
            if not self._take(question):
                return
        self._tell(self._say("done"))

    def tell_resumed(self, journal: Journal) -> None:
        """Say that a session goes on, and what was lost of its last line."""
        if journal.dropped:
            self._tell(self._say("dropped"))
        self._tell(self._say("resumed", n=len(self._consultation.steps)))

    def tell_saved(self, path: Path) -> None:
        """Say how to go on later."""
        self._tell("\n" + self._say("saved", path=path))

    # --- one question ---

    def _put(self, question: Question) -> None:
        self._tell("\n" + self._progress())
        self._tell(question.text)
        if question.kind == "fact":
            for number, choice in enumerate(question.choices, 1):
                self._tell(f"  {number}. {choice.label}")
            self._tell(f"  ({self._say('also')})")

    def _progress(self) -> str:
        progress = self._consultation.progress()
        parts = [f"{self._say('question')} {progress.number}"]
        if progress.to_go:
            parts.append(self._say("to go", n=progress.to_go))
        leads = f"{progress.leading} {progress.certainty:.2f}" if progress.leading else ""
        said = f"{self._say('leading')}: {leads}" if leads else self._say("none leads")
        return f"[{', '.join(parts)}; {said}]"

    def _take(self, question: Question) -> bool:
        """Take one answer, after any number of why, how, show, help; False to stop."""
        if question.kind == "symptoms":
            return self._take_symptoms()
        while True:
            text = self._source.next(self._say("answer"))
            command = "stop" if text is None else self._command(text)
            if command == "stop":
                return False
            if command in ("unknown", "skip") or (command is None and self._give(question, text)):
                if command:
                    self._consultation.answer("unknown")
                return True
            if command == "back":
                self._back()
                return True
            if command:
                self._explain(command, question)

    def _command(self, text: str) -> str | None:
        from ccexpert.consult.words import COMMANDS

        folded = " ".join(text.casefold().split())
        return next((name for name, words in COMMANDS.items() if folded in words), None)

    def _give(self, question: Question, text: str | None) -> bool:
        from ccexpert.errors import FactsError

        try:
            self._consultation.answer(text or "")
        except FactsError as error:
            self._not_understood(error, question)
            return False
        return True

    def _not_understood(self, error: Exception, question: Question) -> None:
        from ccexpert.consult.words import COMMANDS
        from ccexpert.errors import CcexpertError, did_you_mean

        given = error.given if isinstance(error, CcexpertError) else ""
        words = [c.label for c in question.choices] + [c.value for c in question.choices]
        words += [w for names in COMMANDS.values() for w in names if len(w) > 2]
        self._tell(self._say("not understood", given=given))
        near = did_you_mean(given, words)
        if near:
            self._tell(self._say("did you mean", word=near.split("'")[1]))

    # --- symptoms ---

    def _take_symptoms(self) -> bool:
        chosen: list[str] = []
        shown = self._common()
        self._list(shown)
        while True:
            text = self._source.next(self._say("answer"))
            if text is None or text == "" or (chosen and self._command(text) in ("stop", "skip")):
                break
            command = self._command(text)
            if command == "stop":
                return False
            if command == "help":
                self._tell(self._say("symptoms help"))
            elif command is None:
                shown = self._choose(text, shown, chosen)
        self._consultation.answer(chosen or "unknown")
        return True

    def _choose(self, text: str, shown: list[str], chosen: list[str]) -> list[str]:
        """Take numbers and names into ``chosen``; otherwise search, and return what was found."""
        picked = [self._pick(part.strip(), shown) for part in text.split(",")]
        if all(picked):
            chosen += [name for name in picked if name and name not in chosen]
            self._tell(f"{self._say('chosen')}: {'; '.join(map(self._title, chosen))}")
            return shown
        found = self._search(text)
        self._list(found) if found else self._tell(self._say("nothing found"))
        return found or shown

    def _pick(self, text: str, shown: list[str]) -> str | None:
        if text.isdigit():
            return shown[int(text) - 1] if 1 <= int(text) <= len(shown) else None
        vocabulary = self._consultation.expert.base.vocabulary
        by_title = (e for e in vocabulary.entries("symptom") if text in (e.title.en, e.title.sv))
        exact = next(by_title, None)
        return exact.name if exact else vocabulary.resolve("symptom", text)

    def _search(self, text: str) -> list[str]:
        """The symptoms that hold all the words, in either language, the best fit first."""
        words = text.casefold().split()
        found = []
        for entry in self._consultation.expert.base.vocabulary.entries("symptom"):
            says = " ".join((entry.name, entry.title.en, entry.title.sv, *entry.aliases)).casefold()
            hits = sum(word in says for word in words)
            if hits:
                found.append((-hits, entry.name))
        best = min(found, default=(0, ""))[0]
        return [name for hits, name in sorted(found) if hits == best][:_SHOWN]

    def _common(self) -> list[str]:
        """The symptoms that most diagnoses speak of."""
        cards = self._consultation.expert.base.cards.values()
        counted = Counter(name for card in cards for name in card.symptoms)
        return sorted(counted, key=lambda name: (-counted[name], name))[:_SHOWN]

    def _list(self, names: list[str]) -> None:
        for number, name in enumerate(names, 1):
            self._tell(f"  {number}. {self._title(name)}")

    def _title(self, name: str) -> str:
        entry = self._consultation.expert.base.vocabulary.get("symptom", name)
        return entry.title.in_language(self._language) if entry else name

    # --- why, how, show, help, back ---

    def _explain(self, command: str, question: Question) -> None:
        {
            "why": self._why,
            "how": self._how,
            "show": self._show,
            "help": self._help,
        }[command](question)

    def _why(self, question: Question) -> None:
        if question.candidate is None:
            self._tell(question.help)
            return
        self._tell(self._say("separates"))
        cards = self._consultation.expert.base.cards
        labels = {choice.value: choice.label for choice in question.choices}
        for answer, effects in question.candidate.effects.items():
            for effect in sorted(effects, key=lambda e: -abs(e.certainty))[:4]:
                title = cards[effect.diagnosis].title.in_language(self._language)
                self._tell(
                    f"  {labels[answer]} → {title} {self._say('would be')} {effect.certainty:+.2f}"
                    f" ({self._say('wants')} {effect.rule})"
                )

    def _how(self, _question: Question) -> None:
        first = self._consultation.report().first
        if first is None:
            self._tell(self._say("none leads"))
            return
        self._tell(self._say("stands because"))
        self._tell(f"{first.title} {first.certainty:.2f}")
        for e in first.evidence:
            self._tell(f"  {e.certainty:+.2f} {e.because} [{'; '.join(e.facts)}]")

    def _show(self, _question: Question) -> None:
        report = self._consultation.report()
        self._tell(self._say("facts so far"))
        for fact in report.facts or (self._say("nothing yet"),):
            self._tell(f"  {fact}")
        self._tell(self._say("ranking"))
        for number, d in enumerate(report.diagnoses[:8], 1):
            self._tell(f"  {number}. {d.certainty:.2f} {d.title}")

    def _help(self, question: Question) -> None:
        self._tell(question.help)
        if question.command:
            self._tell(f"{self._say('look with')}: {shlex.join(question.command)}")
        self._tell(self._say("takes", n=question.minutes))

    def _back(self) -> None:
        """Let the operator give an earlier answer anew."""
        steps = self._consultation.steps
        if not steps:
            self._tell(self._say("nothing to change"))
            return
        for number, step in enumerate(steps, 1):
            asked = self._consultation.asked(number)
            labels = {c.value: c.label for c in asked.choices}
            given = ", ".join(labels.get(v, v) for v in step.values)
            self._tell(f"  {number}. {asked.text} → {given}")
        text = self._source.next(self._say("which answer"))
        if not text or not text.isdigit() or not 1 <= int(text) <= len(steps):
            return
        self._change(int(text))

    def _change(self, number: int) -> None:
        from ccexpert.errors import FactsError

        question = self._consultation.asked(number)
        self._tell(question.text)
        for place, choice in enumerate(question.choices, 1):
            if question.kind == "fact":
                self._tell(f"  {place}. {choice.label}")
        text = self._source.next(self._say("answer")) or ""
        unknown = self._command(text) in ("unknown", "skip")
        given: str | list[str] = "unknown" if unknown else text
        if question.kind == "symptoms" and not unknown:
            given = [self._pick(part.strip(), []) or part.strip() for part in text.split(",")]
        try:
            self._consultation.revise(number, given)
        except FactsError as error:
            self._not_understood(error, question)

    def _say(self, key: str, **values: object) -> str:
        from ccexpert.consult.words import say

        return say(key, self._language, **values)

    def _tell(self, text: str) -> None:
        from ccexpert.report.interface import printable

        typer.echo(printable(text), err=True)
