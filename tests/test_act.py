"""Acting on a plan: on the stand-in host from fault to mended, and with hands that only pretend."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, TextIO, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from ccexpert import Expert
from ccexpert.act import Audit, Decision, Ending, Event, Hands, Policy, Walk, gate
from ccexpert.act.interface import Reason
from ccexpert.act.telling import Telling
from ccexpert.act.words import words
from ccexpert.cli import app
from ccexpert.diagnosis import Action
from ccexpert.errors import CcexpertError, FactsError
from ccexpert.facts import FactsDocument
from ccexpert.facts.document import document_of
from ccexpert.history import History
from ccexpert.knowledge.commands import AllowedCommand, PackCommand
from ccexpert.knowledge.packs import roots
from ccexpert.knowledge.reader import load_commands
from ccexpert.observe.interface import CannotObserveError, Ran
from tests import ready
from tests.faults import FAULTS, Fault, findings, look
from tests.kit import ROOT, ccexpert, document
from tests.standin import StandIn

pytest_plugins = ["tests.standin.fixture"]

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
MTA = {"kind": "process", "module": "mta", "instance": "prod", "state": "missing"}
ALLOWED = load_commands(roots())

#: An answer: the input ends.
END = "end of input"


# --- on the stand-in host ---


@dataclass
class Run:
    """``ccexpert act`` at work, its questions answered by ``answers``."""

    host: StandIn
    audit: Path
    patience: str = "120"
    questions: list[str] = field(default_factory=list)
    stdout: str = ""
    code: int | None = None

    def __call__(self, *arguments: str, answers: Callable[[str, ready.Started], str | None]) -> Run:
        """Run to the end; no answer is given where ``answers`` gives None."""
        out = self.audit.with_suffix(".out")
        more = ("--audit", str(self.audit), "--patience", self.patience, *self.host.options)
        with out.open("w") as stdout:
            started = ready.Started.with_pipes(("act", *arguments, *more), stdout.fileno())
        process, stdin, stderr = started
        with stdin, stderr:
            for question in _questions(stderr):
                self.questions.append(question)
                answer = answers(question, process)
                if answer == END:
                    stdin.close()
                elif answer is not None:
                    print(answer, file=stdin)
            self.code = process.wait(300)
        self.stdout = out.read_text()
        return self

    def record(self, *events: str) -> list[dict[str, Any]]:
        entries = [json.loads(line) for line in self.audit.read_text().splitlines()]
        return [e for e in entries if not events or e["event"] in events]


def _questions(stderr: TextIO) -> Iterator[str]:
    """Each question on stderr, as soon as it stands there."""
    text = ""
    while char := stderr.read(1):
        text += char
        if re.search(r"\[[yYjJ]/[nN]\] $", text):
            yield text.strip()
            text = ""


@pytest.fixture
def run(host: StandIn, tmp_path: Path) -> Run:
    return Run(host, tmp_path / "audit.jsonl")


def yes(question: str, _process: object) -> str:
    return "n" if "still true" in question else "y"


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_acting_on_a_fault_ends_with_the_fault_gone(
    fault: Fault, host: StandIn, run: Run, expert: Expert, tmp_path: Path
) -> None:
    fault.breaks(host)
    host.forget_commands()
    before, remedy = host.pids(), list(fault.walked or fault.remedy)
    told = tmp_path / "told.json"
    told.write_text(json.dumps(fault.document()))

    def answers(question: str, _process: object) -> str:
        if "Is it done?" in question:
            fault.by_hand(host)
        return yes(question, _process)

    run(str(told), "--observe", "--execute", "--yes-checks", answers=answers)
    assert run.code == 0, run.stdout
    assert run.stdout.endswith("The fault is gone.\n")
    assert [shlex.join(argv) for argv in host.changes()] == remedy
    ran = [e for e in run.record("ran") if e["step"]["kind"] != "check"]
    assert [shlex.join(e["command"]) for e in ran] == remedy
    assert {e["exit_code"] for e in ran} <= {0}
    assert run.record("begun")[0]["findings"][0]["id"] == fault.diagnosis
    assert run.record("ended")[-1]["ending"] == "gone"
    assert findings(expert.diagnose(look(host))) == []
    named = {plain(d["where"]) for e in run.record("begun", "seen") for d in e["findings"]}
    moved = {plain(name) for name, pid in host.pids().items() if before.get(name) != pid}
    # the watchdog is the parent of all: who names it, names all
    assert "watchdog" in named or moved <= named
    assert "watchdog" in named or not any("systemctl" in command for command in remedy)


def plain(name: str) -> str:
    """A module as the operator names it: web for web@default."""
    return name.removesuffix("@default")


def test_a_dry_run_shows_the_plan_and_runs_nothing(host: StandIn, run: Run) -> None:
    host.kill("mta@prod")
    before = host.pids()
    run("--observe", answers=yes)
    assert run.code == 0
    assert "$ nlserver start mta@prod" in run.stdout
    assert "dry run: not run" in run.stdout
    assert run.questions == []
    assert host.changes() == []
    assert host.pids() == before
    assert not run.audit.exists()


def test_a_dry_run_on_a_file_does_not_even_look(host: StandIn, tmp_path: Path) -> None:
    path = tmp_path / "facts.json"
    path.write_text(document(MTA))
    done = ccexpert("act", path, *host.options)
    assert "$ nlserver start mta@prod" in done.stdout
    assert host.commands() == []


def test_without_a_yes_nothing_is_changed(host: StandIn, run: Run) -> None:
    host.kill("stat@prod")
    for number, answer in enumerate(["", "maybe", END], 1):

        def answers(_question: str, _process: object, answer: str = answer) -> str:
            return answer

        run("--observe", "--execute", "--yes-checks", answers=answers)
        assert run.code == 1
        assert host.changes() == []
        assert [e["why"] for e in run.record("left")] == ["declined"] * number


def test_harmless_checks_are_asked_for_unless_they_are_wished_for(host: StandIn, run: Run) -> None:
    host.kill("web@default")
    run("--observe", "--execute", answers=lambda *_: "n")
    assert len(run.questions) == 2
    assert [e["why"] for e in run.record("left")] == ["looks", "declined", "not-after"]


def test_it_can_be_interrupted_and_gone_on_with(host: StandIn, run: Run) -> None:
    host.kill("web@default")

    def interrupt(_question: str, process: ready.Started) -> None:
        process.send_signal(signal.SIGINT)

    run("--observe", "--execute", "--yes-checks", answers=interrupt)
    assert run.code == 130
    checked = [e["command"] for e in run.record("ran")]
    assert checked == [["curl", "-si", "http://localhost/nl/jsp/logon.jsp"]]
    run("--resume", "--execute", "--yes-checks", answers=yes)
    assert run.code == 0
    commands = [e["command"] for e in run.record("ran")]
    assert commands[:-1] == [*checked, ["nlserver", "start", "web"]]
    assert commands[-1][0] == "tail"  # the look that follows the start
    assert len({e["walk"] for e in run.record()}) == 1
    again = ccexpert("act", "--resume", "--execute", "--audit", run.audit, *host.options)
    assert again.returncode == 66
    assert "no interrupted walk" in again.stderr


def test_what_was_told_is_asked_again_when_a_walk_is_resumed(
    host: StandIn, run: Run, tmp_path: Path
) -> None:
    host.kill("mta@prod")
    told = tmp_path / "told.json"
    told.write_text(document({"kind": "symptom", "name": "emails-not-sent", "present": True}))
    run(
        *(str(told), "--observe", "--execute", "--yes-checks"),
        answers=lambda _question, process: process.send_signal(signal.SIGINT),
    )
    run.questions.clear()
    run("--resume", "--execute", "--yes-checks", answers=lambda *_: "y")
    assert "still true" in run.questions[0]
    assert "emails-not-sent" in run.questions[0]


def test_an_interruption_waits_for_the_command_that_runs(host: StandIn, run: Run) -> None:
    host.kill("stat@prod")
    host.become_slow()

    def interrupt_soon(_question: str, process: ready.Started) -> str:
        def wait() -> None:
            while not host.changes():
                time.sleep(0.01)
            process.send_signal(signal.SIGINT)
            host.go_on()

        threading.Thread(target=wait, daemon=True).start()
        return "y"

    run("--observe", "--execute", "--yes-checks", answers=interrupt_soon)
    assert run.code == 130
    assert run.record("ran")[-1]["exit_code"] == 0
    assert "stat@prod" in host.pids()


def test_a_command_that_does_not_end_is_ended(host: StandIn, run: Run) -> None:
    host.kill("stat@prod")
    host.become_slow()
    run.patience = "0"
    run("--observe", "--execute", "--yes-checks", "--limit", "1", answers=yes)
    assert run.code == 1
    last = run.record("ran")[-1]
    assert last["why"] == "cannot-run"
    assert "no answer within 1 seconds" in last["output"]


def test_it_speaks_swedish_and_marks_what_it_mended(
    host: StandIn, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CCEXPERT_HISTORY", str(tmp_path / "history"))
    host.kill("stat@prod")
    options = ("--observe", "--execute", "--yes-checks", "--record", "--lang", "sv")
    run(*options, answers=lambda *_: "j")
    assert run.questions == ["Vill du köra det? [j/N]"]
    told = "Körning 1 i historiken är markerad som rätt: stat-not-running.\n"
    assert run.stdout.endswith(f"Felet är borta.\n{told}")
    assert [o.author for o in History().outcomes()] == ["act"]
    assert "Hittat nu: inget" in run.stdout


def _words_of(literals: Any) -> Iterator[str]:
    """The words of literals, of literals within literals too."""
    for part in get_args(literals):
        yield from _words_of(part) if get_args(part) else (part,)


@pytest.mark.parametrize("spoken", ["en", "sv"])
def test_every_reason_has_its_words(spoken: str) -> None:
    known = words(spoken)
    assert set(_words_of(Reason)) <= known.keys()
    assert {f"ended {ending}" for ending in get_args(Ending)} <= known.keys()


def test_the_page_shows_a_real_walk(host: StandIn, tmp_path: Path) -> None:
    host.kill("stat@prod")
    command = ["ccexpert", "act", "--observe", "--execute", "--yes-checks"]
    done = subprocess.run(
        [sys.executable, "-m", *command, *host.options, "--audit", tmp_path / "audit.jsonl"],
        input="y\n",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        text=True,
        check=True,
    )
    page = (ROOT / "docs" / "act.md").read_text(encoding="utf-8")
    shown = page.partition(f"```console\n$ {' '.join(command)}\n")[2].partition("```")[0]
    assert without_figures(shown.replace("[y/N] y", "[y/N] ")) == without_figures(done.stdout)


def without_figures(text: str) -> list[str]:
    """The lines of a text without times, process ids and sizes."""
    return [re.sub(r"[\d.]+", "0", line).rstrip() for line in text.splitlines()]


def test_on_a_healthy_host_there_is_nothing_to_do(host: StandIn, run: Run) -> None:
    run("--observe", "--execute", "--yes-checks", answers=yes)
    assert run.code == 0
    assert "There is no fault to act on." in run.stdout
    assert host.changes() == []


def test_what_cannot_be_recorded_is_not_done(host: StandIn, tmp_path: Path) -> None:
    host.kill("stat@prod")
    audit = tmp_path / "file" / "audit.jsonl"
    audit.parent.write_text("in the way")
    done = ccexpert(
        *("act", "--observe", "--execute", "--yes-checks", "--audit", audit, *host.options),
        stdin="y\n" * 9,
    )
    assert done.returncode == 73
    assert "audit log cannot be written" in done.stderr
    assert host.changes() == []


def test_two_do_not_walk_at_once(host: StandIn, run: Run) -> None:
    host.kill("stat@prod")
    second: list[subprocess.CompletedProcess[str]] = []

    def answers(_question: str, _process: object) -> str:
        more = ("--execute", "--yes-checks", "--audit", run.audit, *host.options)
        second.append(ccexpert("act", "--observe", *more, stdin="y\n" * 9))
        return "y"

    run("--observe", "--execute", "--yes-checks", answers=answers)
    assert run.code == 0
    assert [(done.returncode, done.stdout) for done in second] == [(73, "")]
    assert "another walk is in progress" in second[0].stderr
    assert host.changes() == [["nlserver", "start", "stat@prod"]]
    assert len({e["walk"] for e in run.record()}) == 1


@pytest.mark.parametrize(
    ("facts", "fields", "said"),
    [
        (MTA, {"observed_at": "2020-01-01T00:00:00Z"}, "more than 15 minutes ago"),
        (MTA, {"observed_at": "2099-01-01T00:00:00Z"}, "more than 15 minutes from now"),
        (MTA, {}, "do not say when"),
        (MTA, {"host": "elsewhere", "observed_at": "2099-01-01T00:00:00Z"}, "'elsewhere'"),
    ],
)
def test_facts_that_are_no_ground_to_act_are_refused(
    tmp_path: Path, facts: dict[str, Any], fields: dict[str, Any], said: str
) -> None:
    path = tmp_path / "facts.json"
    path.write_text(document(facts, **fields))
    audit = tmp_path / "audit.jsonl"
    done = CliRunner().invoke(app, ["act", str(path), "--execute", "--audit", str(audit)])
    assert isinstance(done.exception, FactsError)
    assert said in str(done.exception)
    assert not audit.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--resume",),
        ("--resume", "--execute", "facts.json"),
        ("-", "--execute"),
        ("--observe", "--allow", "rm '"),
        ("--observe", "--allow", ""),
        ("--observe", "--url", "campaign"),
    ],
)
def test_a_command_line_that_makes_no_sense_is_a_usage_error(arguments: tuple[str, ...]) -> None:
    done = CliRunner().invoke(app, ["act", *arguments])
    assert done.exit_code == 2
    assert "Usage: " in done.stderr


# --- with hands that only pretend ---


@dataclass
class Pretence:
    """Hands that note what is asked of them and change nothing but ``sees``."""

    sees: list[list[dict[str, Any]]]
    """What each look shows; the last one stays; an empty one could read nothing."""
    answers: Callable[[Decision], bool] = lambda question: True
    clock: datetime = NOW
    ran: list[tuple[str, ...]] = field(default_factory=list)
    asked: list[Decision] = field(default_factory=list)
    told: list[Event] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)

    def run(self, argv: Sequence[str]) -> Ran:
        self.ran.append(tuple(argv))
        return Ran(b"", 0)

    def observe(self) -> FactsDocument:
        facts = self.sees.pop(0) if len(self.sees) > 1 else self.sees[0]
        unread = [{"source": name, "reason": "no rights"} for name in ("pdump", "missing")]
        return FactsDocument.model_validate(
            {
                "schema_version": 1,
                "host": "app-1",
                "observed_at": self.clock,
                "facts": facts,
                "not_observed": [] if facts else unread,
            },
            strict=False,
        )

    def ask(self, question: Decision) -> bool:
        self.asked.append(question)
        return self.answers(question)

    def hands(self) -> Hands:
        return Hands(
            self.run,
            self.observe,
            self.ask,
            self.told.append,
            now=lambda: self.clock,
            sleep=self.slept.append,
        )

    def left(self) -> list[str | None]:
        return [event.why for event in self.told if event.what == "left"]


def policy(**fields: Any) -> Policy:
    given = {"allowed": ALLOWED, "platform": "linux", "host": "app-1", "execute": True}
    return Policy(**{**given, "checks": True, **fields})


def walk(expert: Expert, hands: Pretence, *facts: dict[str, Any], **fields: Any) -> Walk:
    told = {"schema_version": 1, "observed_at": NOW.isoformat(), "facts": list(facts)}
    return Walk(expert, hands.hands(), policy(**fields), [document_of(told)])


def test_a_name_that_is_not_known_is_never_run(expert: Expert) -> None:
    nameless = {k: v for k, v in MTA.items() if k != "instance"}
    hands = Pretence([[nameless]])
    assert walk(expert, hands, nameless).go() == "exhausted"
    assert "placeholder" in hands.left()
    assert all("mta" not in part for argv in hands.ran for part in argv)


def test_commands_for_another_platform_are_never_run(expert: Expert) -> None:
    hands = Pretence([[MTA]])
    walk(expert, hands, MTA, platform="windows").go()
    assert hands.ran == []
    assert "other-platform" in hands.left()


#: Restarts that the cards of a site propose when a module crashes.
SITE = {
    "mta": (
        ["rm", "-rf", "/"],
        ["nlserver", "restart", "mta@prod;reboot"],
        ["nlserver", "restart", "web"],
        ["nlserver", "restart", "mta@other"],
        ["nlserver", "restart", "mta"],
        ["nlserver", "restart", "mta@$instance"],
    ),
    "stat": (["systemctl", "restart", "rsyslog"],),
    "wfserver": (
        ["nlserver", "restart", "wfserver@$instance"],
        ["nlserver", "restart", "wfserver@$instance", "-verbose"],
    ),
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Expert:
    """An expert who has read the cards of a site."""
    folder = tmp_path_factory.mktemp("pack")
    for module, commands in SITE.items():
        actions = "".join(
            f"  - kind: restart\n    target: {module}@$instance\n    risk: interrupts-service\n"
            f"    text: {{en: step {n}, sv: steg {n}}}\n    warning: {{en: x, sv: x}}\n"
            f"    command: {{linux: {json.dumps(command)}}}\n"
            for n, command in enumerate(commands)
        )
        path = folder / "rules" / module / f"site-{module}.yaml"
        path.parent.mkdir(parents=True)
        path.write_text(
            f"id: site-{module}\nmodule: {module}\nverdict: fault\nimpact: 4\n"
            "title: {en: x, sv: x}\nmeaning: {en: x, sv: x}\nevidence:\n"
            f"  - when: [{{process: {{module: {module}, instance: $instance, state: crashing}}}}]\n"
            "    certainty: conclusive\n    because: {en: x, sv: x}\n"
            f"actions:\n{actions}"
        )
    return Expert([folder])


def crashing(module: str) -> dict[str, Any]:
    return {**MTA, "module": module, "state": "crashing"}


def of_site(hands: Pretence) -> dict[str, str | None]:
    """Why the steps of the site's card were left; None for those that were not."""
    why = {e.step.text: e.why for e in hands.told if e.what == "left" and e.step}
    steps = [e.step for e in hands.told if e.what == "step" and e.step]
    return {s.text: why.get(s.text) for s in steps if s.diagnosis.startswith("site-")}


