"""A thousand names that nobody should own, through every way in: none gets into a command."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ccexpert import Action, AnswerError, Consultation, Expert, FactsError, Report, observe
from ccexpert.alerts.alertmanager import facts_of
from ccexpert.alerts.mapping import read_mapping
from ccexpert.alerts.payload import read_payload
from ccexpert.facts import HOST_PATTERN, INSTANCE_PATTERN
from ccexpert.knowledge.cards import ActionRule
from ccexpert.observe.interface import Seen
from ccexpert.reading import Source

BITS = [
    *("; reboot", "$(id)", "`id`", "| sh", "|| sh", "&& reboot", "& reboot", "> /etc/passwd"),
    *("< x", "\nreboot\n", "\r\nreboot", "'", '"', "\\", "*", "?", "[a-z]", "{a,b}", "~", "~root"),
    *("!!", "# x", " ", "\t", "$HOME", "${IFS}", "$$", "^", "%PATH%", "(", ")", "="),
    *("%s", "%n", "%(name)s", "{0}", "{}", "{{ 7 * 7 }}", "{% raw %}", "$instance", "${x}"),
    *("<instance>", "<script>", "../", "/etc/passwd", "..\\", "C:\\x", "./", "file:///x", "//h/s"),
    *("-x", "--force", "-instance:other", "/s", "@", "@web", "web@", ",", ":", "+"),
    *("ö", "å", "\u202e", "\u200b", "\ufeff", "е", "\u0301", "１", "ﬀ", "İ", "𝓅", "😀"),
    *("\x00", "\x1b[2J", "\x07", "\x7f", "\x85", "\u2028", "\ud800", "\uffff", "a" * 300),
]


def _names() -> Iterator[str]:
    """Each bit alone and at every place of a good name; then pairs of them, drawn by a fixed
    lot."""
    for bit in BITS:
        yield from (bit, f"prod{bit}", f"{bit}prod", f"pr{bit}od")
    lot = random.Random(6)
    while True:
        one, other = lot.choices(BITS, k=2)
        yield f"{one}prod{other}"


def _thousand() -> list[str]:
    chosen: dict[str, None] = {"": None}
    for name in _names():
        if not re.fullmatch(HOST_PATTERN, name):
            chosen[name] = None
        if len(chosen) == 1000:
            break
    return list(chosen)


NAMES = _thousand()

#: A message cannot hold half a character at all: it is refused as a whole.
WHOLE = [
    name
    for name in NAMES
    if name.encode("utf-16", "surrogatepass").decode("utf-16", "replace") == name
]
MTA = {"kind": "process", "module": "mta", "instance": "prod", "state": "missing"}


def is_of_a_card(step: Action, expert: Expert) -> bool:
    """Whether a command has the words of an action of its card, with good names for variables."""
    rules = expert.base.cards[step.diagnosis].actions
    return any(_says(rule, step) for rule in rules if rule.command and rule.kind == step.kind)


def _says(rule: ActionRule, step: Action) -> bool:
    words = (rule.command and rule.command.on(step.platform)) or ()
    given = step.command or ()
    return len(words) == len(given) and all(map(_fits, words, given))


def _fits(word: str, given: str) -> bool:
    """``mta@$instance`` fits ``mta@prod``, and ``mta@<instance>`` where none was named."""
    parts = re.split(r"\$(\w+)", word)
    texts = [re.escape(text) for text in parts[::2]]
    names = [f"(?:[A-Za-z0-9][A-Za-z0-9_.-]{{0,252}}|<{name}>)" for name in parts[1::2]]
    whole = "".join(a + b for a, b in zip(texts, [*names, ""], strict=True))
    return bool(re.fullmatch(whole, given))


def assert_harmless(report: Report, expert: Expert) -> None:
    for step in (*report.plan, *(a for d in report.diagnoses for a in d.actions)):
        assert step.command is None or is_of_a_card(step, expert), step


def test_there_are_a_thousand_and_each_is_hostile() -> None:
    assert len(set(NAMES)) == 1000
    assert not any(re.fullmatch(INSTANCE_PATTERN, name) for name in NAMES)


def test_a_good_name_gets_into_the_command_and_would_be_told_from_others(expert: Expert) -> None:
    step = next(a for a in expert.diagnose([MTA]).plan if a.kind == "start")
    assert step.command == ("nlserver", "start", "mta@prod")
    assert is_of_a_card(step, expert)
    for name in set(NAMES) - {"<instance>"}:  # which stands where none was named
        assert not is_of_a_card(replace(step, command=("nlserver", "start", f"mta@{name}")), expert)


# A facts document, be it a file, a webhook's or a program's: wherever a name can stand

NAMED: list[dict[str, Any]] = [
    MTA,
    {"kind": "symptom", "name": "emails-not-sent", "present": True},
    {"kind": "log", "module": "web", "state": "stale"},
    {"kind": "job", "type": "export", "name": "x", "state": "failed"},
    {"kind": "workflow", "name": "x", "state": "failed"},
    {"kind": "setting", "name": "autoStart", "state": "wrong"},
    {"kind": "error", "module": "web", "text": "x"},
]


def test_in_a_document_they_are_refused_wherever_a_name_ends_in_a_command(expert: Expert) -> None:
    for name in NAMES:
        for fact in NAMED:
            for field in {"instance", "host"} | ({"name"} if fact.get("name") == "x" else set()):
                text = json.dumps({"schema_version": 1, "facts": [{**fact, field: name}]})
                with pytest.raises(FactsError):
                    expert.diagnose(json.loads(text))
        with pytest.raises(FactsError):
            expert.diagnose({"host": name, "facts": [MTA]})
        for word in ("module", "state"):
            with pytest.raises(FactsError):
                expert.diagnose([{**MTA, word: name}])


def test_in_a_document_free_texts_stay_out_of_commands(expert: Expert) -> None:
    texts = [name.encode("utf-8", "replace").decode() for name in NAMES if 0 < len(name) < 200]
    assert len(texts) > 900
    for start in range(0, len(texts), 20):
        facts = [{**MTA, "source": texts[start]}]
        for number, text in enumerate(texts[start : start + 20]):
            port = {"kind": "port", "port": 6666 + number, "protocol": "udp", "state": "in-use"}
            facts += [{**port, "owner": text}, {"kind": "error", "text": text}]
        report = expert.diagnose(facts)
        assert "syslogd-port-taken" in [d.id for d in report.diagnoses]
        assert_harmless(report, expert)


# Questions


def test_a_consultation_does_not_take_them_for_answers(expert: Expert) -> None:
    session = Consultation(expert)
    for name in NAMES:
        _refuse(session, [name])
    session.answer("emails-not-sent")
    question = session.question()
    assert question is not None
    assert question.kind == "instance"
    for name in NAMES:
        listed = re.sub("^[A-Za-z]*@", "", name)  # as a process list shows an instance
        if not re.fullmatch(INSTANCE_PATTERN, listed):
            _refuse(session, name)
    assert session.question() == question
    session.answer("prod")
    assert_harmless(session.report(), expert)


def _refuse(session: Consultation, answer: Any) -> None:
    before = session.steps
    with pytest.raises(AnswerError):
        session.answer(answer)
    assert session.steps == before


# Captures


def test_what_a_capture_holds_gets_no_further_than_its_texts(
    expert: Expert, tmp_path: Path
) -> None:
    lines = [
        "mta@prod (1) - 1.0 Mo",
        *(f"mta@{name} ({n}) - 1.0 Mo" for n, name in enumerate(NAMES)),
    ]
    missing = ["stat@prod", *(f"stat@{name}" for name in NAMES), *NAMES]
    files = {
        "pdump.txt": "\n".join(lines),
        "monitor-missing.txt": "\n".join(missing),
        "conf/config-prod.xml": "<serverconf/>",
        "conf/serverConf.xml": "<serverconf><mta statServerAddress={!r}/></serverconf>",
        "ccexpert.json": json.dumps({"host": NAMES[7], "platform": "linux"}),
    }
    for name in NAMES:
        if _can_be_a_file(name):
            files[f"conf/config-{name}.xml"] = "<serverconf><mta autoStart='true'/></serverconf>"
            files[f"var/{name}/log/mta.log"] = f"2026-11-22T03:00:00.000Z 1 1 1 error log {name}"
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8", errors="replace")
    seen = observe.captured(tmp_path)
    assert "process stat@prod = missing" in [fact.label for fact in seen.facts]
    assert seen.host is None
    for fact in seen.facts:
        instance = getattr(fact, "instance", None)
        assert instance is None or re.fullmatch(INSTANCE_PATTERN, instance), fact
    report = expert.diagnose(seen)
    assert report.plan
    assert_harmless(report, expert)


def _can_be_a_file(name: str) -> bool:
    plain = "/" not in name and "\x00" not in name and "\ud800" not in name
    return plain and 0 < len(name.encode("utf-8", "replace")) < 200


# Messages of Alertmanager

MAPPING = """
mapping_version: 1
host: {label: host}
rules:
  - alert: Down
    fact: {kind: process, module: {label: module}, instance: {label: of}, state: {label: state}}
  - alert: Job
    fact: {kind: job, type: export, name: {label: name}, instance: {label: of}, state: failed}
  - alert: Workflow
    fact: {kind: workflow, name: {label: name}, instance: {label: of}, state: failed}
  - alert: Port
    fact:
      {kind: port, port: {label: port}, protocol: udp, state: in-use, owner: {annotation: owner}}
