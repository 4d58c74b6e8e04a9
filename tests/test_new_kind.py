"""A new kind of fact is one class and one file of the vocabulary; each forgotten step is named."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kit import ROOT

CLASS = '''

class QueueFact(Observed):
    """A queue of messages on the server."""

    KEY = ("name", "instance")
    SEEN = "state"
    ANSWERS = MappingProxyType({"flowing": ("flowing", "flödar"), "full": ("full", "full")})
    NORMAL = "flowing"
    ALARMING = frozenset({"full"})
    ASKED = Asked(
        Text(en="Which of these queues are full?", sv="Vilka av de här köerna är fulla?"),
        in_lists=True,
    )

    kind: Literal["queue"]
    name: Annotated[Word, Named("queue")]
    instance: InstanceName | None = None
    state: Literal["flowing", "full"]
'''

ENTRIES = """
kind: queue
topic: queues
entries:
  - name: outbox
    title: {en: The queue of outgoing messages, sv: Kön med utgående meddelanden}
    question: {en: "Is the queue of outgoing messages full?", sv: "Är kön full?"}
    help: {en: "Count its files.", sv: "Räkna filerna."}
    minutes: 1
  - name: inbox
    title: {en: The queue of incoming messages, sv: Kön med inkommande meddelanden}
    question: {en: "Is the queue of incoming messages full?", sv: "Är kön med inkommande full?"}
    help: {en: "Count its files.", sv: "Räkna filerna."}
    minutes: 1
"""

CARD = """
id: outbox-full
module: mta
verdict: fault
impact: 3
title: {en: The queue of outgoing messages is full, sv: Kön är full}
meaning: {en: Nothing more is taken in., sv: Inget mer tas emot.}
evidence:
  - when:
      - queue: {name: outbox, instance: $instance, state: full}
    certainty: conclusive
    because: {en: The queue is full., sv: Kön är full.}
  - when:
      - queue: {name: outbox, instance: $instance, state: flowing}
    certainty: conclusive against
    because: {en: The queue flows., sv: Kön flödar.}
actions:
  - kind: check
    target: mta@$instance
    text: {en: Count the files., sv: Räkna filerna.}
references: [help/production/using/modules-and-frequent-issues.md]
examples:
  - name: a full queue
    facts: [{kind: queue, name: outbox, instance: prod, state: full}]
    expect: {rank: 1}
  - name: a flowing queue
    facts: [{kind: queue, name: outbox, instance: prod, state: flowing}]
    expect: ruled-out
"""

TOUR = """
import json, sys
from ccexpert import Expert
from ccexpert.consult import Consultation
from ccexpert.facts.schema import facts_schema
from ccexpert.fleet.diagnose import FleetExpert
from ccexpert.inquiry.things import Thing, things_named
expert = Expert()
full = {"kind": "queue", "name": "outbox", "instance": "prod", "state": "full"}
found = expert.diagnose([full])
print(found.first.id, *found.first.evidence[0].facts)
print(expert.diagnose([{**full, "name": "inbox"}]).unexplained)
base = expert.base
schema = facts_schema(base.vocabulary)
print(schema["$defs"]["QueueFact"]["properties"]["name"]["examples"])
talk = Consultation(expert)
talk.answer("unknown")
while (question := talk.question()) and "queue" not in question.id:
    talk.answer("unknown")
print(question.text, [choice.value for choice in question.choices])
try:
    expert.diagnose([{**full, "name": "outbx"}])
except ValueError as error:
    print(error)
"""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the program without cards."""
    shutil.copytree(
        ROOT / "ccexpert", tmp_path / "ccexpert", ignore=shutil.ignore_patterns("__pycache__", "kb")
    )
    shutil.copytree(ROOT / "facts", tmp_path / "facts")
    (tmp_path / "rules" / "mta").mkdir(parents=True)
    return tmp_path


def add(house: Path, code: str = CLASS, entries: str = ENTRIES, card: str = CARD) -> None:
    with (house / "ccexpert" / "facts" / "shown.py").open("a", encoding="utf-8") as module:
        module.write(code)
    if entries:
        (house / "facts" / "queue").mkdir()
        (house / "facts" / "queue" / "queues.yaml").write_text(entries, encoding="utf-8")
    if card:
        (house / "rules" / "mta" / "outbox-full.yaml").write_text(card, encoding="utf-8")