def test_only_listed_commands_are_run_and_only_on_named_modules(site: Expert) -> None:
    hands = Pretence([[crashing("mta")]])
    walk(site, hands, crashing("mta")).go()
    assert of_site(hands) == {
        "step 0": "not-allowed",
        "step 1": "not-allowed",
        "step 2": "not-named",
        "step 3": "not-named",
        "step 4": "not-named",
        "step 5": None,
    }
    changed = [argv for argv in hands.ran if argv[1:2] == ("restart",)]
    assert changed == [("nlserver", "restart", "mta@prod")]


def test_a_site_may_allow_a_command_of_its_own_which_is_asked_for(site: Expert) -> None:
    more = AllowedCommand(argv=("systemctl", "restart", "rsyslog"), risk="interrupts-service")
    for allowed, why in ((ALLOWED, "not-allowed"), ((*ALLOWED, more), None)):
        hands = Pretence([[crashing("stat")]])
        walk(site, hands, crashing("stat"), allowed=allowed).go()
        assert of_site(hands) == {"step 0": why}
    assert more.argv in hands.ran
    assert more.argv in [q.step.command for q in hands.asked if q.step]


def test_a_command_that_a_pack_allows_is_always_asked_for_and_its_pack_is_named() -> None:
    argv = ("systemctl", "status", "rsyslog")
    of_pack = PackCommand(argv=argv, risk="none", pack="/srv/pack")
    by_hand = AllowedCommand(argv=argv, risk="none")
    step = Action("check", "stat", "x", argv, "linux", "none", None, 1, None, "site-stat")
    for command, harmless in ((of_pack, False), (by_hand, True)):
        policy = Policy(allowed=(*ALLOWED, command), platform="linux", host="here", checks=True)
        assert gate.is_harmless(step, policy) is harmless
        shown = "\n".join(Telling(policy, "en").lines(Event("step", step)))
        assert ("allowed by the pack: /srv/pack" in shown) is not harmless


