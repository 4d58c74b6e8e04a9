"""One line in, one record out: parse, look whether equal facts were diagnosed before, else reason.

Two bounded caches stand before the engine. The first knows lines that differ only in the host, its
platform and the time, and spares even the parsing; the second knows signatures (``signature.py``).
Both keep answers as templates, so that a cached record equals a fresh one, letter by letter.
"""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any, Generic, TypeVar

from ccexpert.diagnosis import Status
from ccexpert.errors import CcexpertError, FactsError
from ccexpert.expert import Expert, status_of
from ccexpert.facts import HOST_PATTERN, ErrorFact, Fact, FactsDocument
from ccexpert.fleet.blocks import Block, Segment
from ccexpert.fleet.signature import (
    UNSEEN,
    Names,
    Signature,
    Slots,
    Template,
    names_matter,
    names_of,
    signature,
)
from ccexpert.fleet.tally import Cause, Tally
from ccexpert.knowledge.intake import read_document, settle
from ccexpert.knowledge.vocabulary import Language
from ccexpert.knowledge.waivers import Waiver
from ccexpert.rank import Finding, Ranking
from ccexpert.reading import Source, decode

#: How many answers each cache holds; some 10 KB each.
CACHED = 4096

#: How a program writes the beginning of a facts document: what may differ between equal hosts.
_ENVELOPE = re.compile(
    rb'\s*{\s*"schema_version"\s*:\s*1\s*,\s*"host"\s*:\s*"('
    + HOST_PATTERN.strip("^$").encode()
    + rb')"\s*(?:,\s*"platform"\s*:\s*"(?:linux|windows)"\s*)?'
    rb'(?:,\s*"observed_at"\s*:\s*"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?'
    rb'(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d))"\s*)?(?=,\s*"facts")'
)

_NOT_TOLD = {*UNSEEN, "certainty"}

K = TypeVar("K")
V = TypeVar("V")


