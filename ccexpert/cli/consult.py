"""``ccexpert consult``: the consultation at a terminal, or replayed from a file or a pipe.

Questions, progress and explanations go to stderr, the report to stdout: a pipe gets the report
alone.
"""

from __future__ import annotations

import contextlib
import math
import shlex
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import replace
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
    packs,
    read_input,
    write_whole,
)

if TYPE_CHECKING:
    from ccexpert.consult.choice import Effect
    from ccexpert.consult.consultation import Consultation
    from ccexpert.consult.question import Choice, NotAnAnswerError, Question
    from ccexpert.knowledge.vocabulary import Language

#: The kinds of question that take several answers.
_SEVERAL = ("symptoms", "list")

#: No line of a prompt is longer, however wide the terminal.
_WIDEST = 100


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
    from ccexpert.consult.consultation import Consultation
    from ccexpert.knowledge.intake import read_document
    from ccexpert.report import render

    page = layout(table_format)
    if facts is not None and resume:
        raise typer.BadParameter("a resumed session has its facts already", param_hint="--facts")
    if facts == "-" and answers is None:
        raise typer.BadParameter("facts from stdin need --answers as well", param_hint="--facts")
    source = _Input(answers)
    if resume:
        path = session or _latest()
        spoken = language(lang) if lang else None
        consultation = Consultation.resumed(expert(rules), path, spoken)
    else:
        path = session or _new_session()
        document = read_document(read_input(facts)) if facts else None
        consultation = Consultation(
            expert(rules), document, language=language(lang), platform=platform
        )
        consultation.keep(path)
    face = _Face(consultation, source)
    with consultation:
        try:
            if resume:
                face.tell_resumed()
            face.run()
        except (typer.Abort, KeyboardInterrupt, EOFError):
            face.tell_saved(_command_to_resume(path, rules))
            raise typer.Exit(130) from None
        if save_facts:
            saved = consultation.document().model_dump_json(indent=2, exclude_none=True)
            write_whole(save_facts, saved + "\n")
        emit(render(consultation.report(), format_.value, page), output)


def _folder() -> Path:
    from platformdirs import user_state_path

    return user_state_path("ccexpert") / "sessions"


def _new_session() -> Path:
    from datetime import datetime
    from uuid import uuid4

    return _folder() / f"{datetime.now():%Y%m%d-%H%M%S}-{uuid4().hex[:6]}.jsonl"


def _latest() -> Path:
    """The session that was used last; one that died before it had begun is none."""
    from ccexpert.errors import MissingInputError

    begun = (p for p in _folder().glob("*.jsonl") if p.stat().st_size)
    latest = max(begun, key=lambda p: (p.stat().st_mtime_ns, p.name), default=None)
    if latest is None:
        raise MissingInputError("there is no session to resume", str(_folder()))
    return latest


def _command_to_resume(path: Path, rules: list[Path] | None) -> str:
    packed = [word for pack in packs(rules) for word in ("--rules", str(pack))] if rules else []
    words = ["ccexpert", "consult", "--resume", "--session", str(path), *packed]
    return subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)


class _Input:
    """Where answers come from: a terminal through typer, a file, or a pipe."""

    def __init__(self, answers: Path | None) -> None:
        from ccexpert.errors import FactsError
        from ccexpert.reading import read_source

        self._name, self._number = str(answers or "stdin"), 0
        self._lines: Iterator[str] | None = None
        if answers is not None:
            self._lines = iter(read_source(answers, FactsError).text.splitlines())
        elif not sys.stdin.isatty():
            self._lines = (line.rstrip("\r\n") for line in sys.stdin)

    @property
    def is_person(self) -> bool:
        """Whether somebody sits at the other end."""
        return self._lines is None

    @property
    def place(self) -> str:
        """Where the last answer stood."""
        return f"{self._name}, line {self._number}"

    def next(self, prompt: str) -> str | None:
        """The next answer, without control characters; None when there are no more."""
        from ccexpert.report.interface import one_line

        if self._lines is None:
            return one_line(_prompted(prompt))
        line = next(self._lines, None)
        if line is None:
            return None
        self._number += 1
        typer.echo(f"{prompt}: {one_line(line)}", err=True)
        return one_line(line)