"""
LABELS = {"host": "app-01", "module": "mta", "of": "prod", "state": "missing", "name": "x"}
LABELS |= {"port": "6666"}
SPOKEN = {"Down": ("host", "module", "of", "state"), "Job": ("host", "of", "name")}
SPOKEN |= {"Workflow": ("host", "of", "name"), "Port": ("host", "port")}


def _alert(kind: str, owner: str = "rsyslogd", **labels: str) -> dict[str, Any]:
    return {
        "status": "firing",
        "labels": {**LABELS, "alertname": kind, **labels},
        "annotations": {"owner": owner},
        "startsAt": "2026-11-22T03:14:00Z",
    }


def _seen(expert: Expert, alerts: list[dict[str, Any]]) -> Seen:
    vocabulary = expert.base.vocabulary
    payload = read_payload(Source("message", json.dumps({"version": "4", "alerts": alerts})))
    return facts_of(payload, read_mapping(Source("mapping", MAPPING), vocabulary), vocabulary)


def test_in_a_message_of_alertmanager_they_are_refused_in_labels(expert: Expert) -> None:
    good = [_alert(kind) for kind in SPOKEN]
    usual = _seen(expert, good)
    assert len(usual.facts) == len(good)
    assert usual.not_observed == ()
    hostile = [
        _alert(kind, **{label: name})
        for name in WHOLE
        for kind, labels in SPOKEN.items()
        for label in labels
    ]
    hostile += [_alert(name) for name in WHOLE]
    seen = _seen(expert, good + hostile)
    assert seen.facts == usual.facts
    assert len(seen.not_observed) == len(hostile)
    assert_harmless(expert.diagnose(list(seen.facts)), expert)


def test_in_a_message_of_alertmanager_free_texts_stay_out_of_commands(expert: Expert) -> None:
    for start in range(0, len(WHOLE), 20):
        some = enumerate(WHOLE[start : start + 20], 6666)
        seen = _seen(expert, [_alert("Port", owner=name, port=str(n)) for n, name in some])
        assert len(seen.facts) >= 10
        assert_harmless(expert.diagnose(list(seen.facts)), expert)


def test_a_message_of_alertmanager_with_half_a_character_is_refused(expert: Expert) -> None:
    with pytest.raises(FactsError, match="half a character"):
        _seen(expert, [_alert("Port", owner="\ud800", port="6666")])
