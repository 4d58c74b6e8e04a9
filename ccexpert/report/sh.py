"""The plan as a POSIX shell script for a person to read and then run.

Checks run without asking. Before every step that may change the server, the script asks at the
terminal; without a terminal the answer is no. If a step is skipped, the steps that follow it are
skipped too. A command that is not allowed or has a placeholder becomes a comment with the reason.
Steps for Windows are only comments.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from ccexpert.diagnosis import Action, PlainReport
from ccexpert.display import one_line, printable
from ccexpert.knowledge.commands import AllowedCommand, find_command, forbidden
from ccexpert.knowledge.packs import roots
from ccexpert.knowledge.reader import load_commands
from ccexpert.report.interface import Layout
from ccexpert.report.pieces import command_line, fact_line, step_hosts
from ccexpert.report.words import words
from ccexpert.words import YES

_FUNCTIONS = r"""
say() {{ printf '%s\n' "$@"; }}
run() {{ "$@" || say {exit_code}" $?"; }}
ask() {{
  printf '%s ' "$1" >&2
  read -r answer </dev/tty || return 1
  case $answer in {yes}) ;; *) return 1 ;; esac
}}
"""


def render(report: PlainReport, layout: Layout) -> str:
    """The plan of the report."""
    word, allowed = words(report.language), load_commands(roots(layout.packs))
    steps = ["\n".join(_step(n, a, report, word, allowed)) for n, a in enumerate(report.plan, 1)]
    if not steps:
        steps = [_say([word["no plan"]])]
    return "\n\n".join([_head(report, word), *steps]) + "\n"


def _head(report: PlainReport, word: dict[str, str]) -> str:
    said = (f"{word['plan of']} {report.tool.version}", report.host, report.run.started)
    lines = ["#!/bin/sh", _comment(" · ".join(part for part in said if part))]
    if any(action.platform == "windows" for action in report.plan):
        lines.append(_comment(word["for windows"]))
    if report.plan and all(action.platform == "windows" for action in report.plan):
        return "\n".join(lines)
    lines.append(_comment(word["asks before"]))
    return "\n".join(lines) + _functions(word)


def _functions(word: dict[str, str]) -> str:
    capitals = {answer: f"{answer}|{answer.upper()}" for answer in YES if len(answer) == 1}
    yes = "|".join(capitals.get(answer, answer) for answer in YES)
    return _FUNCTIONS.format(yes=yes, exit_code=shlex.quote(word["exit code"])).rstrip()


def _step(
    number: int,
    action: Action,
    report: PlainReport,
    word: dict[str, str],
    allowed: Sequence[AllowedCommand],
) -> Iterator[str]:
    why = _refusal(action, allowed)
    told = list(_told(number, action, report, word, why))
    if action.platform == "windows":
        yield from (f"# {line}" for line in told)
        return
    yield _comment(f"{word['wanted by']} {', '.join((action.diagnosis, *action.also_for))}")
    followed = _asked_before(action, report)
    if followed:
        yield f'if [ -n "{"".join(f"${{done_{n}-}}" for n in followed)}" ]; then'
    yield _say(told)
    if why and why != "unprintable command":
        yield _comment(f"{word[why]}: {command_line(action)}")
    done = f"done_{number}=yes" if any(number in a.after for a in report.plan) else ""
    if action.command and not why:
        run, question = f"run {command_line(action)}", shlex.quote(word["confirm"])
        asked = f"if ask {question}; then {'; '.join(filter(None, (done, run)))}; fi"
        yield asked if _is_asked(action, allowed) else run
    elif action.changes_server:
        yield " ".join(
            ["ask", shlex.quote(word["done by hand"]), *(["&&", done] if done else []), "|| :"]
        )
    if followed:
        yield "fi"


def _asked_before(action: Action, report: PlainReport) -> tuple[int, ...]:
    """The numbers of the steps that it follows; none when one of them is not asked for."""
    before = [report.plan[n - 1] for n in action.after]
    asked = all(one.changes_server and one.platform != "windows" for one in before)
    return action.after if asked else ()


def _refusal(action: Action, allowed: Sequence[AllowedCommand]) -> str | None:
    """Why the command of a step may not run, as a key of the words; None if it may."""
    if not action.command:
        return None
    line = command_line(action)
    if "\n" in line or printable(line) != line:  # it could control the terminal that shows it
        return "unprintable command"
    return None if action.platform == "windows" else forbidden(action.command, allowed)


def _is_asked(action: Action, allowed: Sequence[AllowedCommand]) -> bool:
    """Whether the step changes the server, by its card or by the list of commands."""
    listed = find_command(action.command or (), allowed)
    return action.changes_server or (listed is not None and listed.risk != "none")


def _told(
    number: int, action: Action, report: PlainReport, word: dict[str, str], why: str | None
) -> Iterator[str]:
    hosts = step_hosts(action, report)
    where = f" [{', '.join(hosts)}]" if hosts else ""
    risk = f"{word['risk'].lower()}: {word[action.risk]}, {action.minutes:g} min"
    yield one_line(f"{number}. {word[action.kind]}{where}: {action.text} ({risk})")
    if why:
        yield f"   {word[why]}"
    elif action.command:
        yield f"   $ {command_line(action)}"
    if action.warning:
        yield f"   {word['warning']}: {one_line(action.warning)}"
    if action.verify:
        yield f"   {word['verify']}: {one_line(fact_line(action.verify))}"


def _comment(text: str) -> str:
    return f"# {one_line(text)}"


def _say(lines: list[str]) -> str:
    return " \\\n  ".join(["say", *map(shlex.quote, lines)])
