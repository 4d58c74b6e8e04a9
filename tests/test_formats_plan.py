"""The plan as a script and as a playbook: run for real against stand-ins for the server's programs,
which write down how they were called."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pexpect
import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ccexpert import Report
from ccexpert.display import printable
from ccexpert.knowledge.commands import has_placeholder
from ccexpert.report import render
from tests import formats
from tests.formats import NASTY, hostile_texts, rich, with_text

START = ["nlserver", "start", "stat@prod"]


def checks(report: Report) -> list[list[str]]:
    """The commands of the plan that change nothing."""
    return [list(a.command) for a in report.plan if a.command and not a.changes_server]


def confirmed_start(report: Report) -> str:
    """The variable by which the start of stat is confirmed beforehand."""
    numbers = [n for n, a in enumerate(report.plan, 1) if a.command == tuple(START)]
    return f"confirm_step_{numbers[0]}"


class StandIns:
    """Programs of a Campaign server that write down their arguments and do nothing else."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._calls = folder / "calls"
        for name in ("nlserver", "systemctl", "tail", "curl"):
            program = folder / name
            program.write_text(
                f"#!{sys.executable}\nimport json, sys\n"
                f"with open({str(self._calls)!r}, 'a') as calls:\n"
                f"    print(json.dumps([{name!r}, *sys.argv[1:]]), file=calls)\n"
                f"print('answer of {name}')\n"
                f"sys.exit({name!r} == 'systemctl' and 3)\n",
                encoding="utf-8",
            )
            program.chmod(0o755)
        self.env = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"}

    @property
    def calls(self) -> list[list[str]]:
        if not self._calls.exists():
            return []
        return [json.loads(line) for line in self._calls.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def stand_ins(tmp_path: Path) -> StandIns:
    folder = tmp_path / "bin"
    folder.mkdir()
    return StandIns(folder)


# The script


def script_of(report: Report, folder: Path) -> Path:
    path = folder / "plan.sh"
    path.write_text(render(report, "sh"), encoding="utf-8")
    return path


def without_terminal(script: Path, stand_ins: StandIns) -> str:
    done = subprocess.run(
        ["sh", str(script)],
        env=stand_ins.env,
        cwd=script.parent,
        start_new_session=True,  # so that there is no terminal to ask at
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    return done.stdout


def test_without_a_terminal_only_the_checks_run(tmp_path: Path, stand_ins: StandIns) -> None:
    report = formats.nothing_runs()
    printed = without_terminal(script_of(report, tmp_path), stand_ins)
    assert stand_ins.calls == checks(report)
    assert "answer of nlserver" in printed
    assert "exit code 3" in printed
    start = next(a for a in report.plan if a.kind == "start" and a.warning)
    assert f"$ {shlex.join(start.command or ())}" in printed
    assert f"Warning: {start.warning}" in printed
    assert "worked if: process watchdog = running" in printed


@pytest.mark.parametrize(
    ("language", "answer", "runs"),
    [
        ("en", "y", True),
        ("en", "n", False),
        ("en", "", False),
        ("sv", "j", True),
        ("sv", "", False),
    ],
)
def test_a_step_that_changes_the_server_waits_for_a_yes(
    tmp_path: Path, stand_ins: StandIns, language: str, answer: str, runs: bool
) -> None:
    report = formats.stat_down(language=language)
    script = script_of(report, tmp_path)
    terminal = pexpect.spawn("sh", [str(script)], env=stand_ins.env, timeout=300, encoding="utf-8")
    terminal.expect_exact("Run it? [y/N]" if language == "en" else "Vill du köra det? [j/N]")
    assert stand_ins.calls == checks(report)
    terminal.sendline(answer)
    terminal.expect(pexpect.EOF)
    assert stand_ins.calls == [*checks(report), *([START] if runs else [])]


def test_a_plan_for_windows_is_comments_only() -> None:
    script = render(formats.on_windows(), "sh")
    assert all(line.startswith("#") for line in script.splitlines() if line)
    assert "# This plan is for Windows" in script
    assert "$ net start nlserver6" in script


def test_no_plan_is_said(tmp_path: Path, stand_ins: StandIns) -> None:
    script = script_of(formats.healthy(), tmp_path)
    assert without_terminal(script, stand_ins) == "Nothing to do.\n"


def test_steps_name_their_hosts_when_there_are_several() -> None:
    assert "check [app-1, app-2]:" in render(formats.two_hosts(), "sh")


def commands_in(script: str) -> list[list[str]]:
    """The argument lists that the shell would hand to ``run``."""
    return [
        words[1:]
        for words in map(_words, script.split("\n"))
        if words[:1] == ["run"] and "()" not in words[0]
    ]


def _words(line: str) -> list[str]:
    if line.startswith("if ask "):
        line = line.removesuffix("; fi").partition("; then ")[2]
    return shlex.split(line) if line.startswith("run ") else []


@settings(max_examples=150)
@given(hostile_texts)
def test_whatever_was_observed_the_script_has_exactly_the_commands_of_the_plan(text: str) -> None:
    report = with_text(rich(), text)
    script = render(report, "sh")
    checked = subprocess.run(["bash", "-n"], input=script.encode(), capture_output=True, check=True)
    assert checked.stderr == b""
    wanted = [list(a.command) for a in report.plan if a.command]
    assert commands_in(script) == ([] if text else wanted)  # no such program is on the list
    assert printable(script) == script


def test_ansible_runs_no_command_in_which_a_name_is_unknown() -> None:
    report = formats.nothing_runs()
    start = next(a for a in report.plan if a.command and a.changes_server)
    unknown = replace(start, command=("nlserver", "start", "web@<instance>"), after=())
    (play,) = yaml.safe_load(
        render(replace(report, plan=(unknown,)), "ansible").replace("!unsafe", "")
    )
    (told,) = [task for task in play["tasks"] if "ansible.builtin.meta" not in task]
    assert list(told) == ["name", "ansible.builtin.debug"]
    assert "nlserver start 'web@<instance>'" in told["ansible.builtin.debug"]["msg"][0]
    assert not any(name.startswith("confirm") for name in play.get("vars", {}))


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (("sh", "-c", "touch owned"), "this command is not on the list of allowed commands"),
        (("nlserver", "start", "mta;touch owned"), "this command is not on the list"),
        (("nlserver", "start", "web@<instance>"), "a name in the command is unknown"),
    ],
)
def test_a_command_that_act_would_refuse_is_a_comment_with_the_reason(
    command: tuple[str, ...], reason: str, tmp_path: Path, stand_ins: StandIns
) -> None:
    report = formats.nothing_runs()
    look = next(a for a in report.plan if a.command and not a.changes_server)
    script = render(replace(report, plan=(replace(look, command=command),)), "sh")
    (comment,) = [line for line in script.splitlines() if line.startswith("# refused: ")]
    assert reason in comment
    assert shlex.join(command) in comment
    (tmp_path / "plan.sh").write_text(script, encoding="utf-8")
    assert reason in without_terminal(tmp_path / "plan.sh", stand_ins)
    assert stand_ins.calls == []
    assert not (tmp_path / "owned").exists()


