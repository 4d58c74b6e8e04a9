"""The JSON Schema of facts documents, with the names of the vocabulary filled in."""

from __future__ import annotations

from typing import Any

from ccexpert.facts import KINDS, FactsDocument
from ccexpert.facts.vocabulary import Vocabulary

SCHEMA_ID = "https://ccexpert.dev/schema/facts-1.json"


def facts_schema(vocabulary: Vocabulary) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a facts document.

    Names of the vocabulary are listed as ``examples`` and not as ``enum``, because aliases in both
    languages and any case are accepted too.
    """
    schema = FactsDocument.model_json_schema()
    for kind in KINDS.values():
        fields = schema["$defs"][kind.__name__]["properties"]
        for field, named in kind.NAMED.items():
            fields[field]["examples"] = list(vocabulary.names(named.kind))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID} | schema
