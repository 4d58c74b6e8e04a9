"""The plan as a POSIX shell script that a person reads and then runs.

Checks run by themselves; before every step that may change the server the script stops and asks at
the terminal, and without a terminal the answer is no. Steps for Windows are comments only.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from ccexpert.diagnosis import Action, Report
from ccexpert.report.interface import (
    Layout,
    command_line,
    fact_line,
    one_line,
    printable,
    step_hosts,
)
from ccexpert.report.words import words

_FUNCTIONS = r"""
say() {{ printf '%s\n' "$@"; }}
run() {{ "$@" || say {exit_code}" $?"; }}
ask() {{
  printf '%s ' "$1" >&2
  read -r answer </dev/tty || return 1
  case $answer in y|Y|yes|j|J|ja) ;; *) return 1 ;; esac
}}
"""


def render(report: Report, _layout: Layout) -> str:
    """The plan of the report."""
    word = words(report.language)
    steps = ["\n".join(_step(n, a, report, word)) for n, a in enumerate(report.plan, 1)]
    if not steps:
        steps = [_say([word["no plan"]])]
    return "\n\n".join([_head(report, word), *steps]) + "\n"


def _head(report: Report, word: dict[str, str]) -> str:
    said = (f"{word['plan of']} {report.tool.version}", report.host, report.run.started)
    lines = ["#!/bin/sh", _comment(" · ".join(part for part in said if part))]
    if any(action.platform == "windows" for action in report.plan):
        lines.append(_comment(word["for windows"]))
    if report.plan and all(action.platform == "windows" for action in report.plan):
        return "\n".join(lines)
    lines.append(_comment(word["asks before"]))
    return "\n".join(lines) + _FUNCTIONS.format(exit_code=shlex.quote(word["exit code"])).rstrip()


def _step(number: int, action: Action, report: Report, word: dict[str, str]) -> Iterator[str]:
    told = list(_told(number, action, report, word))
    if action.platform == "windows":
        yield from (f"# {line}" for line in told)
        return
    yield _comment(f"{word['wanted by']} {', '.join((action.diagnosis, *action.also_for))}")
    yield _say(told)
    if action.command and _is_printable(action):
        run = f"run {command_line(action)}"
        asked = shlex.quote(word["confirm"])
        yield f"if ask {asked}; then {run}; fi" if action.changes_server else run
    elif action.changes_server:
        yield f"ask {shlex.quote(word['done by hand'])} || :"


def _told(number: int, action: Action, report: Report, word: dict[str, str]) -> Iterator[str]:
    hosts = step_hosts(action, report)
    where = f" [{', '.join(hosts)}]" if hosts else ""
    risk = f"{word['risk'].lower()}: {word[action.risk]}, {action.minutes:g} min"
    yield one_line(f"{number}. {word[action.kind]}{where}: {action.text} ({risk})")
    if action.command and _is_printable(action):
        yield f"   $ {command_line(action)}"
    elif action.command:
        yield f"   {word['unprintable command']}"
    if action.warning:
        yield f"   {word['warning']}: {one_line(action.warning)}"
    if action.verify:
        yield f"   {word['verify']}: {one_line(fact_line(action.verify))}"


def _is_printable(action: Action) -> bool:
    """Whether the command can stand in a script without steering the terminal that shows it."""
    line = command_line(action)
    return "\n" not in line and printable(line) == line


def _comment(text: str) -> str:
    return f"# {one_line(text)}"


def _say(lines: list[str]) -> str:
    return " \\\n  ".join(["say", *map(shlex.quote, lines)])
