"""The JSON Schemas of knowledge files, for editors that check and complete them.

Fields come from the models, and the words of patterns from the vocabulary and the kinds of fact:
nothing is written down a second time.
"""

from __future__ import annotations

from typing import Any, get_args

from ccexpert.errors import KnowledgeError
from ccexpert.facts import KINDS, Named
from ccexpert.facts.entries import ENTRIES, Frozen
from ccexpert.facts.files import VocabularyFile
from ccexpert.facts.observed import Domain
from ccexpert.facts.schema import facts_schema
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.knowledge.cards import Card
from ccexpert.knowledge.examples import Expectation
from ccexpert.knowledge.inferences import Inference
from ccexpert.knowledge.overlays import Overlay

#: The kinds of file: cards and what stands beside them, any file of the vocabulary, and the files
#: of one kind of entry.
FILES: tuple[str, ...] = ("card", "inference", "overlay", "vocabulary", *ENTRIES)

Schema = dict[str, Any]

_VARIABLE: Schema = {"type": "string", "pattern": "^\\$[a-z]+$"}
_MODELS: dict[str, type[Frozen]] = {"card": Card, "inference": Inference, "overlay": Overlay}


def knowledge_schema(file: str, vocabulary: Vocabulary) -> Schema:
    """The JSON Schema (2020-12) of one kind of knowledge file.

    It lists the names of ``vocabulary``. What a schema cannot say, such as which variables a
    pattern binds, is left to ``ccexpert rules lint``.

    Raises ``KnowledgeError`` for a kind of file that there is not.
    """
    if file not in FILES:
        raise KnowledgeError(f"no file is a '{file}'", allowed=FILES, given=file)
    if file == "vocabulary":
        found = _vocabulary()
    elif file in ENTRIES:
        found = _entries(file)
    else:
        found = _placed(_MODELS[file].model_json_schema())
        found.setdefault("$defs", {}).update(_conditions(vocabulary))
    if file == "card":
        _narrow(found, vocabulary)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"https://ccexpert.dev/schema/{file}-1.json",
    } | found


def _placed(schema: Any) -> Any:
    """The schema with a reference wherever a model only says the name of what stands there."""
    if isinstance(schema, list):
        return [_placed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if "$comment" in schema:
        return {"$ref": f"#/$defs/{schema['$comment']}"}
    return {name: _placed(part) for name, part in schema.items()}


def _narrow(card: Schema, vocabulary: Vocabulary) -> None:
    """What a card takes from elsewhere: its module, the facts of its examples, short forms."""
    card["properties"]["module"]["enum"] = list(vocabulary.names("module"))
    facts = facts_schema(vocabulary)
    card["$defs"] |= facts["$defs"]
    example = card["$defs"]["Example"]["properties"]
    example["facts"] = facts["properties"]["facts"]
    outcomes = get_args(get_args(Expectation.model_fields["outcome"].annotation)[0])
    example["expect"] = {"anyOf": [{"enum": list(outcomes)}, example["expect"]]}


def _conditions(vocabulary: Vocabulary) -> Schema:
    patterns = {kind: _pattern(kind, vocabulary) for kind in KINDS}
    things = {
        kind: pattern | {"required": [f for f in pattern["required"] if f != KINDS[kind].SHOWN]}
        for kind, pattern in patterns.items()
    }
    several = {"type": "array", "minItems": 2, "items": {"$ref": "#/$defs/pattern"}}
    more = {"any": several, "not": {"$ref": "#/$defs/pattern"}}
    return {
        "pattern": _one_of(patterns),
        "thing": _one_of(things),
        "when": {"type": "array", "minItems": 1, "items": _one_of(patterns | more)},
    }


def _one_of(named: Schema) -> Schema:
    """One of these names, with what belongs to it."""
    return {
        "type": "object",
        "properties": named,
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
    }


def _pattern(kind: str, vocabulary: Vocabulary) -> Schema:
    fact = KINDS[kind]
    return {
        "type": "object",
        "properties": {f: _asked(domain, vocabulary) for f, domain in fact.RULES.items()},
        "required": list(fact.needed()),
        "additionalProperties": False,
    }


def _asked(domain: Domain, vocabulary: Vocabulary) -> Schema:
    """A value, several of them, or a variable."""
    one = _value(domain, vocabulary)
    return {"anyOf": [one, {"type": "array", "minItems": 1, "items": one}, _VARIABLE]}


def _value(domain: Domain, vocabulary: Vocabulary) -> Schema:
    if isinstance(domain, tuple):
        return {"enum": list(domain)}
    if isinstance(domain, Named):
        names = list(vocabulary.names(domain.kind))
        return {"type": "string", "examples": names} if domain.open else {"enum": names}
    return {"type": {bool: "boolean", int: "integer"}.get(domain, "string")}


def _vocabulary() -> Schema:
    """A file of the vocabulary: for each kind of entry, the file that holds it."""
    files: list[Schema] = []
    shared: Schema = {}
    for kind in ENTRIES:
        file = _entries(kind)
        shared |= file.pop("$defs")
        files.append(file)
    return {"oneOf": files, "$defs": shared}


def _entries(kind: str) -> Schema:
    """A file of the vocabulary with entries of this kind."""
    file = VocabularyFile.model_for({"kind": kind}).model_json_schema()
    file["properties"]["kind"] = {"const": kind}
    return file
