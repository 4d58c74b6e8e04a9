"""The consultation at a real terminal of 24 lines and 80 columns, in English and in Swedish."""

from __future__ import annotations

import fcntl
import json
import os
import re
import signal
import struct
import sys
import termios
from pathlib import Path
from typing import Any

import pexpect
import ptyprocess
import pytest

from ccexpert import Expert
from ccexpert.consult import Consultation
from ccexpert.facts import KINDS
from ccexpert.report.json import to_dict
from ccexpert.words import Language
from tests import ready
from tests.evaluate.questions import Scenario
from tests.kit import ROOT
from tests.test_acceptance import ROWS, Row, check

#: Lines and columns.
SIZE = (24, 80)

PROMPTS = {"en": "answer: $", "sv": "svar: $"}

#: Words that only one of the languages has, apart from names, commands and facts.
ONLY = {
    "en": re.compile(r"\b(question|about|leading|answer|also|unknown|which|the|is|process list)\b"),
    "sv": re.compile(r"\b(fråga|ungefär|leder|svar|även|okänt|vilken|finns|och|är|inte)\b"),
}


class AtPty(ptyprocess.PtyProcess):
    """A run at a terminal; its end is told, as it is no child of this process."""

    def __init__(self, run: ready.Started, fd: int) -> None:
        self.run = run
        super().__init__(run.pid, fd)

    def isalive(self) -> bool:
        if not self.run.is_over():
            return True
        code = self.run.wait()
        self.exitstatus, self.signalstatus = (code, None) if code >= 0 else (None, -code)
        self.terminated = True
        return False

    def terminate(self, force: bool = False) -> bool:
        """Hang up, and wait until the run has noticed."""
        self.run.send_signal(signal.SIGHUP)
        self.run.wait()
        return not self.isalive()


class Spawned(pexpect.spawn):
    """The program at a terminal of its own."""

    def __init__(self, arguments: list[str], env: dict[str, str]) -> None:
        self.program = arguments
        super().__init__(
            sys.executable, env=env, dimensions=SIZE, encoding="utf-8", timeout=300, cwd=str(ROOT)
        )

    def _spawnpty(self, _args: list[str], **options: Any) -> AtPty:
        ours, theirs = os.openpty()
        rows, columns = options["dimensions"]
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        run = ready.Started(
            self.program, [theirs] * 3, options["env"], options["cwd"], terminal=True
        )
        os.close(theirs)
        return AtPty(run, ours)


class Terminal:
    """A person at a terminal."""

    def __init__(
        self, folder: Path, *arguments: str, lang: Language = "en", kind: str = "dumb"
    ) -> None:
        env = {
            **os.environ,
            "LC_ALL": "C.UTF-8",
            "CCEXPERT_RULES": "",
            "XDG_STATE_HOME": str(folder),
            "TERM": kind,
            "PROMPT_TOOLKIT_NO_CPR": "1",  # nobody answers where the cursor is
        }
        self.lang = lang
        self.shown = ""
        self.child = Spawned(["consult", "--lang", lang, *arguments], env)

    def wait(self, wanted: str | None = None) -> str:
        """What is shown until the next prompt."""
        self.child.expect(wanted or PROMPTS[self.lang])
        seen = (self.child.before + self.child.after).replace("\r\n", "\n")
        self.shown += seen
        return str(seen)

    def type(self, text: str) -> str:
        """Type a line; what is shown until the next prompt."""
        self.child.sendline(text)
        return self.wait()

    def end(self) -> int:
        """Wait for the end; the exit code."""
        self.child.expect(pexpect.EOF)
        self.shown += self.child.before.replace("\r\n", "\n")
        code = self.child.ptyproc.run.wait()
        self.child.close()
        return int(code)


def flat(screen: str) -> str:
    """What is shown, in one line."""
    return " ".join(screen.split())


# --- the acceptance table ---