def test_a_module_is_not_restarted_twice_without_a_word(site: Expert) -> None:
    hands = Pretence([[crashing("wfserver")]], lambda question: question.about != "run-again")
    walk(site, hands, crashing("wfserver")).go()
    asked = [q.about for q in hands.asked if q.step and q.step.diagnosis == "site-wfserver"]
    assert asked == ["run", "run-again"]
    assert of_site(hands) == {"step 0": None, "step 1": "declined"}


def test_a_fault_that_is_only_less_certain_is_not_gone(expert: Expert) -> None:
    taken = {"kind": "port", "port": 6666, "protocol": "udp", "state": "in-use", "owner": "other"}
    absent = {"kind": "process", "module": "syslogd", "state": "missing"}
    growing = {"kind": "log", "module": "web", "state": "growing"}
    hands = Pretence([[{**taken, "state": "free", "owner": None}, absent, growing]])
    assert walk(expert, hands, taken, absent, growing, patience=0).go() == "exhausted"


def test_a_fault_is_not_gone_because_nothing_can_be_seen(expert: Expert) -> None:
    hands = Pretence([[]])
    seen = Pretence([[MTA]]).observe()
    told = document_of({"schema_version": 1, "facts": []})
    assert Walk(expert, hands.hands(), policy(patience=0), [told], seen=seen).go() == "exhausted"
    assert Walk(expert, hands.hands(), policy(), [told], seen=hands.observe()).go() == "exhausted"


