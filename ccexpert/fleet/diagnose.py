"""Turns one line into one record: parses it, looks for an equal earlier case, else reasons.

A host goes the quick way: only facts that can matter, conditions evaluated directly, without an
agenda. A share of the hosts also goes the whole way through the engine, and must end up the same.

Two bounded caches stand before the engine. The first recognises lines that differ only in host,
platform and time, and saves even the parsing. The second recognises signatures (``signature.py``).
Both keep answers as templates, so that a cached record equals a fresh one byte for byte.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from hashlib import blake2b
from typing import Any
from zlib import crc32

from cachetools import LRUCache

from ccexpert.diagnosis import Status
from ccexpert.errors import FactsError
from ccexpert.expert import Expert, status_of
from ccexpert.facts import HOST_PATTERN, ErrorFact, Fact, FactsDocument
from ccexpert.facts.document import Document, read_document, read_quickly
from ccexpert.fleet.blocks import Block, Segment
from ccexpert.fleet.mattering import Mattering
from ccexpert.fleet.signature import (
    Names,
    Signature,
    Slots,
    Template,
    names_matter,
    names_of,
    signature,
)
from ccexpert.fleet.tally import Cause, Tally
from ccexpert.knowledge.texts import rendered
from ccexpert.knowledge.waivers import Waiver
from ccexpert.rank import Ranking
from ccexpert.reading import Source, decode
from ccexpert.records import outline
from ccexpert.words import Language

#: One more than the largest checksum, by which the hosts are drawn that go both ways.
_ALL = 2**32

#: Answers per cache, at about 10 KB each.
CACHED = 4096

#: The beginning of a facts document as programs write it; it may differ between equal hosts.
_ENVELOPE = re.compile(
    rb'\s*{\s*"schema_version"\s*:\s*1\s*,\s*"host"\s*:\s*"('
    + HOST_PATTERN.strip("^$").encode()
    + rb')"\s*(?:,\s*"platform"\s*:\s*"(?:linux|windows)"\s*)?'
    rb'(?:,\s*"observed_at"\s*:\s*"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?'
    rb'(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d))"\s*)?(?=,\s*"facts")'
)


@dataclass(frozen=True)
class HostAnswer:
    """The result for one document, with slots in place of its names."""

    body: Template
    status: Status
    causes: tuple[Cause, ...]


class FleetExpert:
    """Diagnoses documents one by one, for one thread.

    ``cached=0`` goes the whole way instead: no caches, all facts, the engine itself. This share of
    the hosts goes both ways, and what differs is told in the tally.
    """

    def __init__(
        self,
        expert: Expert,
        waivers: tuple[Waiver, ...] = (),
        language: Language = "en",
        cached: int = CACHED,
        verify_share: float = 0,
    ) -> None:
        self._expert, self._language = expert, language
        self._named = names_matter(expert.base, (*expert.base.waivers, *waivers))
        self._slots = Slots(expert.base.digest)
        self._caching = cached > 0
        self._verified = round(verify_share * _ALL)
        self._waivers = waivers
        self._mattering = Mattering(expert.base) if self._caching else None
        self._examine = expert.likely if self._caching else expert.examine
        self._by_line = self._caching and not self._named
        self._by_bytes: LRUCache[bytes, tuple[HostAnswer, Names]] = LRUCache(cached)
        self._by_signature: LRUCache[Signature, HostAnswer] = LRUCache(cached)

    def diagnose(self, block: Block) -> tuple[str, Tally]:
        """The records of a block, one per line, and their tally."""
        tally = Tally()
        records = [record for segment in block.segments for record in self._segment(segment, tally)]
        return "".join(records), tally

    def _segment(self, segment: Segment, tally: Tally) -> Iterator[str]:
        if segment.problem:
            error = FactsError(segment.problem, segment.place)
            yield _unreadable(segment, segment.first, error, tally)
            return
        lines = [segment.read()] if segment.whole else segment.read().split(b"\n")
        for number, line in enumerate(lines, segment.first):
            if line.strip():
                yield self._line(line, segment, number, tally)

    def _line(self, raw: bytes, segment: Segment, number: int, tally: Tally) -> str:
        try:
            answer, names = self._answer(raw, segment, number, tally)
        except FactsError as error:
            return _unreadable(segment, number, error, tally)
        tally.count(answer.status, answer.causes, names.hosts)
        origin = f"{_file(segment.name)}{number}"
        record = f"{origin}, {answer.body.filled(names)}\n"
        if crc32(origin.encode()) < self._verified:
            self._verify(record, raw, segment, number, tally)
        return record

    @cached_property
    def _whole_way(self) -> FleetExpert:
        return FleetExpert(self._expert, self._waivers, self._language, cached=0)

    def _verify(self, record: str, raw: bytes, segment: Segment, number: int, tally: Tally) -> None:
        """Compare a record with what the whole way says."""
        whole = self._whole_way._line(raw, segment, number, Tally())
        if whole != record and not tally.difference:
            tally.difference = {
                "file": segment.name,
                "line": number,
                "document": raw.decode(),
                "quickly": json.loads(record),
                "engine": json.loads(whole),
                "knowledge": self._expert.base.digest,
            }

    def _answer(
        self, raw: bytes, segment: Segment, number: int, tally: Tally
    ) -> tuple[HostAnswer, Names]:
        host, key = _envelope(raw) if self._by_line else (None, b"")
        same = self._by_bytes.get(key) if host else None
        if same and host:
            tally.same_lines += 1
            answer, names = same
            return answer, Names((host,), names.instances, names.texts)
        document, source = self._read(raw, segment.name, 0 if segment.whole else number)
        names = names_of(document)
        answer, reusable = self._of_document(document, source, names, tally)
        if host and reusable and names.hosts == (host,) and _names_no_host(document):
            self._by_bytes[key] = (answer, names)
        return answer, names

    def _read(self, raw: bytes, name: str, only: int) -> Document:
        """The facts that matter in a line, or in a whole document."""
        if self._mattering and (document := read_quickly(raw)):
            return Document(self._mattering.of(document), Source(name, raw.decode(), only))
        document, source = read_document(decode(raw, name, FactsError, only=only))
        return Document(self._mattering.of(document) if self._mattering else document, source)

    def _of_document(
        self, document: FactsDocument, source: Source, names: Names, tally: Tally
    ) -> tuple[HostAnswer, bool]:
        """The answer, and whether it holds for every document with the same signature."""
        seen = signature(document, names, self._expert.base.vocabulary, named=self._named)
        found = self._by_signature.get(seen) if self._caching else None
        if found:
            tally.same_facts += 1
            return found, True
        answer, alone = self._reasoned(document, source, names, self._slots.mark in repr(seen))
        tally.reasoned += 1
        if self._caching and not alone:
            self._by_signature[seen] = answer
        return answer, not alone

    def _reasoned(
        self, document: FactsDocument, source: Source, names: Names, unsafe: bool
    ) -> tuple[HostAnswer, bool]:
        """A fresh answer, and whether it holds for this document alone.

        If a document contains text that looks like a slot (``unsafe``), no slots are used. If
        several facts are about one thing, details matter that the signature does not keep.
        """
        keep_names = unsafe or self._named or names.too_many
        asked = document if keep_names else self._slots.emptied(document, names)
        try:
            reasoned, ranking = self._examine(self._expert.settle([Document(asked, source)]))
        except FactsError:
            self._expert.settle([Document(document, source)])  # raises with the real names
            raise
        texts = {} if unsafe or names.too_many else self._slots.texts(names)
        record = {"host": reasoned.case.host or None} | _record(
            ranking,
            status_of(ranking, reasoned.case),
            [_told(reasoned.facts[i], texts) for i in ranking.unexplained],
            self._language,
        )
        if document.not_observed:
            record["not_observed"] = [n.model_dump() for n in document.not_observed]
        body = json.dumps(record, ensure_ascii=False)[1:]
        template = Template((body,)) if unsafe else self._slots.template(body)
        answer = HostAnswer(template, record["status"], tuple(_causes(ranking)))
        return answer, unsafe or names.too_many or reasoned.case.doubles > 0


@lru_cache(maxsize=1)
def _file(name: str) -> str:
    """The beginning of every record of a file, up to the number of its line."""
    return f'{{"file": {json.dumps(name, ensure_ascii=False)}, "line": '


def _envelope(raw: bytes) -> tuple[str | None, bytes]:
    """The host and a key of the facts, if the line begins as programs write it."""
    begins = _ENVELOPE.match(raw)
    if begins is None:
        return None, b""
    if begins[2]:
        try:
            datetime.fromisoformat(begins[2].decode())
        except ValueError:
            return None, b""
    return begins[1].decode(), blake2b(raw[begins.end() :], digest_size=16).digest()


def _names_no_host(document: FactsDocument) -> bool:
    return all(fact.host is None for fact in document.facts)


def _unreadable(segment: Segment, number: int, error: FactsError, tally: Tally) -> str:
    sentence = str(error)
    tally.fail(sentence)
    record = {
        "file": segment.name,
        "line": number,
        "host": None,
        "status": "unreadable",
        "error": sentence,
    }
    return json.dumps(record, ensure_ascii=False) + "\n"


def _record(
    ranking: Ranking, status: Status, unexplained: list[dict[str, Any]], language: Language
) -> dict[str, Any]:
    return {
        "status": status,
        "diagnoses": [
            outline(h, ranking, rendered(h.card.title, h.bindings, language))
            for h in ranking.causes
        ],
        "unexplained": unexplained,
        "waived": sorted({f.card.id for f, _ in ranking.waived}),
    }


def _told(fact: Fact, texts: dict[str, str]) -> dict[str, Any]:
    told = fact.model_dump(mode="json", exclude={*fact.UNSEEN, "certainty"}, exclude_none=True)
    if isinstance(fact, ErrorFact) and fact.text:
        told["text"] = texts.get(fact.text, fact.text)
    return told


def _causes(ranking: Ranking) -> Iterator[Cause]:
    """Each diagnosis once per host, with the certainty of its surest instance."""
    counted = set()
    for place, hypothesis in enumerate(ranking.causes):
        card = hypothesis.card
        if (card.id, hypothesis.host) not in counted:
            counted.add((card.id, hypothesis.host))
            sure, found = hypothesis.is_sure, hypothesis.is_finding
            yield Cause(card.id, card.impact, sure, found, place == 0)