class Operator:
    """Reads questions from the screen and knows only the facts of one row."""

    def __init__(self, row: Row, lang: Language) -> None:
        self.lang = lang
        self.scenario = Scenario(EXPERT, row.name, [dict(f) for f in row.facts], "")
        self.told: set[str] = set()
        self.words = Consultation(EXPERT, language=lang)
        self.asked = {
            entry.question.in_language(lang): (kind, entry)
            for kind in ("module", "symptom", "probe", "port", "error", "log", "job", "workflow")
            for entry in EXPERT.base.vocabulary.entries(kind)
        }

        self.modules = {
            entry.title.in_language(lang): entry.name
            for entry in EXPERT.base.vocabulary.entries("module")
        }

    def complaints(self) -> list[str]:
        """What to type at first: the names of all that users and logs show to be out of order."""
        kinds = ("symptom", "error", "job", "workflow", "probe")
        seen = [(t, a) for t, a in self.scenario.said.items() if t.kind in kinds]
        values = [t.name[0] if t.kind == "symptom" else f"{t.id}={a}" for t, a in seen]
        return list(dict.fromkeys(c.label for v in values if (c := self.words.complaint(v))))

    def answer(self, screen: str) -> str:
        """The answer to the question on the screen: what the facts say, else that it is unknown."""
        shown = flat(screen)
        if self._say("instance") in shown:
            return "prod"
        unknown = {"en": "unknown", "sv": "okänt"}[self.lang]
        if KINDS["process"].ASKED.question.in_language(self.lang) in shown:
            return self._processes(screen)
        for text, (kind, entry) in self.asked.items():
            if text in shown:
                kind = "process" if kind == "module" else kind
                return self._label(f"{kind}:{entry.name}") or unknown
        return unknown

    def _processes(self, screen: str) -> str:
        """The processes of a list that are out of order, and those nobody has looked at."""
        told, items = [], re.compile(r"^ *(\d+)\. (.+?)(?: \(prod\))?\r?$", re.MULTILINE)
        for number, title in items.findall(screen):
            state = self._label(f"process:{self.modules[title]}")
            if state not in ("running", "körs"):
                told.append(f"{number} {state}" if state else f"{number}?")
        return ", ".join(told)

    def _label(self, name: str) -> str:
        from ccexpert.consult.states import state_label

        name = name.replace("workflow:any", "workflow:")
        said = next((a for t, a in self.scenario.said.items() if t.id == name), "")
        return state_label(said, self.lang) if said else ""

    def _say(self, key: str) -> str:
        from ccexpert.consult.words import say

        return say(key, self.lang)


EXPERT = Expert()

#: Each of the eleven rows in both languages, the further variants of a row in one of them.
_FIRST = {row.modules[0]: row for row in reversed(ROWS)}
CASES = [(row, lang) for row in _FIRST.values() for lang in ("en", "sv")]
CASES += [
    (row, ("en", "sv")[n % 2]) for n, row in enumerate(r for r in ROWS if r not in _FIRST.values())
]


@pytest.mark.parametrize(("row", "lang"), CASES, ids=lambda v: getattr(v, "name", v))
def test_a_row_of_the_table_through_prompts(row: Row, lang: Language, tmp_path: Path) -> None:
    out, facts = tmp_path / "report.json", tmp_path / "facts.json"
    saved = ("--format", "json", "--output", str(out), "--save-facts", str(facts))
    terminal = Terminal(tmp_path, *saved, lang=lang)
    operator = Operator(row, lang)
    terminal.wait()
    for label in operator.complaints():
        screen = flat(terminal.type(label))
        if not re.search(rf"(chosen|valt): .*{re.escape(label)}", screen):
            number = re.search(rf"(\d+)\. {re.escape(label)}( \d+\.| \w+:)", screen)
            assert number, screen
            terminal.type(number[1])
    terminal.child.sendline("")
    for _ in range(25):
        if terminal.child.expect([PROMPTS[lang], pexpect.EOF]) == 1:
            break
        screen = terminal.child.before
        terminal.child.sendline(operator.answer(screen))
    else:
        terminal.child.expect(PROMPTS[lang])
        terminal.child.sendline("stop")
        terminal.child.expect(pexpect.EOF)
    assert terminal.end() == 0
    report = json.loads(out.read_text(encoding="utf-8"))
    assert report["language"] == lang
    assert [d["module"] for d in report["diagnoses"]][: len(row.modules)] == row.modules
    check(to_dict(EXPERT.diagnose(json.loads(facts.read_text(encoding="utf-8")))), row)


