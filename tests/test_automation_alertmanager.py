"""Alerts as facts: by a mapping, out of hostile payloads, and out of a real Alertmanager."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ccexpert.alerts.alertmanager import facts_of
from ccexpert.alerts.mapping import read_mapping, schema
from ccexpert.alerts.payload import read_payload
from ccexpert.errors import FactsError, KnowledgeError, MissingInputError
from ccexpert.history import History
from ccexpert.knowledge.packs import open_packs
from ccexpert.observe.interface import Seen
from ccexpert.reading import Source
from tests.automation import EXAMPLES, shown
from tests.formats import EXPERT, NASTY
from tests.kit import ccexpert
from tests.standin import free_port
from tests.web import serving

FOLDER = EXAMPLES / "alertmanager"
MAPPING = FOLDER / "mapping.yaml"
VOCABULARY = open_packs().vocabulary
AT, ENDED = "2026-11-22T03:14:00+00:00", "2026-11-22T04:00:00+00:00"


def alert(name: str, status: str = "firing", **labels: str) -> dict[str, Any]:
    """An alert as Alertmanager sends it."""
    return {
        "status": status,
        "labels": {"alertname": name, "instance": "app-01:9100", "job": "campaign", **labels},
        "annotations": {"description": "only 3 % left"},
        "startsAt": AT,
        "endsAt": ENDED if status == "resolved" else "0001-01-01T00:00:00Z",
        "generatorURL": "http://prometheus:9090/graph",
        "fingerprint": "1f0fb6ec3ea3a2ac",
    }


def down(module: str, status: str = "firing", instance: str = "prod") -> dict[str, Any]:
    return alert("CampaignProcessDown", status, module=module, campaign_instance=instance)


def payload(*alerts: dict[str, Any], **more: Any) -> str:
    return json.dumps({"version": "4", "receiver": "ccexpert", "alerts": list(alerts), **more})


def mapped(*alerts: dict[str, Any], mapping: str = "", **more: Any) -> Seen:
    text = mapping or MAPPING.read_text(encoding="utf-8")
    rules = read_mapping(Source("mapping.yaml", text), VOCABULARY)
    return facts_of(read_payload(Source("stdin", payload(*alerts, **more))), rules, VOCABULARY)


def labels(seen: Seen) -> list[str]:
    return [fact.label for fact in seen.facts]


def reasons(seen: Seen) -> list[tuple[str, str]]:
    return [(n.source, n.reason) for n in seen.not_observed]


def test_a_firing_alert_is_a_fact_with_its_host_and_its_time() -> None:
    seen = mapped(down("stat"))
    (fact,) = seen.facts
    assert fact.label == "process stat@prod = missing"
    assert (fact.host, fact.source) == ("app-01", "alert CampaignProcessDown")
    assert fact.observed_at is not None
    assert fact.observed_at.isoformat() == AT
    assert seen.not_observed == ()


def test_a_resolved_alert_says_what_the_mapping_says_of_it() -> None:
    (fact,) = mapped(down("stat", "resolved")).facts
    assert fact.label == "process stat@prod = running"
    assert fact.observed_at is not None
    assert fact.observed_at.isoformat() == ENDED
    silent = "mapping_version: 1\nrules: [{alert: A, fact: {kind: probe, name: site, result: ok}}]"
    assert mapped(alert("A", "resolved"), mapping=silent) == Seen()


def test_words_translate_and_annotations_can_be_values() -> None:
    full = alert("NodeFilesystemAlmostOutOfSpace", severity="critical")
    (fact,) = mapped(full).facts
    assert fact.label == "indicator disk = alert"
    assert getattr(fact, "value", None) == "only 3 % left"


def test_a_figure_may_come_as_text() -> None:
    text = (
        "mapping_version: 1\nrules: [{alert: P, fact: "
        "{kind: port, port: {label: port}, protocol: udp, state: in-use, owner: {label: owner}}}]"
    )
    seen = mapped(alert("P", port="6666", owner="rsyslogd"), mapping=text)
    assert labels(seen) == ["port 6666/udp (rsyslogd) = in-use"]
    assert reasons(mapped(alert("P", port="many", owner="x"), mapping=text)) == [
        ("alert P", "port: 'many' does not fit here")
    ]


def test_further_labels_must_have_the_value_that_is_wanted() -> None:
    seen = mapped(alert("CampaignPageFails", page="r-test"), alert("CampaignPageFails", page="/"))
    assert labels(seen) == ["probe r-test = error"]
    assert reasons(seen) == [
        ("alert CampaignPageFails", "no rule of the mapping covers this alert")
    ]


def test_of_two_alerts_about_one_thing_the_firing_one_counts() -> None:
    for both in ([down("mta"), down("mta", "resolved")], [down("mta", "resolved"), down("mta")]):
        assert labels(mapped(*both)) == ["process mta@prod = missing"]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (down("stats"), "unknown module 'stats'"),
        (down("stat", instance="prod;reboot"), "instance: 'prod;reboot' does not fit here"),
        (alert("CampaignProcessDown", module="mta"), "the alert has no label 'campaign_instance'"),
        ({**down("mta"), "labels": {"alertname": "CampaignProcessDown"}}, "has no label"),
        (alert("NodeFilesystemAlmostOutOfSpace", severity="info"), "no meaning for the label"),
        (alert("CampaignPageFails", page="r-test", instance="[::1]:9100"), "host: '[::1]'"),
    ],
)
def test_what_does_not_fit_is_listed_and_the_others_go_on(
    given: dict[str, Any], reason: str
) -> None:
    seen = mapped(given, down("web", instance="default"))
    assert labels(seen) == ["process web@default = missing"]
    ((source, said),) = reasons(seen)
    assert source.startswith("alert ")
    assert reason in said


def test_what_alertmanager_left_out_is_said() -> None:
    assert reasons(mapped(truncatedAlerts=3)) == [
        ("alertmanager", "3 alerts were left out of the message (max_alerts)")
    ]


def commands(facts: Iterable[Any]) -> set[str]:
    """All words of all commands of the plan."""
    return {word for step in EXPERT.diagnose(list(facts)).plan for word in step.command or ()}


USUAL = commands(mapped(down("mta")).facts)


@settings(max_examples=100)
@example("prod\n", "firing")
@example("prod mta", "firing")
@given(st.sampled_from(NASTY) | st.text(max_size=20), st.sampled_from(["firing", "resolved"]))
def test_no_hostile_label_reaches_a_command(text: str, status: str) -> None:
    alerts = [down("mta", status) for _ in range(4)]
    for one, name in zip(
        alerts, ("alertname", "instance", "module", "campaign_instance"), strict=True
    ):
        one["labels"][name] = text
    name_as_used = re.fullmatch("[A-Za-z0-9][A-Za-z0-9_-]{0,63}", text)
    seen = mapped(*alerts)
    assert len(seen.facts) <= 1 or name_as_used
    named = {text, f"mta@{text}"} if name_as_used else set()
    assert commands(seen.facts) <= USUAL | named


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (("mapping_version: 1", "mapping_version: 2"), "line 4, mapping_version: '2' is not"),
        (("label: module", "lable: module"), "fact.module.lable: unknown field 'lable'"),
        (("kind: process", "kind: proces"), "did you mean 'process'?"),
        (("state: missing", "state: gone"), "rules[0].fact.state: 'gone' is not allowed here"),
        (("      state: missing\n", ""), "rules[0].fact: the field 'state' is missing"),
        (("name: r-test", "name: r-tset"), "unknown probe 'r-tset'; did you mean 'r-test'?"),
        (("present: false", "present: no"), ""),
        (("present: false", "present: 'no'"), "rules[2].resolved.present"),
        (("{result: ok}", "{results: ok}"), "unknown field 'results'; did you mean 'result'?"),
        (("{label: severity,", "{label: a, annotation: b,"), "either a label or an annotation"),
        (("rules:", "rule:"), "unknown field 'rule'; did you mean 'rules'?"),
        (("fact:", "fact: ["), "line"),
    ],
)
def test_a_mapping_that_is_wrong_is_refused_with_its_place(
    changed: tuple[str, str], said: str
) -> None:
    text = MAPPING.read_text(encoding="utf-8")
    assert changed[0] in text
    source = Source("mapping.yaml", text.replace(*changed, 1))
    if not said:
        read_mapping(source, VOCABULARY)
        return
    with pytest.raises(KnowledgeError) as error:
        read_mapping(source, VOCABULARY)
    assert str(error.value).startswith("mapping.yaml, line ")
    assert said in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"version": "3", "alerts": []}', '{"version": "4", "alerts": [{}]}']
)
def test_what_alertmanager_does_not_send_is_refused(text: str) -> None:
    with pytest.raises(FactsError):
        read_payload(Source("stdin", text))


def test_the_mapping_has_a_schema() -> None:
    printed = json.loads(ccexpert("observe", "alertmanager", "--schema").stdout)
    assert printed == schema()
    validator = jsonschema.Draft202012Validator(printed)
    mapping = yaml.safe_load(MAPPING.read_text(encoding="utf-8"))
    validator.validate(mapping)
    assert not validator.is_valid({**mapping, "rule": []})


def test_the_program_prints_a_document_that_can_be_diagnosed() -> None:
    made = ccexpert(
        "observe", "alertmanager", "-", "--mapping", MAPPING, stdin=payload(down("mta"))
    )
    assert made.returncode == 0, made.stderr
    done = ccexpert("diagnose", "-", "--format", "json", stdin=made.stdout)
    report = json.loads(done.stdout)
    assert (report["host"], report["diagnoses"][0]["id"]) == ("app-01", "mta-not-running")
    assert json.loads(made.stdout)["redacted"]


def test_the_page_shows_what_becomes_of_the_payload_of_the_example() -> None:
    made = ccexpert("observe", "alertmanager", FOLDER / "payload.json", "--mapping", MAPPING)
    command = "ccexpert observe alertmanager payload.json --mapping mapping.yaml"
    shown("alertmanager.md", command, made.stdout)
    done = ccexpert("diagnose", "-", stdin=made.stdout)
    shown("alertmanager.md", f"{command} | ccexpert diagnose -", done.stdout)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["-"], 2, "--mapping"),
        (["--mapping", str(MAPPING)], 2, "FILE|-"),
        (["-", "--mapping", "/nowhere.yaml"], 66, "no such file"),
        (["-", "--mapping", str(MAPPING)], 65, "stdin, line 1, column 2: not valid JSON"),
    ],
)
def test_what_cannot_be_used_is_one_sentence(arguments: list[str], code: int, said: str) -> None:
    done = ccexpert("observe", "alertmanager", *arguments, stdin="{")
    assert done.returncode == code
    assert said in done.stderr
    assert done.stdout == ""


# --- the server, and a real Alertmanager ---


@contextmanager
def running(*argv: object, port: int) -> Iterator[None]:
    """A program that listens on ``port`` of loopback, until the end."""
    process = subprocess.Popen(list(map(str, argv)), stderr=subprocess.PIPE)
    try:
        deadline = time.monotonic() + 300
        while socket.socket().connect_ex(("127.0.0.1", port)):
            assert process.poll() is None, process.stderr and process.stderr.read()
            assert time.monotonic() < deadline, f"{argv[0]} does not listen"
            time.sleep(0.02)
        yield
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, History]]:
    """The address of a server that knows the mapping of the example, and what it keeps."""
    kept = tmp_path / "history.db"
    monkeypatch.setenv("CCEXPERT_HISTORY", str(kept))
    with serving("--mapping", MAPPING, "--record") as address:
        yield f"{address}/v1/alertmanager", History(kept)


def test_the_server_answers_so_that_only_what_may_succeed_is_sent_again(
    server: tuple[str, History],
) -> None:
    url, history = server
    message = {"content-type": "application/json"}
    good = httpx.post(url, content=payload(down("mta")), headers=message, timeout=300)
    assert good.json()["diagnoses"][0]["id"] == "mta-not-running"
    assert [run.diagnosis for run in history.runs()] == ["mta-not-running"]
    unusable = httpx.post(url, content="{", headers=message, timeout=300)
    assert (unusable.status_code, "not valid JSON" in unusable.text) == (422, True)
    assert httpx.post(url, content="{}", timeout=300).status_code == 415
    assert httpx.get(url, timeout=300).status_code == 405


def last_of(history: History) -> dict[str, Any]:
    """The last report, or one of nothing before the first."""
    if not history.path.exists():
        return {"host": None}
    return history.report(history.runs()[0].number).to_dict()


#: Without these Debian's Alertmanager does not start, even unpacked elsewhere.
TEMPLATES = Path("/usr/share/prometheus/alertmanager/default.tmpl")


@pytest.mark.skipif(
    not shutil.which("prometheus-alertmanager") or not TEMPLATES.exists(),
    reason="there is no prometheus-alertmanager here (Debian: apt install prometheus-alertmanager)",
)
def test_an_alert_goes_through_a_real_alertmanager_to_a_diagnosis(
    server: tuple[str, History], tmp_path: Path
) -> None:
    url, history = server
    wired = yaml.safe_load((FOLDER / "alertmanager.yml").read_text(encoding="utf-8"))
    wired["receivers"][1]["webhook_configs"][0]["url"] = url
    wired["route"]["routes"][0]["group_wait"] = "100ms"
    config, port = tmp_path / "alertmanager.yml", free_port()
    config.write_text(yaml.safe_dump(wired))
    with running(
        *("prometheus-alertmanager", f"--config.file={config}", f"--storage.path={tmp_path}/data"),
        *(f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address="),
        port=port,
    ):
        now = datetime.now(UTC).isoformat()  # for an older alert Alertmanager does not wait
        posted = [{"labels": down(name)["labels"], "startsAt": now} for name in ("mta", "stat")]
        answer = httpx.post(f"http://127.0.0.1:{port}/api/v2/alerts", json=posted, timeout=300)
        assert answer.status_code == 200, answer.text
        deadline = time.monotonic() + 300
        report: dict[str, Any] = {}
        while report.get("host") != "app-01":  # nothing yet, or the group is not complete
            with suppress(MissingInputError):
                report = last_of(history)
            assert time.monotonic() < deadline, f"Alertmanager sends no such group: {report}"
            time.sleep(0.05)
    assert {d["id"] for d in report["diagnoses"]} >= {"mta-not-running", "stat-not-running"}
    commands = [step["command"] for step in report["plan"] if step["command"]]
    assert ["nlserver", "start", "mta@prod"] in commands
