"""The expert for assistants that speak MCP: tools that only look, resources, a prompt, and
questions that the server puts to the person itself.

No tool changes a server, unless that was switched on: see ``mcp_act``.
"""

# The SDK reads annotations when a tool is added, so they are not postponed here.

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from inspect import getdoc
from typing import Annotated, Any, Literal, TypeVar

from mcp.server.mcpserver import AcceptedElicitation, Elicit, ElicitationResult, MCPServer, Resolve
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from mcp.types import ToolAnnotations
from pydantic import BaseModel, Field, create_model
from pydantic_core import to_jsonable_python

from ccexpert.consult.question import UNKNOWN
from ccexpert.errors import CcexpertError
from ccexpert.facts import FactsDocument
from ccexpert.facts.document import document_of
from ccexpert.observe.observer import plain
from ccexpert.report import render
from ccexpert.report.interface import Layout
from ccexpert.serve import forms
from ccexpert.serve.acting import Acting, Means
from ccexpert.serve.body import Whole
from ccexpert.serve.counts import Counts
from ccexpert.serve.guard import Application, Guard
from ccexpert.serve.mcp_act import CHANGES, acting_tool
from ccexpert.serve.service import REQUEST, Service
from ccexpert.serve.settings import Settings
from ccexpert.serve.standing import standing_of
from ccexpert.serve.work import Pool
from ccexpert.version import __version__
from ccexpert.words import Language

Result = TypeVar("Result")
Shown = Literal["table", "markdown", "json"]
Tell = Callable[[Mapping[str, Any]], None]
Look = Callable[[], FactsDocument]
Answers = tuple[forms.Answer, ...]

#: The state of a thing in a list that nothing is wrong with.
_FINE = "in order"

#: Assistants that may be connected at once; one that says no more keeps 40 KB for half an hour.
_SESSIONS = 1000

_LOOKS = ToolAnnotations(read_only_hint=True, open_world_hint=False)

_PROMPT = """Find out what is wrong with this Adobe Campaign Classic v7 server, using ccexpert.
1. Pass everything that is known (logs, outputs, the person's words) to 'read'.
2. Call 'next_question' with that document. Ask the person, or 'ask_person', until should_stop.
3. Pass the document to 'diagnose'. Report its diagnosis, certainty and plan as they are: do not
   invent steps, and let the person run them.

What is known: {known}"""


class Reply(BaseModel):
    """What the person answers; each question has fields of its own."""


def mcp_server(settings: Settings, look: Look | None = None, means: Means | None = None) -> Any:
    """The server; ``look`` adds a tool that looks at the host it runs on, ``means`` one that acts
    on it."""
    service = Service(settings)
    pool = Pool(settings.threads, settings.waiting, settings.work_seconds, service.expert.warm)
    acting = Acting(service.expert, means) if means else None
    server = MCPServer(
        "ccexpert", version=__version__, log_level="WARNING", lifespan=partial(_life, acting)
    )
    tools = [(tool, _LOOKS) for tool in _tools(service, pool)]
    tools += [(_observing(look, pool), _LOOKS)] if look else []
    tools += [(acting_tool(acting, service), CHANGES)] if acting else []
    for tool, hints in tools:
        server.add_tool(tool, description=getdoc(tool), annotations=hints)
    _resources(server, service)
    server.prompt("troubleshoot", description="Find out what is wrong.")(_troubleshoot)
    return server


@asynccontextmanager
async def _life(acting: Acting | None, _server: Any) -> AsyncIterator[None]:
    """The time of a server: a walk that is open at its end is left as by Ctrl-C."""
    yield
    if acting:
        await asyncio.to_thread(acting.close)


def application(settings: Settings, tell: Tell, look: Look | None = None) -> Application:
    """The server over HTTP, behind the same guard as the other faces.

    It does not act: every account of the host, or whoever has the token, could have it act.
    """
    server = mcp_server(settings, look)
    names = [each for name in settings.names for each in (name, f"{name}:*")]
    inner = server.streamable_http_app(
        max_request_body_size=settings.body_limit,
        max_sessions=_SESSIONS,
        transport_security=TransportSecuritySettings(
            allowed_hosts=names,
            allowed_origins=[f"http{s}://{n}" for n in names for s in ("", "s")],
        ),
    )
    return Guard(Whole(inner, settings), settings, Counts(__version__, ""), tell)


