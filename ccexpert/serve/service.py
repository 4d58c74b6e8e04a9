"""What every face of the server can do: plain data in, plain data out.

HTTP, the page and MCP call the same functions, so all of them give the same answers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

from ccexpert.alerts.alertmanager import facts_of
from ccexpert.alerts.mapping import Mapping, read_mapping
from ccexpert.alerts.mapping import schema as mapping_schema
from ccexpert.alerts.payload import read_payload
from ccexpert.consult.asking import prepared
from ccexpert.consult.consultation import Consultation
from ccexpert.consult.stateless import Given, consultation_of
from ccexpert.display import as_json, clean
from ccexpert.errors import FactsError, KnowledgeError
from ccexpert.expert import Expert
from ccexpert.facts.document import Document, document_of, read_document
from ccexpert.facts.schema import facts_schema
from ccexpert.handbook.code import code_page, explained
from ccexpert.handbook.page import card_page
from ccexpert.history import History
from ccexpert.intake.given import document_in
from ccexpert.intake.reader import read_text
from ccexpert.intake.reading import Reading
from ccexpert.knowledge.schema import FILES, knowledge_schema
from ccexpert.observe.host import this_platform
from ccexpert.observe.observer import Origin, document, plain
from ccexpert.reading import SIZE_LIMIT, decode, parse_json, read_source, validated
from ccexpert.report import json as report_json
from ccexpert.report.answer import Report
from ccexpert.serve import forms
from ccexpert.serve.settings import Settings
from ccexpert.words import Language

#: The name of a body in errors and in the positions of facts.
REQUEST = "request"


class Service:
    """The expert with the site's settings. Threads may share it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.expert = Expert(settings.packs, waivers=settings.waivers)
        self.history = History() if settings.record else None
        self._mapping = _mapping(settings.mapping, self.expert) if settings.mapping else None
        self.schema = cache(self._schema)

    def warm(self) -> None:
        """Do once what takes long the first time: a reading, a question, a report."""
        session = self.consultation(forms.Consult(document=self.reading("It works.").document))
        session.question()
        session.report()

    # --- texts and facts ---

    def reading(self, text: bytes | str) -> Reading:
        """A text, read; secrets are removed."""
        if not text.strip():
            raise FactsError("the text is empty")
        if len(text) > SIZE_LIMIT:
            raise FactsError(f"the text is larger than {SIZE_LIMIT // 1024 // 1024} MiB")
        return read_text(text, self.expert.base.vocabulary)

    def read(self, text: bytes | str) -> forms.Read:
        """What a text holds."""
        reading = self.reading(text)
        return forms.Read(
            document=dict(plain(reading.document)),
            pieces=tuple(
                forms.Piece(p.kind, p.span.start, p.span.end, p.output) for p in reading.pieces
            ),
            understood=tuple(
                forms.Understood(
                    t.fact.label, t.fact.certainty, clean(t.span.of(reading.text), 200)
                )
                for t in reading.understood
            ),
            not_understood=tuple(
                forms.NotUnderstood(clean(h.span.of(reading.text), 200), h.names)
                for h in reading.hints
            ),
        )

    def document_in(self, raw: bytes, *, is_json: bool = False) -> Document:
        """The facts in a body: a facts document, or any text unless it must be JSON."""
        return self.given(raw, is_json=is_json)[0]

    def given(self, raw: bytes, *, is_json: bool = False) -> tuple[Document, tuple[str, ...]]:
        """The facts in a body, and the sentences in it that were not understood."""
        if is_json:
            return read_document(decode(raw, REQUEST, FactsError)), ()
        document, reading = document_in(raw, REQUEST, self.reading)
        return document, reading.unread if reading else ()

    def diagnose(self, given: Document, language: Language, said: Sequence[str] = ()) -> Report:
        """The report on a document, and on what was ``said`` beside it; it is kept if reports are
        kept."""
        return self._kept(self.expert.diagnose_documents([given], language=language, said=said))

    def alerts(self, message: bytes, language: Language) -> Report:
        """The report on the alerts in a message of Alertmanager."""
        if self._mapping is None:
            raise FactsError("this server does not know what alerts mean")
        payload = read_payload(decode(message, REQUEST, FactsError))
        seen = facts_of(payload, self._mapping, self.expert.base.vocabulary)
        made = document(seen, Origin(None, this_platform(), _now()))
        return self.diagnose(document_of(made, REQUEST), language)

    def _kept(self, report: Report) -> Report:
        if self.history is not None:
            self.history.record(report)
        return report

    # --- consulting ---

    def consultation(self, asked: forms.Consult) -> Consultation:
        """The consultation after the answers in a request."""
        answers = (Given(a.question, a.answer, a.certainty) for a in asked.answers)
        return consultation_of(
            self.expert,
            asked.document,
            answers,
            language=asked.language,
            platform=asked.platform,
        )

    def search(self, text: str, kind: str | None, language: Language) -> forms.Found:
        """The observations that ``text`` may mean."""
        complaints, _ = prepared(self.expert)
        found = complaints.search(text, kind)
        return forms.Found(tuple(forms.Choice(c.value, c.label(language)) for c in found))

    def explain(self, what: str, language: Language) -> forms.Explained:
        """A diagnosis or an error code as a page; ``KnowledgeError`` if there is neither."""
        base = self.expert.base
        if what not in base.cards and (code := explained(what, base)):
            return forms.Explained(code.code, code_page(code, base, language))
        return forms.Explained(what, card_page(base.card(what), language))

    def _schema(self, name: str) -> str | None:
        """A JSON Schema; None if there is none of this name. Making one costs time and memory, so
        each is made once."""
        vocabulary = self.expert.base.vocabulary
        made: dict[str, Callable[[], dict[str, Any]]] = {
            "facts": lambda: facts_schema(vocabulary),
            "report": report_json.schema,
            "mapping": mapping_schema,
            **{file: partial(knowledge_schema, file, vocabulary) for file in FILES},
        }
        return as_json(made[name]()) if name in made else None


def asked(raw: bytes, form: type[forms.Consult]) -> Any:
    """The request in a body; ``FactsError`` names the line and field of a mistake."""
    source = decode(raw, REQUEST, FactsError)
    return validated(form, parse_json(source, FactsError), source, FactsError)


def _mapping(path: Path, expert: Expert) -> Mapping:
    return read_mapping(read_source(path, KnowledgeError), expert.base.vocabulary)


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
