"""The plan as an Ansible playbook: checks run, a step that may change the server needs a yes.

The yes comes from a person at the pause, or beforehand for one step: ``-e confirm_step_2=true``.
Without a terminal the pause is passed over and the step is left out. Texts that Ansible would
expand as templates carry its tag ``!unsafe``.
"""

from __future__ import annotations

from typing import Any

import yaml

from ccexpert.diagnosis import Action, Report
from ccexpert.report.interface import Layout, fact_line, one_line, step_hosts
from ccexpert.report.words import words

Task = dict[str, Any]

#: Where the plan runs when the report names no host: an inventory pattern to be given with -e.
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


#: Breaks that YAML would turn into spaces or line feeds wherever they are not written as escapes.
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


def render(report: Report, _layout: Layout) -> str:
    """The plan of the report as a playbook of one play."""
    return yaml.dump(
        playbook(report),
        Dumper=_Dumper,
        allow_unicode=True,
        sort_keys=False,
        explicit_start=True,
        width=100,
    )


def playbook(report: Report) -> list[dict[str, Any]]:
    """The playbook as plain data."""
    word = words(report.language)
    hosts = [report.host] if report.host else sorted({d.host for d in report.diagnoses if d.host})
    title = f"{word['plan of']} {report.tool.version}: {', '.join(hosts)}"
    play: dict[str, Any] = {
        "name": _literal(one_line(title)),
        "hosts": [_literal(host) for host in hosts] or _ANY_HOST,
        "gather_facts": False,
    }
    confirmations = {_confirmation(n): False for n, a in enumerate(report.plan, 1) if _needs_yes(a)}
    if confirmations:
        play["vars"] = confirmations
    play["tasks"] = [t for n, a in enumerate(report.plan, 1) for t in _tasks(n, a, report, word)]
    return [play]


def _tasks(number: int, action: Action, report: Report, word: dict[str, str]) -> list[Task]:
    title = one_line(f"{number}. {word[action.kind]}: {action.text}")
    if not action.command:
        tasks = [_told(title, _notes(action, word, word["by hand"]))]
    elif action.changes_server:
        tasks = _confirmed(number, action, title, word)
    else:
        tasks = _looked_at(number, action, title, word)
    hosts = step_hosts(action, report)
    return [_only_on(hosts, task) for task in tasks] if hosts else tasks


def _looked_at(number: int, action: Action, title: str, word: dict[str, str]) -> list[Task]:
    """A check: it changes nothing, its exit code decides nothing, its output is shown."""
    seen = f"step_{number}"
    run = _run(action, title) | {"register": seen, "changed_when": False, "failed_when": False}
    shown = {"var": f"{seen}.stdout_lines"}
    return [
        run,
        {"name": _literal(f"{title} [{word['output']}]"), "ansible.builtin.debug": shown},
    ]


def _confirmed(number: int, action: Action, title: str, word: dict[str, str]) -> list[Task]:
    """A step that changes something: ask, then run it after a yes."""
    given, answer = f"{_confirmation(number)} | bool", f"answer_{number}"
    yes = f"{answer}.user_input | default('') | lower in ['y', 'yes', 'j', 'ja']"
    question = "\n".join([title, *_notes(action, word), word["confirm"]])
    ask = {
        "name": _literal(f"{title} [{word['ask']}]"),
        _PAUSE: {"prompt": _literal(question)},
        "register": answer,
        "when": [f"not {given}"],
    }
    return [ask, _run(action, title) | {"when": [f"{given} or {yes}"]}]


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
        return task  # Ansible asks once for all hosts, and would judge a condition for one of them
    conditions = ["inventory_hostname in step_hosts", *task.get("when", ())]
    return task | {"vars": {"step_hosts": [_literal(h) for h in hosts]}, "when": conditions}


def _needs_yes(action: Action) -> bool:
    return action.command is not None and action.changes_server


def _confirmation(number: int) -> str:
    return f"confirm_step_{number}"


def _literal(text: str) -> str:
    """``text`` as Ansible must take it: word for word."""
    return _Unsafe(text) if "{" in text or text.startswith("#jinja2") else text