def test_a_change_is_given_time_to_show(expert: Expert) -> None:
    running = {**MTA, "state": "running"}
    hands = Pretence([[MTA], [MTA], [MTA], [MTA], [running]])
    assert walk(expert, hands, MTA, checks=False).go() == "gone"
    assert sum(hands.slept) > 0
    assert [e.verified for e in hands.told if e.what == "seen"][-1] is True


def test_patience_ends(expert: Expert) -> None:
    hands = Pretence([[MTA]])
    assert walk(expert, hands, MTA, patience=9).go() == "exhausted"
    assert sum(hands.slept) == 9
    assert [e.verified for e in hands.told if e.what == "seen"][-1] is False


@pytest.mark.parametrize("hours", [1, -2, -9600], ids=["late", "set back", "set far back"])
def test_a_yes_on_facts_of_another_time_is_checked_against_a_new_look(
    expert: Expert, hours: int
) -> None:
    hands = Pretence([[{**MTA, "state": "running"}]])

    def meanwhile(question: Decision) -> bool:
        hands.clock += timedelta(hours=hours)
        return question.step is not None and question.step.changes_server

    hands.answers = meanwhile
    walk(expert, hands, MTA, checks=False).go()
    assert hands.ran == []
    assert "outdated" in hands.left()


def test_a_command_that_cannot_be_run_does_not_end_the_walk(expert: Expert) -> None:
    hands = Pretence([[MTA]])

    def fail(argv: Sequence[str]) -> Ran:
        raise CannotObserveError("there is no command 'nlserver' in the search path")

    hands.run = fail  # type: ignore[method-assign]
    assert walk(expert, hands, MTA, patience=0).go() == "exhausted"
    assert {e.why for e in hands.told if e.what == "ran"} == {"cannot-run"}


