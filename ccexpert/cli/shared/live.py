"""Options and functions for commands that observe the host they run on.

Options that say where things are become one value, from which a function that observes is made.
As in ``observe``, logins, addresses and secrets are removed.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Sequence
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ccexpert.cli.shared.settings import is_url, setting
from ccexpert.facts import INSTANCE_PATTERN
from ccexpert.whereabouts import Whereabouts

if TYPE_CHECKING:
    from ccexpert.facts import FactsDocument


def _instance(name: str | None) -> str | None:
    if name is not None and not re.fullmatch(INSTANCE_PATTERN, name):
        raise typer.BadParameter(f"'{name}' is not a valid instance name")
    return name


def _base(url: str | None) -> str | None:
    if url is not None and not is_url(url):
        raise typer.BadParameter(
            f"'{url}' is not a URL; write it like https://campaign.example.com"
        )
    return url


InstanceOption = Annotated[
    str | None,
    typer.Option("--instance", callback=_instance, help="Only this instance; default: all."),
]
_OPTIONS: dict[str, Any] = {
    "instance": InstanceOption,
    "url": Annotated[
        str | None,
        typer.Option(
            "--url",
            callback=_base,
            help="Base URL of the server, such as https://campaign.example.com; default: "
            "http://localhost. The session token for ping.jsp comes from CCEXPERT_SESSION_TOKEN.",
        ),
    ],
    "var": Annotated[
        Path | None, typer.Option("--var", help="Folder of logs and data; default: as installed.")
    ],
    "conf": Annotated[
        Path | None, typer.Option("--conf", help="Folder of serverConf.xml; default: as installed.")
    ],
    "smtp": Annotated[
        str | None,
        typer.Option(
            "--smtp", help="SMTP server (host:port) to check; default: the configured relay."
        ),
    ],
    "pop3": Annotated[
        str | None,
        typer.Option(
            "--pop3",
            help="Server (host:port) of the bounce mailbox. If CCEXPERT_POP3_LOGIN and "
            "CCEXPERT_POP3_PASSWORD are set, it also logs in.",
        ),
    ],
}


def looks_here(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that say where things are, combined into ``where``."""
    parameters = dict(inspect.signature(command, eval_str=True).parameters)

    @wraps(command)
    def called(**given: Any) -> None:
        where = Whereabouts(**{name: given.pop(name) for name in _OPTIONS})
        command(**given, where=where)

    both = inspect.Parameter.POSITIONAL_OR_KEYWORD
    options = [
        inspect.Parameter(name, both, default=None, annotation=option)
        for name, option in _OPTIONS.items()
    ]
    place = list(parameters).index("where")
    before, after = list(parameters.values())[:place], list(parameters.values())[place + 1 :]
    shown = inspect.Signature([*before, *options, *after])
    called.__signature__ = shown  # type: ignore[attr-defined]
    called.__annotations__ = {p.name: p.annotation for p in shown.parameters.values()}
    return called


def require_facts(files: Sequence[str] | None, observe: bool) -> None:
    """Raise a usage error if there are no facts to reason with."""
    if not (files or observe):
        raise typer.BadParameter(
            "name a file, - for stdin, or --observe to look at this host", param_hint="FILE…|-"
        )


def refuse_idle(where: Whereabouts, observe: bool) -> None:
    """Raise a usage error if an option would have no effect."""
    if not observe:
        refuse_places(where, "needs --observe")


def refuse_places(where: Whereabouts, why: str) -> None:
    """Raise a usage error if any option says where things are on this host."""
    if where.given():
        raise typer.BadParameter(why, param_hint=f"--{where.given()[0]}")


def settled(where: Whereabouts) -> Whereabouts:
    """``where``, completed by the settings."""
    given = {name: getattr(where, name) or setting(name) for name in vars(where)}
    return Whereabouts(**given)


def observer(where: Whereabouts, packs: tuple[Path, ...]) -> Callable[[], FactsDocument]:
    """A function that observes this host and returns its facts document."""
    from ccexpert.knowledge.packs import open_once
    from ccexpert.observe.host import this_host
    from ccexpert.observe.observer import observe

    return partial(observe, this_host(settled(where)), open_once(packs).vocabulary)
