"""``ccexpert consult``: the consultation at a terminal, or replayed from a file or a pipe.

Questions, progress and explanations go to stderr and the report to stdout, so a pipe receives
only the report.
"""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from ccexpert.cli.shared.live import looks_here, observer, refuse_idle
from ccexpert.cli.shared.options import (
    LangOption,
    RulesOption,
    expert,
    language,
    packs,
    read_input,
)
from ccexpert.cli.shared.output import (
    FormatOption,
    OutputOption,
    TableFormatOption,
    layout,
    targets,
    write,
    write_whole,
)
from ccexpert.cli.shared.plugin import exit_code, is_plugin
from ccexpert.cli.shared.prompt import Input, answer_from_terminal, show
from ccexpert.cli.shared.say import tell
from ccexpert.cli.shared.tongue import requested
from ccexpert.consult.commands import command_words
from ccexpert.consult.consultation import Consultation
from ccexpert.consult.dialogue import Dialogue
from ccexpert.consult.pace import gives_up
from ccexpert.consult.replies import Line
from ccexpert.consult.sessions import latest, new_session
from ccexpert.consult.words import say
from ccexpert.diagnosis import FailOn, PlainReport
from ccexpert.errors import AnswerError, FactsError
from ccexpert.facts.document import read_document
from ccexpert.report.lead import lead
from ccexpert.report.words import words
from ccexpert.whereabouts import Whereabouts
from ccexpert.words import Language


@looks_here
def consult(
    facts: Annotated[
        str | None, typer.Option("--facts", help="Start from this facts document; - reads stdin.")
    ] = None,
    observe: Annotated[
        bool, typer.Option("--observe", help="Observe this host first, and ask only the rest.")
    ] = False,
    session: Annotated[
        Path | None,
        typer.Option("--session", help="The session file; default: in the user's state folder."),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Resume a session; default: the latest.")
    ] = False,
    save_facts: Annotated[
        Path | None, typer.Option("--save-facts", help="Write a facts document at the end.")
    ] = None,
    answers: Annotated[
        Path | None,
        typer.Option("--answers", help="Read the answers from this file, one per line."),
    ] = None,
    platform: Annotated[str, typer.Option("--platform", help="linux or windows")] = "linux",
    format_: FormatOption = None,
    output: OutputOption = None,
    rules: RulesOption = None,
    lang: LangOption = None,
    table_format: TableFormatOption = "simple",
    fail_on: Annotated[
        FailOn,
        typer.Option("--fail-on", help="Exit 1 if a finding has at least this impact."),
    ] = "never",
    record: Annotated[
        bool, typer.Option("--record", help="Keep the report; see: ccexpert history.")
    ] = False,
    *,
    where: Whereabouts,
) -> None:
    """Find out what is wrong by answering a few questions.

    Every answer is saved before the next question: --resume picks up where you left off.
    """
    wanted, page = targets(format_, output), layout(table_format, packs(rules))
    if is_plugin(wanted) and fail_on != "never":
        raise typer.BadParameter(
            "the format nagios has exit codes of its own", param_hint="--fail-on"
        )
    if resume and (facts is not None or observe):
        raise typer.BadParameter(
            "a resumed session already has its facts",
            param_hint="--facts" if facts else "--observe",
        )
    if facts is not None and observe:
        raise typer.BadParameter("use either --facts or --observe", param_hint="--observe")
    refuse_idle(where, observe)
    if resume:
        path = session or latest()
        consultation = Consultation.resumed(expert(rules), path, lang or requested())
    else:
        path = session or new_session()
        document = read_document(read_input(facts)).content if facts else None
        if observe:
            document = observer(where, packs(rules))()
        consultation = Consultation(
            expert(rules), document, language=language(lang), platform=platform
        )
        consultation.keep(path)
    if facts == "-" and answers is None:
        answer_from_terminal()
    source = Input(answers)
    with consultation:
        dialogue = Dialogue(consultation, is_person=source.is_person)
        try:
            _hold(dialogue, source, resume)
        except (typer.Abort, KeyboardInterrupt, EOFError):
            left = dialogue.interrupted()
            again = Line(_command_to_resume(path, rules), "command")
            show([Line(), *left, Line(say("saved", consultation.language)), again])
            raise typer.Exit(130) from None
        if save_facts:
            saved = consultation.document().model_dump_json(indent=2, exclude_none=True)
            write_whole(save_facts, saved + "\n")
        report = consultation.report()
        number, earlier = None, list[str]()
        try:
            if record:
                from ccexpert.cli.shared.recording import kept  # SQLite is for those who record

                number, earlier = kept(report)
        finally:  # the report is printed even if it cannot be recorded
            write(report, wanted, page)
        tell(earlier)
        if source.is_person:
            show(_onward(report, _command_to_resume(path, rules), save_facts, number))
        elif gives_up(consultation):
            show(_to_resume(report.language, _command_to_resume(path, rules)))
    raise typer.Exit(exit_code(report, wanted, fail_on))


def _onward(
    report: PlainReport, resume: str, saved: Path | None, recorded: int | None
) -> Iterable[Line]:
    """The first lines again, which have scrolled away, and how to continue the session, to act on
    the findings, and to say later what it was."""
    yield Line()
    yield from (Line(line) for line in lead(report, words(report.language)))
    yield from _to_resume(report.language, resume)
    if recorded is not None:
        yield Line(say("to mark", report.language))
        yield Line(f"ccexpert history mark {recorded} right", "command")
    if report.status != "findings":
        return
    if saved is None:
        yield Line(say("to act first", report.language))
        yield Line(f"{resume} --save-facts facts.json", "command")
    yield Line(say("to act", report.language))
    yield Line(shlex.join(["ccexpert", "act", str(saved or "facts.json")]), "command")


def _to_resume(spoken: Language, resume: str) -> Iterable[Line]:
    return Line(), Line(say("kept", spoken)), Line(resume, "command")


def _hold(dialogue: Dialogue, source: Input, resumed: bool) -> None:
    """Show what the dialogue says and pass on what is typed, until it ends."""
    reply = dialogue.begin(resumed=resumed)
    while reply.kind != "end":
        show(reply.lines)
        names = [choice.label for choice in reply.shown]
        typed = source.next(reply.prompt, [*names, *command_words(dialogue.language)])
        try:
            reply = dialogue.take(typed)
        except (AnswerError, FactsError) as error:  # a file or a pipe cannot be asked again
            raise replace(error, where=source.place) from None
    show(reply.lines)


def _command_to_resume(path: Path, rules: list[Path] | None) -> str:
    packed = [word for pack in packs(rules) for word in ("--rules", str(pack))] if rules else []
    argv = ["ccexpert", "consult", "--resume", "--session", str(path), *packed]
    return subprocess.list2cmdline(argv) if sys.platform == "win32" else shlex.join(argv)