NAMES = st.one_of(
    st.text(max_size=60),
    st.builds(
        "".join,
        st.lists(
            st.sampled_from(
                ["prod", ";", "|", "&&", "$(reboot)", "`id`", "%s%n", "../", "/etc/passwd", "\n",
                 "<instance>", "$instance", "'", '"', "\\", "\x00", "\x1b[2J", "ö", "\u202e",
                 "-", "--force", " ", "*", "@web", "~"]
            ),
            min_size=1,
            max_size=5,
        ),
    ),
)  # fmt: skip
PLACES = st.sampled_from(
    [
        lambda name: {**MTA, "instance": name},
        lambda name: {**MTA, "module": name},
        lambda name: {**MTA, "host": name},
        lambda name: {**MTA, "state": "unresponsive", "source": name},
        lambda name: {"kind": "symptom", "name": "workflow-trouble", "instance": name,
                      "present": True},
        lambda name: {"kind": "workflow", "name": name, "instance": "prod", "state": "failed"},
        lambda name: {"kind": "port", "port": 6666, "protocol": "udp", "state": "in-use",
                      "owner": name},
        lambda name: {"kind": "setting", "name": "autoStart", "instance": name, "state": "wrong"},
        lambda name: {"kind": "error", "module": "web", "text": name},
    ]
)  # fmt: skip
SAFE = re.compile(r"[A-Za-z0-9@._:/*+= -]+")