def test_a_site_pack_may_list_commands_of_its_own(tmp_path: Path) -> None:
    report, command = formats.nothing_runs(), ("mailq", "-v")
    look = next(a for a in report.plan if a.command and not a.changes_server)
    report = replace(report, plan=(replace(look, command=command),))
    (tmp_path / "facts").mkdir()
    (tmp_path / "facts" / "commands.yaml").write_text(
        "commands: [{argv: [mailq, -v], risk: low}]", encoding="utf-8"
    )
    assert commands_in(render(report, "sh")) == []
    script = report.render("sh", rules=[tmp_path])
    assert commands_in(script) == [list(command)]
    assert "if ask" in script  # the list knows better than the step that it is no mere look


@pytest.mark.parametrize("text", NASTY)
def test_no_observed_text_is_run(text: str, tmp_path: Path, stand_ins: StandIns) -> None:
    report = with_text(formats.nothing_runs(), text, commands=False)
    without_terminal(script_of(report, tmp_path), stand_ins)
    assert stand_ins.calls == checks(report)
    assert not list(tmp_path.glob("owned*"))


# The playbook


class Loader(yaml.CSafeLoader):
    """Reads playbooks as Ansible does: ``!unsafe`` marks a text that is no template."""


class Unsafe(str):
    pass