def _tools(service: Service, pool: Pool) -> tuple[Callable[..., Any], ...]:
    async def read(text: str) -> dict[str, Any]:
        """Read any text (log, output, ticket, sentence): its facts as a document."""
        return await _run(pool, lambda: _data(service.read(text)))

    async def diagnose(given: str, format: Shown = "table", language: Language = "en") -> str:
        """The report on a facts document (JSON) or any text: ranked diagnoses, reasons, plan."""

        def work() -> str:
            found, said = service.given(given.encode())
            report = service.diagnose(found, language, said)
            return render(report, format, Layout(packs=service.settings.packs))

        return await _run(pool, work)

    async def next_question(
        answers: Answers = (),
        document: dict[str, Any] | None = None,
        language: Language = "en",
    ) -> dict[str, Any]:
        """Where a consultation stands: the next question, ranking, should_stop. Send back
        'answers' with one more."""
        return await _run(pool, lambda: _standing(service, answers, document, language))

    async def question_of(
        answers: Answers = (),
        document: dict[str, Any] | None = None,
        language: Language = "en",
    ) -> Elicit[Reply] | Reply:
        standing = await _run(pool, lambda: _asked(service, answers, document, language))
        question = standing.question
        return Elicit(_message(question), _form(question)) if question else Reply()

    async def ask_person(
        reply: Annotated[ElicitationResult[Reply], Resolve(question_of)],
        answers: Answers = (),
        document: dict[str, Any] | None = None,
        language: Language = "en",
    ) -> dict[str, Any]:
        """Put the next question to the person; the standing after the answer."""

        def work() -> dict[str, Any]:
            question = _asked(service, answers, document, language).question
            if question is None or not isinstance(reply, AcceptedElicitation):
                return _standing(service, answers, document, language)
            given = forms.Answer(question=question.id, answer=_answer(reply.data, question))
            return _standing(service, (*answers, given), document, language)

        return await _run(pool, work)

    async def explain(what: str, language: Language = "en") -> str:
        """What a diagnosis (id) or an error code means, and what to do."""
        return await _run(pool, lambda: service.explain(what, language).text)

    async def search(words: str, language: Language = "en") -> dict[str, Any]:
        """Known observations that some words may mean; answers for 'symptoms'."""
        return await _run(pool, lambda: _data(service.search(words[:500], None, language)))

    return read, diagnose, next_question, ask_person, explain, search


def _observing(look: Look, pool: Pool) -> Callable[..., Any]:
    async def observe() -> dict[str, Any]:
        """Look at the Campaign server on this host: its facts as a document. Changes nothing."""
        return await _run(pool, lambda: dict(plain(look())))

    return observe


def _resources(server: Any, service: Service) -> None:
    base = service.expert.base

    def card(name: str) -> str:
        """One diagnosis as a page."""
        return service.explain(name, "en").text

    def cards() -> str:
        """The ids of all diagnoses."""
        return "\n".join(base.cards)

    def facts() -> str:
        """The JSON Schema of a facts document."""
        return service.schema("facts") or ""

    def report() -> str:
        """The JSON Schema of a report."""
        return service.schema("report") or ""

    for uri, read in (
        ("ccexpert://cards", cards),
        ("ccexpert://cards/{name}", card),
        ("ccexpert://schema/facts", facts),
        ("ccexpert://schema/report", report),
    ):
        media = "application/json" if "schema" in uri else "text/markdown"
        server.resource(uri, mime_type=media)(read)


def _troubleshoot(known: str = "nothing yet") -> str:
    return _PROMPT.format(known=known)


async def _run(pool: Pool, work: Callable[[], Result]) -> Result:
    """The result of some work; what cannot be used is told in one sentence."""
    try:
        return await pool.run(work)
    except CcexpertError as error:
        raise ToolError(str(error)) from None


def _data(form: Any) -> dict[str, Any]:
    found: dict[str, Any] = to_jsonable_python(form)
    return found


def _asked(
    service: Service, answers: Answers, document: dict[str, Any] | None, language: Language
) -> forms.Standing:
    known = document_of(document, REQUEST).content if document else None
    asked = forms.Consult(answers=answers, document=known, language=language)
    return standing_of(service.consultation(asked))


def _standing(*asked: Any) -> dict[str, Any]:
    return _data(_asked(*asked))


# --- questions to the person ---


def _message(question: forms.Asked) -> str:
    command = f" ({' '.join(question.command)})" if question.command else ""
    return f"{question.text}{command}"


def _form(question: forms.Asked) -> type[Reply]:
    """The form of a question: one choice, a choice for each thing of a list, or a text."""
    if question.kind == "list":
        states = tuple(s.value for s in question.states) or ("true",)
        options: Any = Literal[(_FINE, *states, UNKNOWN)]
        fields: dict[str, Any] = {
            f"item_{number}": (options, Field(_FINE, title=choice.label))
            for number, choice in enumerate(question.choices)
        }
        return create_model("Reply", __base__=Reply, **fields)
    values = tuple(choice.value for choice in question.choices)
    kind: Any = Literal[(*values, UNKNOWN)] if values else str
    about = "; ".join(f"{c.value}: {c.label}" for c in question.choices)
    return create_model("Reply", __base__=Reply, answer=(kind, Field(description=about)))


def _answer(reply: Reply, question: forms.Asked) -> str | tuple[str, ...]:
    """The answer in a filled-in form."""
    if question.kind != "list":
        return getattr(reply, "answer", "") or UNKNOWN
    said = (getattr(reply, f"item_{n}", _FINE) for n in range(len(question.choices)))
    pairs = [(c.value, one) for c, one in zip(question.choices, said, strict=True)]
    wrong = tuple(
        f"{name}?" if one == UNKNOWN else f"{name}={one}" for name, one in pairs if one != _FINE
    )
    return wrong or "none"