@cache
def _written(expert: Expert) -> frozenset[str]:
    """The words of commands as the cards write them, without names."""
    commands = (a.command for c in expert.base.cards.values() for a in c.actions if a.command)
    words = (word for one in commands for argv in (one.linux, one.windows) for word in argv or ())
    return frozenset(word for word in words if "$" not in word)


@settings(max_examples=300)
@given(name=NAMES, place=PLACES)
def test_hostile_names_never_reach_a_command_line(
    expert: Expert, name: str, place: Callable[[str], dict[str, Any]]
) -> None:
    text = json.dumps({"schema_version": 1, "observed_at": NOW.isoformat(), "facts": [place(name)]})
    hands = Pretence([[]])
    try:
        told = [document_of(json.loads(text))]
        Walk(expert, hands.hands(), policy(host=None, patience=0), told).go()
    except FactsError:
        assert hands.ran == []
    for argv in hands.ran:
        assert all(SAFE.fullmatch(part) or part in _written(expert) for part in argv), argv
        hostile = re.search(r"[^A-Za-z0-9_-]", name)
        assert not (hostile and len(name) > 1 and any(name in part for part in argv)), argv


# --- the record ---


def test_the_record_is_whole_lines_even_after_a_torn_one(tmp_path: Path) -> None:
    path = tmp_path / "state" / "audit.jsonl"
    audit = Audit(path, user="anna", host="app-1")
    audit.write(Event("begun", told=document_of([MTA]).content))
    with path.open("a") as log:
        log.write('{"time": "2026-')
    audit.write(Event("no-longer", fact="symptom x = true"))
    lines = path.read_text().splitlines()
    assert [json.loads(line)["event"] for line in lines] == ["begun", "no-longer"]
    assert path.stat().st_mode & 0o777 == 0o600
    assert audit.unfinished().told.facts[0].kind == "process"