Loader.add_constructor("!unsafe", lambda loader, node: Unsafe(loader.construct_scalar(node)))


def play_of(report: Report) -> dict[str, Any]:
    (play,) = yaml.load(render(report, "ansible"), Loader)
    return play


def commands_of(play: dict[str, Any]) -> list[list[str]]:
    modules = ("ansible.builtin.command", "ansible.windows.win_command")
    return [task[m]["argv"] for task in play["tasks"] for m in modules if m in task]


def strings(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        for key, value in data.items():
            if key != "when":
                yield from strings(value)
    elif isinstance(data, list):
        for value in data:
            yield from strings(value)
    elif isinstance(data, str):
        yield data


def test_a_playbook_holds_the_plan() -> None:
    report = formats.stat_down()
    play = play_of(report)
    assert play["hosts"] == ["campaign-app-01"]
    assert commands_of(play) == [list(a.command) for a in report.plan if a.command]
    _, question, start = play["tasks"]
    assert "worked if: process" in question["ansible.builtin.pause"]["prompt"]
    assert play["vars"] == {confirmed_start(report): False, "plan_hosts": play["hosts"]}
    assert confirmed_start(report) in start["when"][0]


def test_in_a_playbook_a_check_changes_nothing_and_shows_what_it_printed() -> None:
    _, check, output, *_ = play_of(formats.nothing_runs())["tasks"]
    assert check["changed_when"] is False
    assert output["ansible.builtin.debug"] == {"var": f"{check['register']}.stdout_lines"}


def test_in_a_playbook_what_follows_a_step_runs_only_after_a_yes_to_that_step() -> None:
    report = formats.repaired_in_steps()
    (place,) = [n for n, a in enumerate(report.plan, 1) if a.after and a.command]
    (before,) = report.plan[place - 1].after
    tasks = play_of(report)["tasks"]
    follower = next(t for t in tasks if t["name"].startswith(f"{place}. "))
    assert f"confirm_step_{before} | bool" in follower["when"][0]
    assert f"answer_{before}." in follower["when"][0]


@pytest.mark.parametrize("answer", ["y", "n"])
def test_in_a_script_what_follows_a_step_runs_only_after_a_yes_to_that_step(
    answer: str, tmp_path: Path, stand_ins: StandIns
) -> None:
    report = formats.repaired_in_steps()
    (follower,) = [a for a in report.plan if a.after and a.command]
    questions = sum(a.changes_server for a in report.plan)
    script = script_of(report, tmp_path)
    terminal = pexpect.spawn("sh", [str(script)], env=stand_ins.env, timeout=300, encoding="utf-8")
    for _ in range(questions):
        terminal.expect_exact("[y/N]")
        terminal.sendline(answer)
    terminal.expect(pexpect.EOF)
    assert (list(follower.command or ()) in stand_ins.calls) is (answer == "y")


def test_a_plan_for_windows_uses_the_module_for_windows() -> None:
    tasks = play_of(formats.on_windows())["tasks"]
    assert ["net", "start", "nlserver6"] in [
        t["ansible.windows.win_command"]["argv"]
        for t in tasks
        if "ansible.windows.win_command" in t
    ]


def test_without_a_host_the_playbook_asks_for_one() -> None:
    report = formats.EXPERT.diagnose([formats.MTA])
    assert play_of(report)["hosts"] == "{{ ccexpert_hosts }}"


@settings(max_examples=150)
@given(hostile_texts)
def test_whatever_was_observed_the_playbook_has_the_known_commands_of_the_plan(
    text: str,
) -> None:
    report = with_text(rich(), text)
    play = play_of(report)
    runs = [a.command for a in report.plan if a.command and not has_placeholder(a.command)]
    assert commands_of(play) == [list(command) for command in runs]
    templates = [s for s in strings(play) if "{" in s or s.startswith("#jinja2")]
    assert all(isinstance(s, Unsafe) for s in templates)


@given(st.text())
@example("\x85")
@example("\u2028")
def test_texts_survive_the_way_through_yaml(text: str) -> None:
    report = with_text(formats.stat_down(), text)
    assert play_of(report)["hosts"] == [f"{text}campaign-app-01"]


Playbook = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def ansible(tmp_path: Path, stand_ins: StandIns) -> Playbook:
    def run(report: Report, *options: str, inventory: str = "") -> subprocess.CompletedProcess[str]:
        playbook = tmp_path / "plan.yaml"
        playbook.write_text(render(report, "ansible"), encoding="utf-8")
        program = shutil.which("ansible-playbook", path=str(Path(sys.executable).parent))
        assert program is not None
        hosts = ",".join([report.host or "app-1", "app-2", "app-3"])
        return subprocess.run(
            [
                *(program, "--inventory", inventory or f"{hosts},", "--connection", "local"),
                *("--extra-vars", f"ansible_python_interpreter={sys.executable}"),
                *(*options, str(playbook)),
            ],
            env={**stand_ins.env, "ANSIBLE_HOME": str(tmp_path / "ansible"), "LC_ALL": "C.UTF-8"},
            cwd=tmp_path,
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    return run


def test_ansible_runs_the_checks_and_waits_with_the_rest(
    ansible: Playbook, stand_ins: StandIns
) -> None:
    report = formats.nothing_runs()
    done = ansible(report)
    assert done.returncode == 0, done.stdout
    assert stand_ins.calls == checks(report)
    assert "answer of nlserver" in done.stdout
    assert "changed=0" in done.stdout


def test_ansible_runs_the_step_that_was_confirmed(ansible: Playbook, stand_ins: StandIns) -> None:
    report = formats.stat_down()
    done = ansible(report, "--extra-vars", f"{confirmed_start(report)}=true")
    assert done.returncode == 0, done.stdout
    assert stand_ins.calls == [*checks(report), START]
    assert "changed=1" in done.stdout


def test_ansible_expands_no_observed_text(
    ansible: Playbook, stand_ins: StandIns, tmp_path: Path
) -> None:
    text = "{{ lookup('pipe', 'touch owned') }}{% for i in [7 * 7] %}{{ i }}{% endfor %}"
    report = with_text(formats.stat_down(), text, commands=False)
    report = replace(report, host="app-1")
    done = ansible(report, "--extra-vars", f"{confirmed_start(report)}=true")
    assert done.returncode == 0, done.stdout
    assert stand_ins.calls == [*checks(report), START]
    assert not (tmp_path / "owned").exists()
    assert "lookup('pipe'" in done.stdout
    assert "49" not in done.stdout


@pytest.mark.parametrize("host", ["all", "web"])
def test_a_host_that_is_called_like_a_group_does_not_stand_for_the_group(
    host: str, ansible: Playbook, stand_ins: StandIns, tmp_path: Path
) -> None:
    groups = tmp_path / "inventory.ini"
    groups.write_text("[web]\napp-1\napp-2\n", encoding="utf-8")
    done = ansible(replace(formats.stat_down(), host=host), inventory=str(groups))
    assert done.returncode == 0, done.stdout
    assert "Skip every host" in done.stdout
    assert stand_ins.calls == []


def test_ansible_runs_a_step_only_on_the_hosts_that_need_it(
    ansible: Playbook, stand_ins: StandIns
) -> None:
    report = formats.two_hosts()
    done = ansible(report)
    assert done.returncode == 0, done.stdout
    wanted = sum(
        len({d.host for d in report.diagnoses if d.id in (a.diagnosis, *a.also_for)})
        for a in report.plan
        if a.command and not a.changes_server and not a.after
    )
    assert len(stand_ins.calls) == wanted
