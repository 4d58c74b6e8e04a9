"""The JSON Schemas of cards and vocabulary: editors accept with them what the program accepts."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

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
    checked = validator("vocabulary")
    for path in vocabulary_files((shipped(), ROOT / "examples" / "site-pack")):
        assert problems(checked, read(path)) == [], path


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
    assert ccexpert("rules", "lint", tmp_path).returncode == 0