class Recent(Generic[K, V]):
    """The ``size`` entries used last."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._entries: OrderedDict[K, V] = OrderedDict()

    def get(self, key: K) -> V | None:
        """The entry, which thereby becomes the one used last."""
        found = self._entries.get(key)
        if found is not None:
            self._entries.move_to_end(key)
        return found

    def put(self, key: K, value: V) -> None:
        """Keep an entry; the one not used for longest goes."""
        self._entries[key] = value
        if len(self._entries) > self._size:
            self._entries.popitem(last=False)


@dataclass(frozen=True)
class Answer:
    """What was found for one document, with slots for its names."""

    body: Template
    status: Status
    causes: tuple[Cause, ...]


class FleetExpert:
    """Diagnoses documents one by one for one thread; ``cached`` 0 reasons about every one."""

    def __init__(
        self,
        expert: Expert,
        waivers: tuple[Waiver, ...] = (),
        language: Language = "en",
        cached: int = CACHED,
    ) -> None:
        self._expert, self._language = expert, language
        self._named = names_matter(expert.base, (*expert.base.waivers, *waivers))
        self._slots = Slots(expert.base.digest)
        self._caching = cached > 0
        self._by_line = self._caching and not self._named
        self._by_bytes: Recent[bytes, tuple[Answer, Names]] = Recent(cached)
        self._by_signature: Recent[Signature, Answer] = Recent(cached)

    def diagnose(self, block: Block) -> tuple[str, Tally]:
        """The records of a block, one a line, and what they add up to."""
        tally = Tally()
        records = [record for segment in block.segments for record in self._segment(segment, tally)]
        return "".join(records), tally

    def _segment(self, segment: Segment, tally: Tally) -> Iterator[str]:
        if segment.problem:
            place = f"{segment.name}, line {segment.first}"
            yield _unreadable(segment, segment.first, f"{place}: {segment.problem}", tally)
            return
        lines = [segment.read()] if segment.whole else segment.read().split(b"\n")
        for number, line in enumerate(lines, segment.first):
            if line.strip():
                yield self._line(line, segment, number, tally)

    def _line(self, raw: bytes, segment: Segment, number: int, tally: Tally) -> str:
        try:
            answer, names = self._answer(raw, segment, number, tally)
        except FactsError as error:
            return _unreadable(segment, number, _sentence(error, segment, number), tally)
        tally.count(answer.status, answer.causes, names.hosts)
        origin = json.dumps({"file": segment.name, "line": number}, ensure_ascii=False)
        return f"{origin[:-1]}, {answer.body.filled(names)}\n"

    def _answer(
        self, raw: bytes, segment: Segment, number: int, tally: Tally
    ) -> tuple[Answer, Names]:
        host, key = _envelope(raw) if self._by_line else (None, b"")
        same = self._by_bytes.get(key) if host else None
        if same and host:
            tally.same_lines += 1
            answer, names = same
            return answer, Names((host,), names.instances, names.texts)
        source = _source(raw, segment, number)
        document = read_document(source)
        names = names_of(document)
        answer, reusable = self._of_document(document, source, names, tally)
        if host and reusable and names.hosts == (host,) and _names_no_host(document):
            self._by_bytes.put(key, (answer, names))
        return answer, names

    def _of_document(
        self, document: FactsDocument, source: Source, names: Names, tally: Tally
    ) -> tuple[Answer, bool]:
        """The answer, and whether it would be the same for every document of equal signature."""
        seen = signature(document, names, self._expert.base.vocabulary, named=self._named)
        found = self._by_signature.get(seen) if self._caching else None
        if found:
            tally.same_facts += 1
            return found, True
        answer, alone = self._reasoned(document, source, names, self._slots.mark in repr(seen))
        tally.reasoned += 1
        if self._caching and not alone:
            self._by_signature.put(seen, answer)
        return answer, not alone

    def _reasoned(
        self, document: FactsDocument, source: Source, names: Names, unsafe: bool
    ) -> tuple[Answer, bool]:
        """A fresh answer, and whether it holds for this very document alone.

        A document that writes as slots do (``unsafe``) is answered without them. Where facts speak
        of one thing, details decide that no signature keeps.
        """
        keep_names = unsafe or self._named or names.too_many
        asked = document if keep_names else self._slots.emptied(document, names)
        try:
            reasoned, ranking = self._expert.examine([(asked, source)])
        except FactsError:
            settle([(document, source)], self._expert.base.vocabulary)  # says it with the names
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
        answer = Answer(template, record["status"], tuple(_causes(ranking)))
        return answer, unsafe or names.too_many or reasoned.case.doubles > 0


def _envelope(raw: bytes) -> tuple[str | None, bytes]:
    """The host, and a key of the facts, for a line that begins as programs write it."""
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


@dataclass(frozen=True)
class _Line(Source):
    """One line of a file of many; its name tells which."""

    def line(self, path: Any = ()) -> int:
        """None of its own."""
        return 0


def _source(raw: bytes, segment: Segment, number: int) -> Source:
    if segment.whole:
        return decode(raw, segment.name, FactsError)
    source = decode(raw, f"{segment.name}, line {number}", FactsError)
    return _Line(source.name, source.text)


def _sentence(error: CcexpertError, segment: Segment, number: int) -> str:
    """What is wrong, with the line of the file: the parser counts lines from the document's
    first."""
    place = f"{segment.name}, line {number}"
    return str(error) if segment.whole else str(error).replace(f"{place}, line 1, ", f"{place}, ")


def _unreadable(segment: Segment, number: int, sentence: str, tally: Tally) -> str:
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
        "diagnoses": [_diagnosis(f, ranking, language) for f in ranking.causes],
        "unexplained": unexplained,
        "waived": sorted({f.card.id for f, _ in ranking.waived}),
    }


def _diagnosis(finding: Finding, ranking: Ranking, language: Language) -> dict[str, Any]:
    card = finding.card
    return {
        "id": card.id,
        "module": card.module,
        "instance": finding.instance or None,
        "host": finding.host or None,
        "title": card.title.in_language(language),
        "verdict": card.verdict,
        "certainty": finding.certainty,
        "impact": card.impact,
        "explains": sorted(
            {
                f.card.id
                for f in ranking.consequences
                if f.explained_by == card.id and f.host == finding.host
            }
        ),
    }


def _told(fact: Fact, texts: dict[str, str]) -> dict[str, Any]:
    told = fact.model_dump(mode="json", exclude=_NOT_TOLD, exclude_none=True)
    if isinstance(fact, ErrorFact) and fact.text:
        told["text"] = texts.get(fact.text, fact.text)
    return told


def _causes(ranking: Ranking) -> Iterator[Cause]:
    """Each diagnosis once a host, as sure as it is of the surest instance."""
    counted = set()
    for place, finding in enumerate(ranking.causes):
        card = finding.card
        if (card.id, finding.host) not in counted:
            counted.add((card.id, finding.host))
            fault = card.verdict != "not-a-fault"
            yield Cause(card.id, finding.certainty, card.impact, fault, place == 0)