# --- what can be typed instead of an answer ---


@pytest.fixture
def mails(tmp_path: Path) -> Terminal:
    """Mails have stopped; the first question about them is open."""
    terminal = Terminal(tmp_path)
    terminal.wait()
    terminal.type("emails-not-sent")
    terminal.type("")
    terminal.type("prod")
    return terminal


def test_why_says_what_an_answer_would_change_and_names_rules_only_when_asked(
    mails: Terminal,
) -> None:
    shown = flat(mails.type("why"))
    moved = r"prod\): missing → almost certain \(0\.\d\d\): The .* is not running"
    assert re.search(moved, shown)
    assert "#" not in shown
    assert re.search(moved + r" \[[a-z-]+#\d+\]", flat(mails.type("why rules")))


def test_how_says_why_the_first_diagnosis_stands(mails: Terminal) -> None:
    shown = flat(mails.type("how"))
    assert "The mta process is not running: likely (0.50)" in shown
    assert "you said: E-mails are no longer sent (prod) (answer 1)" in shown
    assert "#" not in shown


def test_show_lists_the_facts_and_the_ranking(mails: Terminal) -> None:
    shown = flat(mails.type("show"))
    assert "E-mails are no longer sent (prod)" in shown
    assert "Ranking: 1. 0.50 The mta process is not running" in shown


def test_help_says_where_to_look_with_which_command(mails: Terminal) -> None:
    shown = flat(mails.type("help"))
    assert "Look with: nlserver pdump" in shown
    assert re.search(r"Takes about \d+ min\.", shown)


def test_skip_and_unknown_go_on_with_another_question(mails: Terminal) -> None:
    one = mails.type("unknown")
    other = mails.type("skip")
    assert "[question 4" in one
    assert "[question 5" in other


def test_a_typing_error_gets_a_suggestion_and_the_question_stays(mails: Terminal) -> None:
    assert "Did you mean 'stat'?" in mails.type("stta missing")
    assert "Did you mean 'missing'?" in mails.type("1 mising")
    assert "chosen: Statistics server (stat) (prod): missing" in flat(mails.type("3 missing"))
    assert "[question 4" in mails.type("")


def test_what_resembles_nothing_gets_the_list_of_answers(mails: Terminal) -> None:
    assert "Add the state: missing, unresponsive," in flat(mails.type("1 zzzzzz"))


def test_back_changes_any_earlier_answer(mails: Terminal) -> None:
    mails.type("stat missing")
    mails.type("")
    mails.child.sendline("back")
    listed = mails.wait("answer to change: ")
    assert re.search(r"1\. What do you see\? E-mails are no longer sent", listed)
    assert re.search(r"3\. .*\(prod\): missing", flat(listed))
    assert "What do you see?" in mails.type("1")
    mails.type("tracking-logs-missing")
    changed = mails.type("")
    assert "Changed" in changed
    mails.child.sendline("back")
    assert "Tracking logs no longer reach the console" in flat(mails.wait("answer to change: "))
    assert "Nothing was changed." in mails.type("nonsense")


def test_stop_prints_the_report_on_what_is_known(mails: Terminal) -> None:
    mails.child.sendline("stop")
    assert mails.end() == 0
    assert "mta-not-running" in mails.shown


