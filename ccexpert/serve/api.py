"""The HTTP API, version 1: what can be asked, and by whom it is answered."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from pydantic_core import to_jsonable_python

from ccexpert.alerts.payload import Payload
from ccexpert.diagnosis import PlainReport
from ccexpert.display import as_json
from ccexpert.facts import KINDS, FactsDocument
from ccexpert.history import History, RecordedRun
from ccexpert.history.recurring import Recurrence
from ccexpert.knowledge.schema import FILES
from ccexpert.report import render
from ccexpert.report.answer import Report
from ccexpert.report.interface import Layout
from ccexpert.serve import forms
from ccexpert.serve.call import Answer, Call, Endpoint, Parameter, wrong
from ccexpert.serve.formats import FORMAT_OF, JSON, MARKDOWN, MEDIA
from ccexpert.serve.problems import RefusedError
from ccexpert.serve.service import asked
from ccexpert.serve.standing import because_of, standing_of, why_of
from ccexpert.words import LANGUAGES

TEXT = "text/plain"

#: Any bytes, and a page or another text.
BYTES, PAGE = {"type": "string", "format": "binary"}, {"type": "string"}

_LANG = Parameter("lang", "the language of texts", {"enum": list(LANGUAGES)})
_INVALID = (HTTPStatus.UNPROCESSABLE_ENTITY,)
_REPORT = {media: PlainReport if media == JSON else PAGE for media in MEDIA.values()}
_FORMAT = Parameter("format", "the format, instead of Accept", {"enum": list(MEDIA)})
_SCHEMAS = ("facts", "report", "mapping", *FILES)


def endpoints(*, record: bool, alerts: bool) -> tuple[Endpoint, ...]:
    """What a server answers that keeps reports, or knows what alerts mean."""
    return (*_ALWAYS, *(_HISTORY if record else ()), *(_ALERTS if alerts else ()))


def _json(content: Any) -> Answer:
    return Answer(as_json(to_jsonable_python(content)))


# --- texts and facts ---


def _read(call: Call) -> Answer:
    return _json(call.service.read(call.body))


def _diagnose(call: Call) -> Answer:
    name, language = _format(call), call.language
    given, said = call.service.given(call.body, is_json=call.content_type == JSON)
    return _rendered(call.service.diagnose(given, language, said), name, call)


def _format(call: Call) -> str:
    """The format that is wanted."""
    named = call.one_of("format", tuple(MEDIA))
    return named or FORMAT_OF[call.media]


def _rendered(report: Report, name: str, call: Call) -> Answer:
    layout = Layout(packs=call.service.settings.packs)
    return Answer(render(report, name, layout), MEDIA[name])


def _alerts(call: Call) -> Answer:
    name = _format(call)
    return _rendered(call.service.alerts(call.body, call.language), name, call)


# --- consulting ---


def _consult(call: Call) -> Answer:
    return _json(standing_of(call.service.consultation(asked(call.body, forms.Consult))))


def _why(call: Call) -> Answer:
    return _json(why_of(call.service.consultation(asked(call.body, forms.Consult))))


def _how(call: Call) -> Answer:
    wanted = asked(call.body, forms.How)
    return _json(because_of(call.service.consultation(wanted), wanted.diagnosis))


def _search(call: Call) -> Answer:
    text = call.query.get("q", "").strip()
    if not text:
        raise wrong("q is missing: the words to search for")
    kind = call.one_of("kind", tuple(KINDS)) or None
    return _json(call.service.search(text[:500], kind, call.language))


# --- knowledge ---


def _explain(call: Call) -> Answer:
    found = call.service.explain(call.path["what"], call.language)
    if call.media == MARKDOWN:
        return Answer(found.text, MARKDOWN)
    return _json(found)


def _schema(call: Call) -> Answer:
    name = call.path["name"]
    found = call.service.schema(name) if name in _SCHEMAS else None
    if found is None:
        raise RefusedError(
            HTTPStatus.NOT_FOUND,
            f"there is no schema '{name[:80]}'",
            f"allowed: {', '.join(_SCHEMAS)}",
        )
    return Answer(found)


# --- recorded reports ---


def _history(call: Call) -> History:
    if call.service.history is None:  # the endpoint exists only where reports are kept
        raise RefusedError(HTTPStatus.NOT_FOUND, "no reports are kept")
    return call.service.history


def _runs(call: Call) -> Answer:
    return _json(_history(call).runs(call.query.get("host"), call.number("limit", 20, 1000)))


def _run(call: Call) -> Answer:
    number = call.path["number"]
    if not (number.isascii() and number.isdecimal()):
        raise RefusedError(HTTPStatus.NOT_FOUND, f"there is no recorded run '{number[:40]}'")
    return _rendered(_history(call).report(int(number[:20])), _format(call), call)


def _recurrence(call: Call) -> Answer:
    return _json(_history(call).recurrences(call.number("days", 7, 36_500)))


_ALWAYS = (
    Endpoint(
        "POST",
        "/v1/read",
        "Read any text: the facts in it, and what was not understood.",
        _read,
        {JSON: forms.Read},
        {TEXT: BYTES},
        fails=_INVALID,
    ),
    Endpoint(
        "POST",
        "/v1/diagnose",
        "Diagnose a facts document, or any text. Accept chooses the format of the report.",
        _diagnose,
        _REPORT,
        {JSON: FactsDocument, TEXT: BYTES},
        (_LANG, _FORMAT),
        _INVALID,
    ),
    Endpoint(
        "POST",
        "/v1/consult",
        "Where a consultation stands: the next question, the ranking, whether to stop.",
        _consult,
        {JSON: forms.Standing},
        {JSON: forms.Consult},
        fails=_INVALID,
    ),
    Endpoint(
        "POST",
        "/v1/why",
        "Why the next question is asked: what each answer would change.",
        _why,
        {JSON: forms.Why},
        {JSON: forms.Consult},
        fails=_INVALID,
    ),
    Endpoint(
        "POST",
        "/v1/how",
        "Why a diagnosis stands where it stands.",
        _how,
        {JSON: forms.Because},
        {JSON: forms.How},
        fails=(*_INVALID, HTTPStatus.NOT_FOUND),
    ),
    Endpoint(
        "GET",
        "/v1/explain/{what}",
        "What a diagnosis or an error code means.",
        _explain,
        {JSON: forms.Explained, MARKDOWN: PAGE},
        parameters=(
            _LANG,
            Parameter(
                "what", "the id of a diagnosis, or an error code", {"minLength": 1}, True, "path"
            ),
        ),
        fails=(HTTPStatus.NOT_FOUND,),
    ),
    Endpoint(
        "GET",
        "/v1/search",
        "Observations that some words may mean.",
        _search,
        {JSON: forms.Found},
        parameters=(
            Parameter("q", "the words", {"type": "string", "pattern": r"\S"}, True),
            Parameter("kind", "only this kind of fact", {"enum": list(KINDS)}),
            _LANG,
        ),
    ),
    Endpoint(
        "GET",
        "/v1/schema/{name}",
        "A JSON Schema.",
        _schema,
        {JSON: dict[str, Any]},
        parameters=(Parameter("name", "what it is of", {"enum": list(_SCHEMAS)}, True, "path"),),
        fails=(HTTPStatus.NOT_FOUND,),
    ),
)

_HISTORY = (
    Endpoint(
        "GET",
        "/v1/history",
        "The recorded runs, the newest first.",
        _runs,
        {JSON: list[RecordedRun]},
        parameters=(
            Parameter("host", "only this host", {"type": "string"}),
            Parameter("limit", "how many; 20", {"type": "integer", "minimum": 1, "maximum": 1000}),
        ),
        fails=(HTTPStatus.NOT_FOUND,),
    ),
    Endpoint(
        "GET",
        "/v1/history/recurrence",
        "How often each fault has come back.",
        _recurrence,
        {JSON: list[Recurrence]},
        parameters=(
            Parameter(
                "days",
                "how far to look back; 7",
                {"type": "integer", "minimum": 1, "maximum": 36_500},
            ),
        ),
        fails=(HTTPStatus.NOT_FOUND,),
    ),
    Endpoint(
        "GET",
        "/v1/history/{number}",
        "One recorded report.",
        _run,
        _REPORT,
        parameters=(
            _FORMAT,
            Parameter("number", "its number", {"type": "integer", "minimum": 1}, True, "path"),
        ),
        fails=(HTTPStatus.NOT_FOUND,),
    ),
)

_ALERTS = (
    Endpoint(
        "POST",
        "/v1/alertmanager",
        "Diagnose the alerts in a webhook message of Prometheus Alertmanager.",
        _alerts,
        _REPORT,
        {JSON: Payload},
        (_LANG, _FORMAT),
        _INVALID,
    ),
)
