"""The addresses of the page: the page itself, its report as a file, its style and script."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from importlib.resources import files
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ccexpert.display import as_json
from ccexpert.errors import CcexpertError
from ccexpert.observe.observer import plain
from ccexpert.report import render
from ccexpert.report.interface import Layout
from ccexpert.serve.body import body_of
from ccexpert.serve.formats import MEDIA
from ccexpert.serve.page.state import State, Turn, form_of, turn
from ccexpert.serve.page.view import page, problem_page
from ccexpert.serve.problems import fault_of, headers_of, problem_of
from ccexpert.serve.service import Service
from ccexpert.serve.work import Pool
from ccexpert.words import Language

#: Only our own style and script, and forms that go nowhere else.
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

#: The files of the page, each with its package and media type.
_FILES = {
    "page.css": ("ccexpert.serve.page", "text/css"),
    "page.js": ("ccexpert.serve.page", "text/javascript"),
    "report.css": ("ccexpert.report", "text/css"),
    "report.js": ("ccexpert.report", "text/javascript"),
}

_ENDING = {"markdown": "md", "table": "txt"}

Handler = Callable[[Request], Awaitable[Response]]
Tell = Callable[[Mapping[str, Any]], None]


def routes(service: Service, pool: Pool, tell: Tell) -> list[Route]:
    """All of them; ``tell`` receives what is written down about a fault."""
    return [
        Route("/", _shown(service, pool, tell, "/", _page), methods=["GET", "POST"]),
        Route("/report", _shown(service, pool, tell, "/report", _file), methods=["POST"]),
        Route("/page/{name}", _asset),
    ]


def _shown(
    service: Service, pool: Pool, tell: Tell, path: str, show: Callable[[Turn, str], Response]
) -> Handler:
    async def answer(request: Request) -> Response:
        request.scope["route_path"] = path
        settings, body = service.settings, b""
        spoken = request.headers.get("accept-language", "").casefold()
        language: Language = "sv" if spoken.startswith("sv") else "en"
        try:
            if request.method == "POST":
                body = await body_of(request, settings.body_limit, settings.body_seconds)
            name = request.query_params.get("format", "html")
            return await pool.run(partial(_done, body, service, language, show, name))
        except Exception as error:
            if not isinstance(error, CcexpertError):
                tell(fault_of(error))
            problem = problem_of(error)
            text = problem_page(problem.detail, State(language=language))
            return _html(text, problem.status, headers_of(error))

    return answer


def _done(
    body: bytes,
    service: Service,
    language: Language,
    show: Callable[[Turn, str], Response],
    name: str,
) -> Response:
    return show(turn(form_of(body), service, language), name)


def _page(made: Turn, _name: str) -> Response:
    return _html(page(made))


def _file(made: Turn, name: str) -> Response:
    """The facts or the report as a file."""
    if name == "facts":
        text, media, file = as_json(plain(made.session.document())), MEDIA["json"], "facts.json"
    else:
        name = name if name in MEDIA else "html"
        text, media = render(made.session.report(), name, Layout()), MEDIA[name]
        file = f"report.{_ENDING.get(name, name)}"
    headers = {"content-disposition": f'attachment; filename="{file}"'}
    return Response(text, media_type=media, headers=headers)


def _html(text: str, status: int = 200, more: Mapping[str, str] | None = None) -> Response:
    # without a referrer the forms of the page would not say where they come from
    headers = {"content-security-policy": _POLICY, "referrer-policy": "same-origin"}
    return Response(text, status, headers | dict(more or {}), "text/html")


async def _asset(request: Request) -> Response:
    request.scope["route_path"] = "/page/{name}"
    name = request.path_params["name"]
    if name not in _FILES:
        return Response(status_code=404)
    package, media = _FILES[name]
    text = (files(package) / "templates" / name).read_text(encoding="utf-8")
    return Response(text, media_type=media, headers={"cache-control": "max-age=3600"})