def test_a_list_is_answered_by_numbers_and_each_item_has_help(tmp_path: Path) -> None:
    facts = tmp_path / "facts.json"
    terminal = Terminal(tmp_path, "--save-facts", str(facts))
    terminal.wait()
    terminal.type("config-change-ignored")
    listed = terminal.type("")
    items = re.findall(r"^ *(\d+)\. (.*)$", listed, re.MULTILINE)
    assert "?" in terminal.type("help 2")
    assert f"chosen: {items[1][1]}" in terminal.type("2")
    terminal.type("3?")
    terminal.child.sendline("stop")
    assert terminal.end() == 0
    seen = [f["present"] for f in json.loads(facts.read_text())["facts"] if f["kind"] == "context"]
    assert seen.count(True) == 1
    assert seen.count(False) == len(items) - 2


# --- a terminal that can edit ---

LEFT, UP = "\x1b[D", "\x1b[A"

#: The prompt, and the cursor.
READY = r"answer:.*\x1b\[\?25h"


def test_arrow_keys_edit_recall_and_tab_completes(tmp_path: Path) -> None:
    facts = tmp_path / "facts.json"
    terminal = Terminal(tmp_path, "--save-facts", str(facts), kind="xterm")
    terminal.wait(READY)
    for line in ("emails-no-sent" + 5 * LEFT + "t", UP, "E-mails are no l\t", "", "prod", "stop"):
        terminal.child.send(f"{line}\r")
    assert terminal.end() == 0
    named = [f["name"] for f in json.loads(facts.read_text())["facts"] if f["kind"] == "symptom"]
    assert named == ["emails-not-sent"]  # chosen, taken back, chosen again


def test_what_is_pasted_at_such_a_terminal_is_one_text(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, kind="xterm")
    terminal.wait(READY)
    text = "Mails are no longer sent.\rHTTP 503 Service Unavailable on the console."
    terminal.child.send(f"\x1b[200~{text}\x1b[201~\r")
    assert "chosen: " in terminal.wait("chosen: .*answer:")


# --- leaving and coming back ---


@pytest.mark.parametrize(("lang", "word"), [("en", "saved"), ("sv", "sparade")])
@pytest.mark.parametrize("leave", ["sendintr", "sendeof"])
def test_leaving_says_how_to_go_on(leave: str, lang: Language, word: str, tmp_path: Path) -> None:
    session = tmp_path / "a session.jsonl"
    terminal = Terminal(tmp_path, "--session", str(session), lang=lang)
    terminal.wait()
    terminal.type("emails-not-sent")
    terminal.type("")
    getattr(terminal.child, leave)()
    assert terminal.end() == 130
    assert word in terminal.shown
    assert f"ccexpert consult --resume --session '{session}'" in terminal.shown
    again = Terminal(tmp_path, "--resume", lang=lang)
    again.child.expect(pexpect.EOF)  # the named session is not in the state directory
    again = Terminal(tmp_path, "--resume", "--session", str(session), lang=lang)
    assert "2" in again.wait()
    assert again.type("prod")


def test_a_closed_terminal_loses_nothing(mails: Terminal, tmp_path: Path) -> None:
    mails.type("stat missing")
    mails.type("")
    mails.child.close(force=True)
    again = Terminal(tmp_path, "--resume")
    assert "answers so far: 3" in again.wait()


def test_stdout_gets_the_report_alone(tmp_path: Path) -> None:
    out = tmp_path / "report.json"
    command = f"'{sys.executable}' -m ccexpert consult --format json > '{out}'"
    env = {**os.environ, "TERM": "dumb", "LC_ALL": "C.UTF-8", "XDG_STATE_HOME": str(tmp_path)}
    child = pexpect.spawn(
        "/bin/sh", ["-c", command], cwd=str(ROOT), env=env, encoding="utf-8", timeout=300
    )
    for answer in ("emails-not-sent", "", "prod", "stop"):
        child.expect("answer: ")
        child.sendline(answer)
    child.expect(pexpect.EOF)
    assert out.read_text().startswith("{")
    json.loads(out.read_text())


# --- the screen ---

#: Small words that only one of the languages has.
SMALL_WORDS = {
    "en": re.compile(r"\b(the|and|is|are|not|with|which|does|of|about|would)\b", re.IGNORECASE),
    "sv": re.compile(r"\b(och|är|inte|vilken|med|att|som|för|ungefär|blir)\b", re.IGNORECASE),
}


