"""The plan as an Ansible playbook: checks run, and a step that may change the server needs a yes.

The yes comes from a person at the pause, or in advance for one step: ``-e confirm_step_2=true``.
Without a terminal the pause, the step and the steps that follow it are skipped. Texts that Ansible
would expand as templates carry its tag ``!unsafe``.
"""

from __future__ import annotations

from typing import Any

import yaml

from ccexpert.diagnosis import Action, PlainReport
from ccexpert.display import one_line
from ccexpert.knowledge.commands import has_placeholder
from ccexpert.report.interface import Layout
from ccexpert.report.pieces import command_line, fact_line, step_hosts
from ccexpert.report.words import words
from ccexpert.words import YES

Task = dict[str, Any]

#: The hosts of the play if the report names none: an inventory pattern to be given with -e.
_ANY_HOST = "{{ ccexpert_hosts }}"

_PAUSE = "ansible.builtin.pause"
_COMMANDS = {"linux": "ansible.builtin.command", "windows": "ansible.windows.win_command"}


class _Unsafe(str):
    """A text that Ansible must not expand."""


class _Dumper(yaml.SafeDumper):
    """Writes lists inside lists indented, and no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


#: Breaks that YAML turns into spaces or line feeds unless they are written as escapes.
_BREAKS = frozenset("\r\x85\u2028\u2029")


def _scalar(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    tag = "!unsafe" if isinstance(text, _Unsafe) else "tag:yaml.org,2002:str"
    if _BREAKS & set(text):
        style = '"'
    elif "\n" in text:
        style = "|"
    else:
        style = "'" if isinstance(text, _Unsafe) else ""
    return dumper.represent_scalar(tag, str(text), style=style or None)


_Dumper.add_representer(str, _scalar)
_Dumper.add_representer(_Unsafe, _scalar)


def render(report: PlainReport, _layout: Layout) -> str:
    """The plan of the report as a playbook of one play."""
    return yaml.dump(
        playbook(report),
        Dumper=_Dumper,
        allow_unicode=True,
        sort_keys=False,
        explicit_start=True,
        width=100,
    )


def playbook(report: PlainReport) -> list[dict[str, Any]]:
    """The playbook as plain data."""
    word = words(report.language)
    hosts = [report.host] if report.host else sorted({d.host for d in report.diagnoses if d.host})
    title = f"{word['plan of']} {report.tool.version}: {', '.join(hosts)}"
    play: dict[str, Any] = {
        "name": _literal(one_line(title)),
        "hosts": [_literal(host) for host in hosts] or _ANY_HOST,
        "gather_facts": False,
    }
    asked = [_confirmation(n) for n, a in enumerate(report.plan, 1) if _needs_yes(a)]
    known: dict[str, Any] = dict.fromkeys(asked, False)
    tasks = [t for n, a in enumerate(report.plan, 1) for t in _tasks(n, a, report, word)]
    if hosts and tasks:
        known["plan_hosts"] = play["hosts"]
        tasks.insert(0, _only_here(word))
    if known:
        play["vars"] = known
    play["tasks"] = tasks
    return [play]


def _only_here(word: dict[str, str]) -> Task:
    """End the play on other hosts: Ansible may take a host's name for a group such as ``all``."""
    others = "inventory_hostname not in plan_hosts"
    return {"name": word["only here"], "ansible.builtin.meta": "end_host", "when": [others]}


def _tasks(number: int, action: Action, report: PlainReport, word: dict[str, str]) -> list[Task]:
    title = one_line(f"{number}. {word[action.kind]}: {action.text}")
    if not action.command:
        tasks = [_told(title, _notes(action, word, word["by hand"]))]
    elif has_placeholder(action.command):
        refused = (command_line(action), word["placeholder"], word["by hand"])
        tasks = [_told(title, _notes(action, word, *refused))]
    elif action.changes_server:
        tasks = _confirmed(number, action, title, word)
    else:
        tasks = _looked_at(number, action, title, word)
    if said := _said_yes(action, report):
        tasks = [task | {"when": [said, *task.get("when", ())]} for task in tasks]
    hosts = step_hosts(action, report)
    return [_only_on(hosts, task) for task in tasks] if hosts else tasks


def _said_yes(action: Action, report: PlainReport) -> str | None:
    """That a yes was given to a step that this one follows; None when one of them needs none."""
    if not action.after or not all(_needs_yes(report.plan[n - 1]) for n in action.after):
        return None
    return " or ".join(f"({_yes(number)})" for number in action.after)


def _looked_at(number: int, action: Action, title: str, word: dict[str, str]) -> list[Task]:
    """A check: it changes nothing, its exit code is ignored, and its output is shown."""
    seen = f"step_{number}"
    run = _run(action, title) | {"register": seen, "changed_when": False, "failed_when": False}
    shown = {"var": f"{seen}.stdout_lines"}
    return [
        run,
        {"name": _literal(f"{title} [{word['output']}]"), "ansible.builtin.debug": shown},
    ]


def _confirmed(number: int, action: Action, title: str, word: dict[str, str]) -> list[Task]:
    """A step that changes something: ask, then run it after a yes."""
    question = "\n".join([title, *_notes(action, word), word["confirm"]])
    ask = {
        "name": _literal(f"{title} [{word['ask']}]"),
        _PAUSE: {"prompt": _literal(question)},
        "register": f"answer_{number}",
        "when": [f"not {_given(number)}"],
    }
    return [ask, _run(action, title) | {"when": [_yes(number)]}]


def _given(number: int) -> str:
    """That the yes to a step was given beforehand."""
    return f"{_confirmation(number)} | bool"


def _yes(number: int) -> str:
    """That the yes to a step was given, beforehand or at the pause."""
    answer = f"answer_{number}.user_input | default('') | lower"
    return f"{_given(number)} or {answer} in {list(YES)}"


def _run(action: Action, title: str) -> Task:
    argv = [_literal(part) for part in action.command or ()]
    return {"name": _literal(title), _COMMANDS[action.platform]: {"argv": argv}}


def _told(title: str, notes: list[str]) -> Task:
    return {"name": _literal(title), "ansible.builtin.debug": {"msg": [_literal(n) for n in notes]}}


def _notes(action: Action, word: dict[str, str], *first: str) -> list[str]:
    notes = [*first, f"{word['risk']}: {word[action.risk]}, {action.minutes:g} min"]
    notes.append(f"{word['wanted by']} {', '.join((action.diagnosis, *action.also_for))}")
    if action.warning:
        notes.append(f"{word['warning']}: {action.warning}")
    if action.verify:
        notes.append(f"{word['verify']}: {fact_line(action.verify)}")
    return [one_line(note) for note in notes]


def _only_on(hosts: tuple[str, ...], task: Task) -> Task:
    if _PAUSE in task:
        return task  # Ansible asks once for all hosts, but would evaluate a condition for only one
        # of them
    conditions = ["inventory_hostname in step_hosts", *task.get("when", ())]
    return task | {"vars": {"step_hosts": [_literal(h) for h in hosts]}, "when": conditions}


def _needs_yes(action: Action) -> bool:
    command = action.command
    return command is not None and not has_placeholder(command) and action.changes_server


def _confirmation(number: int) -> str:
    return f"confirm_step_{number}"


def _literal(text: str) -> str:
    """Mark ``text`` so that Ansible takes it literally."""
    return _Unsafe(text) if "{" in text or text.startswith("#jinja2") else text
