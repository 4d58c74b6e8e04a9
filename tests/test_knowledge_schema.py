"""The JSON Schemas of cards and vocabulary: editors accept with them what the program accepts."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from ccexpert.facts.entries import ENTRIES
from ccexpert.knowledge.packs import cached, shipped
from ccexpert.knowledge.reader import card_files, vocabulary_files
from ccexpert.knowledge.schema import FILES, knowledge_schema
from tests.kit import ROOT, ccexpert


@cache
def validator(file: Any) -> jsonschema.Draft202012Validator:
    found = knowledge_schema(file, cached().vocabulary)
    jsonschema.Draft202012Validator.check_schema(found)
    return jsonschema.Draft202012Validator(found)


def read(path: Path) -> Any:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast
    return yaml.load(path.read_text(encoding="utf-8"), Loader=loader)


def problems(checked: jsonschema.Draft202012Validator, data: Any) -> list[str]:
    return [f"{e.json_path}: {e.message[:200]}" for e in checked.iter_errors(data)]


def test_every_shipped_card_and_inference_fits() -> None:
    cards, inferences = validator("card"), validator("inference")
    for path in card_files((shipped(),)):
        checked = inferences if path.parent.name == "inferences" else cards
        assert problems(checked, read(path)) == [], path


def test_every_shipped_file_of_the_vocabulary_fits() -> None:
    any_kind, by_kind = validator("vocabulary"), {kind: validator(kind) for kind in ENTRIES}
    files = vocabulary_files((shipped(), ROOT / "examples" / "site-pack"))
    read_files = {path: read(path) for path in files}
    first = {data["kind"]: path for path, data in reversed(read_files.items())}
    for path, data in read_files.items():
        assert problems(by_kind[data["kind"]], data) == [], path
        assert path != first[data["kind"]] or problems(any_kind, data) == [], path
    assert set(ENTRIES) - set(first) == {"complaint"}, "its entries come from known faults"


def test_the_schema_of_one_kind_of_entry_refuses_another_kind() -> None:
    told = problems(validator("error"), {"kind": "symptom", "topic": "x", "entries": []})
    assert told == ["$.kind: 'error' was expected"]
    assert "did you mean 'error'?" in ccexpert("rules", "schema", "eror").stderr


def test_the_overlay_of_the_example_pack_fits() -> None:
    (path,) = (ROOT / "examples" / "site-pack" / "overlays").glob("*.yaml")
    # JSON has no numbers for keys
    assert problems(validator("overlay"), json.loads(json.dumps(read(path)))) == []


CARD = {
    "id": "site-x",
    "module": "mta",
    "verdict": "fault",
    "impact": 2,
    "title": {"en": "a", "sv": "b"},
    "meaning": {"en": "a", "sv": "b"},
    "evidence": [
        {
            "when": [{"process": {"module": "mta", "instance": "$instance", "state": "missing"}}],
            "certainty": "strong",
            "because": {"en": "a", "sv": "b"},
        }
    ],
}


def test_a_small_card_fits() -> None:
    assert problems(validator("card"), CARD) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"module": "databas"},
        {"impact": 9},
        {"explains": ["mta-hung"]},
        {"titel": {"en": "a", "sv": "b"}},
        {"evidence": [CARD["evidence"][0] | {"certainty": 0.7}]},
        {"evidence": [CARD["evidence"][0] | {"when": [{"process": {"module": "mta"}}]}]},
        {"evidence": [CARD["evidence"][0] | {"when": [{"error": {"signature": "no-such"}}]}]},
        {"evidence": [CARD["evidence"][0] | {"when": [{"symptom": {"nam": "console-slow"}}]}]},
        {"examples": [{"name": "a", "facts": [{"kind": "proces"}], "expect": "silent"}]},
        {"examples": [{"name": "a", "facts": [], "expect": "first"}]},
    ],
    ids=str,
)  # fmt: skip
def test_what_the_program_would_refuse_an_editor_marks(wrong: dict[str, Any]) -> None:
    assert problems(validator("card"), CARD | wrong)


@pytest.mark.parametrize("file", FILES)
def test_the_schemas_are_printed(file: str) -> None:
    printed = json.loads(ccexpert("rules", "schema", file).stdout)
    assert printed["$id"].endswith(f"/{file}-1.json")
    jsonschema.Draft202012Validator.check_schema(printed)


def test_a_new_card_leads_the_editor_to_its_schema(tmp_path: Path) -> None:
    made = Path(ccexpert("rules", "new", "site-x", "--pack", tmp_path).stdout.strip())
    first, *_ = made.read_text(encoding="utf-8").splitlines()
    named = first.removeprefix("# yaml-language-server: $schema=")
    found = json.loads((made.parent / named).read_text(encoding="utf-8"))
    assert problems(jsonschema.Draft202012Validator(found), read(made)) == []
    assert {path.stem for path in (tmp_path / "schema").iterdir()} == set(FILES)
    assert ccexpert("rules", "lint", tmp_path).returncode == 0