@pytest.mark.parametrize(("lang", "other"), [("en", "sv"), ("sv", "en")])
def test_a_screen_is_of_one_language_80_columns_wide_and_without_colour(
    lang: Language, other: Language, tmp_path: Path
) -> None:
    terminal = Terminal(tmp_path, lang=lang)
    terminal.wait()
    for text in ("help", "why", "how", "show", "2", "13", ""):
        terminal.type({"13": "pdump"}.get(text, text))
    for _ in range(7):
        for word in ("why", "how", "show", "help", "help 1", "qqq"):
            terminal.type(word)
        if "instans" in terminal.type("unknown"):
            terminal.type("prod")
    assert max(map(len, terminal.shown.splitlines())) <= 80
    terminal.child.sendline("stop")
    assert terminal.end() == 0
    shown = terminal.shown
    assert "\x1b" not in shown
    quoted = r"\"[^\"]*\"|”[^”]*”|\[[^]]*= [\w\s]+\]|\$ .*|\w+(-\w+)+"  # and facts, commands, ids
    plain = re.sub(quoted, "", shown)
    assert not SMALL_WORDS[other].search(plain), SMALL_WORDS[other].findall(plain)


def test_the_language_follows_the_locale(tmp_path: Path) -> None:
    from tests.kit import ccexpert

    env = {"XDG_STATE_HOME": str(tmp_path), "LC_ALL": "sv_SE.UTF-8"}
    assert "Vad ser du?" in ccexpert("consult", env=env).stderr


@pytest.mark.parametrize("variable", ["NO_COLOR", "FORCE_COLOR"])
def test_there_is_no_colour_in_a_pipe(variable: str, tmp_path: Path) -> None:
    from tests.kit import ccexpert

    env = {"XDG_STATE_HOME": str(tmp_path), variable: "1"}
    done = ccexpert("consult", stdin="emails-not-sent\n\n", env=env)
    assert "\x1b" not in done.stderr + done.stdout


def test_facts_come_through_the_pipe_and_answers_from_the_terminal(tmp_path: Path) -> None:
    facts = tmp_path / "observed.json"
    stat = {"kind": "process", "module": "stat", "instance": "prod", "state": "missing"}
    document = {"schema_version": 1, "platform": "linux", "facts": [stat]}
    facts.write_text(json.dumps(document))
    program = f"'{sys.executable}' -m ccexpert consult --facts - --save-facts '{tmp_path}/all.json'"
    child = pexpect.spawn(
        "/bin/sh",
        ["-c", f"cat '{facts}' | {program}"],
        cwd=str(ROOT),
        env={**os.environ, "TERM": "dumb", "LC_ALL": "C.UTF-8", "XDG_STATE_HOME": str(tmp_path)},
        encoding="utf-8",
        timeout=300,
    )
    for answer in ("emails-not-sent", "", "stop"):
        child.expect("answer: ")
        child.sendline(answer)
    child.expect(pexpect.EOF)
    kinds = {fact["kind"] for fact in json.loads((tmp_path / "all.json").read_text())["facts"]}
    assert kinds == {"process", "symptom"}
    assert f"ccexpert act {tmp_path}/all.json" in child.before


def test_a_report_is_recorded_and_makes_the_command_fail(tmp_path: Path) -> None:
    from tests.kit import ccexpert

    env = {"XDG_STATE_HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)}
    typed = "emails-not-sent\n\nprod\nstat missing\n\n"
    files = ("-f", f"json={tmp_path}/r.json", "-f", "markdown")
    done = ccexpert("consult", "--record", "--fail-on", "critical", *files, stdin=typed, env=env)
    assert done.returncode == 1
    assert json.loads((tmp_path / "r.json").read_text())["diagnoses"][0]["id"] == "stat-not-running"
    assert "stat-not-running" in ccexpert("history", "list", env=env).stdout