def test_a_walk_that_has_ended_cannot_be_resumed(tmp_path: Path) -> None:
    audit = Audit(tmp_path / "audit.jsonl", user="anna", host="app-1")
    audit.write(Event("begun", told=document_of([MTA]).content))
    audit.write(Event("ended", ending="gone"))
    with pytest.raises(CcexpertError, match="no interrupted walk"):
        audit.unfinished()


def test_a_step_cut_off_at_work_is_offered_again_with_a_word(
    tmp_path: Path, expert: Expert
) -> None:
    audit = Audit(tmp_path / "audit.jsonl", user="anna", host="app-1")
    hands = Pretence([[MTA]])

    class PowerFailureError(Exception):
        pass

    def die(argv: Sequence[str]) -> Ran:
        if "start" in argv:
            raise PowerFailureError
        return Ran(b"", 0)

    tell = Hands(die, hands.observe, hands.ask, audit.write, now=lambda: NOW)
    with pytest.raises(PowerFailureError):
        Walk(expert, tell, policy(patience=0), [], hands.observe()).go()
    unfinished = audit.unfinished()
    hands = Pretence([[MTA]])
    Walk(expert, hands.hands(), policy(patience=0), [], hands.observe(), resumed=unfinished).go()
    assert [q.about for q in hands.asked if q.step] == ["run-again"]
    assert hands.ran == [("nlserver", "start", "mta@prod")]
