"""The JSON Schema of facts documents, with the names of the vocabulary filled in."""

from __future__ import annotations

from typing import Any

from ccexpert.facts import FactsDocument
from ccexpert.knowledge.vocabulary import Vocabulary

SCHEMA_ID = "https://ccexpert.dev/schema/facts-1.json"

#: The model, its field, and the vocabulary kind whose names are meant.
_NAMES = (
    ("ProcessFact", "module", "module"),
    ("SymptomFact", "name", "symptom"),
    ("LogFact", "module", "log"),
    ("ProbeFact", "name", "probe"),
    ("IndicatorFact", "name", "indicator"),
    ("SettingFact", "name", "setting"),
    ("ContextFact", "name", "context"),
)


def facts_schema(vocabulary: Vocabulary) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a facts document.

    Names of the vocabulary are listed as ``examples`` and not as ``enum``, because aliases in both
    languages and any case are accepted too.
    """
    schema = FactsDocument.model_json_schema()
    for model, field, kind in _NAMES:
        schema["$defs"][model]["properties"][field]["examples"] = list(vocabulary.names(kind))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID} | schema