def _prompted(prompt: str) -> str:
    # Python writes a part of the prompt to stdout, where only the report belongs
    to_stderr = (
        contextlib.nullcontext() if sys.stdout.isatty() else contextlib.redirect_stdout(sys.stderr)
    )
    with to_stderr:
        return str(typer.prompt(prompt, default="", show_default=False, err=True))


class _Face:
    """Puts a consultation into words for one terminal."""

    def __init__(self, consultation: Consultation, source: _Input) -> None:
        self._consultation = consultation
        self._source = source
        self._width = min(shutil.get_terminal_size().columns, _WIDEST)

    @property
    def _language(self) -> Language:
        return self._consultation.language

    def run(self) -> None:
        """Ask until nothing more matters or the operator stops."""
        while question := self._consultation.question():
            self._tell()
            self._tell(self._progress(), shorten=True)
            if not self._take(question):
                return
        self._tell()
        leads = self._consultation.progress().leading
        self._tell(self._say("done" if leads else "done without"))

    def tell_resumed(self) -> None:
        """Say that a session goes on, and what was lost of its last line."""
        if self._consultation.lost_a_line:
            self._tell(self._say("dropped"))
        self._tell(self._say("resumed", n=len(self._consultation.steps)))

    def tell_saved(self, command: str) -> None:
        """Say how to go on later."""
        self._tell()
        self._tell(self._say("saved"))
        typer.echo(f"  {command}", err=True)  # in one piece, to be pasted

    def _progress(self) -> str:
        progress = self._consultation.progress()
        parts = [f"{self._say('question')} {progress.number}"]
        if progress.to_go:
            parts.append(self._say("to go", n=progress.to_go))
        leads = f"{self._say('leading')}: {progress.certainty:.2f} {progress.leading}"
        return f"[{', '.join(parts)}; {leads if progress.leading else self._say('none leads')}]"

    # --- one question ---

    def _take(self, question: Question, number: int | None = None) -> bool:
        """Take the answer to a question, anew for answer ``number``; False to stop."""
        chosen: list[Choice] = []
        shown = self._put(question)
        while True:
            text = self._source.next(self._say("answer"))
            command = "stop" if text is None else self._command(text, question)
            if command == "back":
                return self._back()
            if command in ("stop", "none", "unknown", "skip"):
                return self._close(command, question, [c.value for c in chosen], number)
            if command is not None:
                self._explain(command, question, str(text))
            elif question.kind in _SEVERAL:
                shown = self._choose(str(text), question, shown, chosen)
            elif self._give(question, str(text), number):
                return True

    def _close(
        self, command: str, question: Question, chosen: list[str], number: int | None
    ) -> bool:
        """Hand in what was chosen, or that nothing was; False to stop."""
        if chosen or command != "stop":
            nothing = "none" if command == "none" and question.kind == "list" else "unknown"
            self._give(question, chosen or nothing, number)
        return command != "stop"

    def _put(self, question: Question) -> list[Choice]:
        """Print a question; what it offers by number."""
        shown = list(
            self._consultation.common() if question.kind == "symptoms" else question.choices
        )
        self._tell(question.text)
        if question.kind == "symptoms":
            self._tell(f"({self._say('choose')})")
        self._list(shown)
        if question.kind in ("fact", "list"):
            self._tell(f"({self._ways(question)})", indent=2, hang=1)
        return shown

    def _ways(self, question: Question) -> str:
        """What may be typed."""
        if question.states:
            states = [choice.label for choice in question.states]
            return self._say("pick states", state=states[0], states=", ".join(states))
        return self._say("also" if question.kind == "fact" else "pick")

    def _command(self, text: str, question: Question) -> str | None:
        from ccexpert.consult.words import command_called

        if question.kind in _SEVERAL and not text:
            return "none"
        command = command_called(text)
        return None if command == "none" and question.kind not in _SEVERAL else command

    def _give(self, question: Question, value: str | list[str], number: int | None) -> bool:
        """Hand an answer in; False, and a word why, when it cannot be taken."""
        from ccexpert.consult.question import NotAnAnswerError
        from ccexpert.errors import FactsError

        try:
            if number is None:
                self._consultation.answer(value)
            else:
                self._consultation.revise(number, value)
                self._tell(self._say("changed"))
        except FactsError as error:
            if not self._source.is_person:  # a file or a pipe cannot be asked again
                raise replace(error, where=self._source.place) from None
            if isinstance(error, NotAnAnswerError):
                self._refuse(error.given, question)
            else:
                self._tell(self._say("contradicts"))
            return False
        return True

    def _refuse(self, given: str, question: Question) -> None:
        from ccexpert.consult.words import command_words

        if question.kind == "instance":
            self._tell(self._say("not an instance", given=given))
            return
        labels = [choice.label for choice in question.choices]
        self._tell(self._say("not understood", given=given))
        if not self._hint(given, [*labels, *command_words(self._language)]):
            self._tell(self._say("answers are", words=", ".join(labels)))

    def _hint(self, given: str, words: Iterable[str]) -> bool:
        from ccexpert.consult.words import nearest

        near = nearest(given, words)
        if near:
            self._tell(self._say("did you mean", word=near))
        return bool(near)

    # --- symptoms ---

    def _choose(
        self, text: str, question: Question, shown: list[Choice], chosen: list[Choice]
    ) -> list[Choice]:
        """Take numbers and names into ``chosen``; otherwise search, and return what was found."""
        from ccexpert.consult.question import NotAnAnswerError
        from ccexpert.errors import FactsError

        try:
            picked = [self._pick(part.strip(), question, shown) for part in text.split(",")]
        except NotAnAnswerError as error:
            self._refuse_in_list(error, question)
            return shown
        if all(picked):
            chosen += [choice for choice in picked if choice and choice not in chosen]
            self._tell(f"{self._say('chosen')}: {'; '.join(c.label for c in chosen)}")
            return shown
        kind = question.things[0].kind if question.things else None
        found = list(self._consultation.search(text, kind))
        if found:
            self._list(found)
            self._hint_unknown_words(text, question)
            return found
        if not self._source.is_person:
            raise FactsError(f"nothing that can be seen fits '{text}'", self._source.place)
        self._tell(self._say("nothing found", given=text))
        self._hint(text, self._consultation.searchable())
        return shown

    def _hint_unknown_words(self, text: str, question: Question) -> None:
        names = [name for thing in question.things for name in thing.name]
        kind = question.things[0].kind if question.things else None
        for word in text.split():
            if not self._consultation.search(word, kind):
                self._hint(word, names or self._consultation.searchable())

    def _pick(self, text: str, question: Question, shown: list[Choice]) -> Choice | None:
        """The choice of a number or a name; in a list with its state, or a question mark."""
        if question.kind == "list":
            return self._item(text, question, shown)
        if text.isascii() and text.isdigit():
            return shown[int(text) - 1] if 1 <= int(text) <= len(shown) else None
        return self._consultation.complaint(text)

    def _item(self, text: str, question: Question, shown: list[Choice]) -> Choice | None:
        """An item of a list, or of what was found; an error when only its state is not clear."""
        from ccexpert.consult.question import NotAnAnswerError

        number = text.removesuffix("?").strip()
        searched = shown != list(question.choices)
        if searched and number.isascii() and number.isdigit() and 1 <= int(number) <= len(shown):
            text = shown[int(number) - 1].value + text[len(number) :]
        try:
            return self._consultation.item(question, text)
        except NotAnAnswerError as error:
            if error.allowed == tuple(choice.label for choice in question.states):
                raise
            return None

    def _refuse_in_list(self, error: NotAnAnswerError, question: Question) -> None:
        """Say which states there are."""
        if not self._source.is_person:
            raise replace(error, where=self._source.place)
        states = [choice.label for choice in question.states]
        self._tell(self._say("not understood", given=error.given))
        if not self._hint(error.given, states):
            self._tell(self._say("say a state", states=", ".join(states)))

    def _list(self, choices: Iterable[Choice]) -> None:
        for number, choice in enumerate(choices, 1):
            self._tell(f"{number:>2}. {choice.label}", indent=1, hang=4)

    # --- why, how, show, help, back ---

    def _explain(self, command: str, question: Question, text: str) -> None:
        if command == "why":
            self._why(question)
        elif command == "how":
            self._how()
        elif command == "show":
            self._show()
        else:
            self._help(question, text)

    def _why(self, question: Question) -> None:
        if not question.candidates:
            self._tell(self._say(f"why {question.kind}"))
            return
        self._tell(self._say("separates"))
        if question.kind == "fact":
            effects = question.candidates[0].effects
            for choice in question.choices:
                self._tell_effects(choice.label, effects.get(choice.value, ()), 2)
        else:
            for choice, candidate in zip(question.choices, question.candidates, strict=True):
                answer = candidate.telling
                state = next((f": {c.label}" for c in question.states if c.value == answer), "")
                moved = candidate.effects.get(answer, ())
                surest = sorted(moved, key=lambda e: -e.certainty)[:1]
                self._tell_effects(choice.label + state, surest, 1)

    def _tell_effects(self, label: str, effects: Iterable[Effect], most: int) -> None:
        """Say what an answer would do to the diagnoses that it moves furthest."""
        cards = self._consultation.expert.base.cards
        for effect in sorted(effects, key=lambda e: -abs(e.certainty))[:most]:
            title = cards[effect.diagnosis].title.in_language(self._language)
            moved = f"{self._say('would be')} {effect.certainty:+.2f}"
            rule = self._say("wants", rule=effect.rule)
            self._tell(f"{label}: {title} {moved} ({rule})", indent=2, hang=2)

    def _how(self) -> None:
        first = self._consultation.report().first
        if first is None:
            self._tell(self._say("none leads"))
            return
        self._tell(self._say("stands because"))
        self._tell(f"{first.certainty:.2f} {first.title}", indent=2)
        for e in first.evidence:
            facts = "; ".join(e.facts)
            self._tell(f"{e.certainty:+.2f} {e.because} [{facts}]", indent=4, hang=6)

    def _show(self) -> None:
        report = self._consultation.report()
        self._tell(self._say("facts so far"))
        for fact in report.facts or (self._say("nothing yet"),):
            self._tell(fact, indent=2, hang=2)
        self._tell(self._say("ranking"))
        for number, d in enumerate(report.diagnoses[:8], 1):
            self._tell(f"{number}. {d.certainty:.2f} {d.title}", indent=2, hang=8)

    def _help(self, question: Question, text: str) -> None:
        number = text.split()[-1]
        if question.kind == "list" and number.isascii() and number.isdigit():
            place = int(number) - 1
            if 0 <= place < len(question.things):
                question = self._consultation.about(question.things[place])
                self._tell(question.text)
        self._tell(question.help)
        if question.command:
            self._tell(self._say("look with", command=shlex.join(question.command)))
        self._tell(self._say("takes", n=math.ceil(question.minutes)))

    def _back(self) -> bool:
        """Let the operator give an earlier answer anew; False to stop."""
        steps = self._consultation.steps
        if not steps:
            self._tell(self._say("nothing to change"))
            return True
        for number, step in enumerate(steps, 1):
            asked = self._consultation.asked(number)
            given = ", ".join(self._consultation.labels(step))
            self._tell(f"{number:>2}. {asked.text} {given}", indent=1, hang=4)
        text = self._source.next(self._say("which answer")) or ""
        if not (text.isascii() and text.isdigit() and 1 <= int(text) <= len(steps)):
            self._tell(self._say("unchanged"))
            return True
        return self._take(self._consultation.asked(int(text)), int(text))

    # --- printing ---

    def _say(self, key: str, **values: object) -> str:
        from ccexpert.consult.words import say

        return say(key, self._language, **values)

    def _tell(
        self, text: str = "", *, indent: int = 0, hang: int = 0, shorten: bool = False
    ) -> None:
        """Print text to the person, wrapped to the terminal."""
        from ccexpert.report.interface import printable

        text, width = printable(text), self._width - indent
        if shorten and len(text) > width:
            text = text[: width - 2] + "…]"
        hanging = " " * hang
        lines = textwrap.wrap(text, width, subsequent_indent=hanging, break_on_hyphens=False)
        for line in lines or [""]:
            typer.echo(" " * indent + line, err=True)
