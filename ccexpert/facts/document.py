"""The facts document: what was observed on one host, as in a JSON file, with the position of each
fact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal, NamedTuple

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from ccexpert.errors import FactsError
from ccexpert.facts.kinds import Fact
from ccexpert.facts.names import FreeText, HostName, Platform, Word
from ccexpert.reading import SIZE_LIMIT, Source, parse_json, validated

#: The sources of an observer that list processes.
_PROCESS_LISTS = frozenset({"pdump", "missing"})

#: The source of what a text says and nobody understood.
UNREAD = "unread text"
#: Sources that list processes, of which they may have shown a part only.
_IN_PART = frozenset({"ps", "tasklist"})


class NotObserved(BaseModel):
    """A source that yielded no observations, or not all of them, and why."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    source: Word
    reason: FreeText


class FactsDocument(BaseModel):
    """What was observed on one host, as in a JSON file."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    schema_version: Literal[1]
    host: HostName | None = None
    platform: Platform | None = Field(
        None, description="default: as other documents say about the host, else linux"
    )
    observed_at: AwareDatetime | None = Field(None, strict=False)
    facts: tuple[Fact, ...] = Field(strict=False)
    not_observed: tuple[NotObserved, ...] | None = Field(
        None, strict=False, description="what an observer could not read, and why"
    )
    redacted: bool | None = Field(
        None, description="whether an observer removed logins, addresses and secrets"
    )

    @property
    def blind(self) -> bool:
        """Whether an observer could read no list of processes and no fact names a process."""
        lacking = {item.source for item in self.not_observed or ()}
        named = any(fact.kind == "process" for fact in self.facts)
        return lacking >= _PROCESS_LISTS and not named

    @property
    def in_part(self) -> bool:
        """Whether it shows a list of processes that may be a part of one."""
        return any(item.source in _IN_PART for item in self.not_observed or ())

    @property
    def unread(self) -> bool:
        """Whether it comes from a text of which something was not understood."""
        return any(item.source == UNREAD for item in self.not_observed or ())


class Document(NamedTuple):
    """A facts document with its source text, which gives the position of everything in it."""

    content: FactsDocument
    source: Source
    """Without text if a program passed the data."""


def read_document(source: Source) -> Document:
    """Parse one facts document; ``FactsError`` names the file, line and field of a mistake."""
    data = parse_json(source, FactsError)
    if not isinstance(data, dict):
        raise FactsError(
            "a facts document is a JSON object with 'schema_version' and 'facts'", source.place()
        )
    return Document(validated(FactsDocument, data, source, FactsError), source)


#: White space that a program seldom writes; in a string of JSON it cannot stand as it is.
_UNUSUAL = (b"\t", b"\r", b"\n")


def read_quickly(raw: bytes) -> FactsDocument | None:
    """The facts document in these bytes, parsed and checked in one pass; None if there is anything
    wrong or unusual about it, which ``read_document`` then judges.

    The parser lets the last of two equal keys win. So every key is counted, by its quote and colon,
    and must have become a field.
    """
    if len(raw) > SIZE_LIMIT or any(mark in raw for mark in _UNUSUAL) or b" :" in raw:
        return None
    try:
        found = FactsDocument.model_validate_json(raw)
    except ValidationError:
        return None
    fields = len(found.model_fields_set) + 2 * len(found.not_observed or ())
    fields += sum(len(fact.model_fields_set) for fact in found.facts)
    return found if fields == raw.count(b'":') else None


def document_of(data: Any, name: str = "facts") -> Document:
    """A facts document from a document, its ``dict``, or a list of facts; errors cite it as
    ``name``."""
    source = Source(name, "")
    if isinstance(data, FactsDocument):
        return Document(data, source)
    if isinstance(data, Mapping):
        plain = {"schema_version": 1, **data}
    elif isinstance(data, Iterable) and not isinstance(data, (str, bytes)):
        plain = {"schema_version": 1, "facts": list(data)}
    else:
        raise FactsError(f"expected a facts document or a list of facts, not {type(data).__name__}")
    return Document(validated(FactsDocument, plain, source, FactsError), source)