def python(house: Path, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": str(house), "XDG_CACHE_HOME": str(house / "cache")}
    return subprocess.run(
        [sys.executable, *arguments],
        env=env,
        cwd=house,
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


def test_a_kind_is_one_class_and_one_file(house: Path) -> None:
    add(house)
    said = python(house, "-c", TOUR)
    assert said.stdout.splitlines() == [
        "outbox-full queue outbox@prod = full",
        "('queue inbox@prod = full',)",
        "['inbox', 'outbox']",
        "Is the queue of outgoing messages full? ['flowing', 'full']",
        "facts, facts[0].name: unknown queue 'outbx'; did you mean 'outbox'?; "
        "allowed: inbox, outbox",
    ], said.stderr


def test_lint_examples_and_fleet_know_it(house: Path) -> None:
    add(house)
    assert python(house, "-m", "ccexpert", "rules", "test").returncode == 0
    linted = python(house, "-m", "ccexpert", "rules", "lint")
    about = [line for line in linted.stdout.splitlines() if "/queue/" in line]
    assert len(about) == 1, linted.stdout
    assert "no card and no inference speaks of inbox = full" in about[0]
    fact = {"kind": "queue", "name": "outbox", "instance": "prod", "state": "full"}
    line = json.dumps({"schema_version": 1, "host": "h", "facts": [fact]})
    fleet = python(house, "-m", "ccexpert", "fleet", "-", "--format", "jsonl", stdin=line)
    assert json.loads(fleet.stdout)["diagnoses"][0]["id"] == "outbox-full", fleet.stderr


@pytest.mark.parametrize(
    ("left_out", "sentence"),
    [
        ("    KEY = ", "QueueFact lacks KEY: the fields that say which thing was looked at"),
        ("    SEEN = ", "QueueFact lacks SEEN: the field that says what was seen"),
        ("    ANSWERS = ", "QueueFact lacks ANSWERS: what may be seen, and what that is called"),
        ("    NORMAL = ", "QueueFact lacks NORMAL: what a healthy server shows"),
        ("    ALARMING = ", "QueueFact lacks ALARMING: the answers that call for an explanation"),
    ],
)
def test_a_class_that_leaves_something_out_is_refused(
    house: Path, left_out: str, sentence: str
) -> None:
    lines = [line for line in CLASS.splitlines(True) if not line.startswith(left_out)]
    add(house, code="".join(lines))
    assert sentence in python(house, "-c", "import ccexpert.facts").stderr


@pytest.mark.parametrize(
    ("given", "wrong", "sentence"),
    [
        ('NORMAL = "flowing"', 'NORMAL = "well"', "NORMAL must be one of ANSWERS"),
        ('"flowing", "full"]', '"flowing", "ful"]', "ANSWERS must be those of 'state'"),
        ('SEEN = "state"', 'SEEN = "stat"', "QueueFact has no field 'stat'"),
        ('Annotated[Word, Named("queue")]', "Word", "'name' must be marked with Named"),
        ('"flowing": ("flowing", "flödar")', '"running": ("runs", "går")', "called something else"),
    ],
)
def test_a_class_that_contradicts_itself_is_refused(
    house: Path, given: str, wrong: str, sentence: str
) -> None:
    code = CLASS.replace(given, wrong)
    if "running" in wrong:
        code = code.replace('"flowing"', '"running"')
    add(house, code=code)
    assert sentence in python(house, "-c", "import ccexpert.facts").stderr


def test_a_kind_without_entries_says_where_to_put_them(house: Path) -> None:
    add(house, entries="", card="")
    fact = {"kind": "queue", "name": "outbox", "state": "full"}
    document = json.dumps({"schema_version": 1, "facts": [fact]})
    said = python(house, "-m", "ccexpert", "diagnose", "-", stdin=document)
    assert "the vocabulary has none yet: add facts/queue/<topic>.yaml" in said.stderr
    assert said.returncode == 65


@pytest.mark.parametrize("field", ["codes: [XSV-1]", "port: 25"])
def test_an_entry_has_the_fields_of_its_kind(house: Path, field: str) -> None:
    add(
        house,
        entries=ENTRIES.replace(
            "    minutes: 1\n  - name: inbox", f"    minutes: 1\n    {field}\n  - name: inbox"
        ),
    )
    said = python(house, "-m", "ccexpert", "modules")
    assert f"unknown field '{field.partition(':')[0]}'" in said.stderr
    assert "queues.yaml, line" in said.stderr
    assert said.returncode == 65


@pytest.mark.parametrize(
    "file", ["facts/kinds.py", "facts/case.py", "knowledge/patterns.py", "yaml_text.py"]
)
def test_what_was_compiled_is_not_taken_by_another_program(house: Path, file: str) -> None:
    where = "from ccexpert.knowledge.compiled.kept import place; print(place('x'))"
    before = python(house, "-c", where).stdout
    assert before.endswith(".json\n")
    with (house / "ccexpert" / file).open("a", encoding="utf-8") as module:
        module.write("# changed\n")
    assert python(house, "-c", where).stdout != before
