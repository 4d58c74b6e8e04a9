"""Facts of the host that a command runs on, for commands that do more with them than print them.

Options that say where things are come in, a function that looks goes out. As in ``observe``,
logins, addresses and secrets are taken out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ccexpert.facts import FactsDocument
    from ccexpert.observe.interface import Host
    from ccexpert.reading import Source


def _instance(name: str | None) -> str | None:
    from ccexpert.facts import INSTANCE_PATTERN

    if name is not None and not re.fullmatch(INSTANCE_PATTERN, name):
        raise typer.BadParameter(f"'{name}' is no name of an instance")
    return name


def _base(url: str | None) -> str | None:
    from urllib.parse import urlsplit

    try:
        good = url is None or (urlsplit(url).scheme in ("http", "https") and urlsplit(url).hostname)
    except ValueError:
        good = False
    if not good:
        raise typer.BadParameter(f"'{url}' is no address such as https://campaign.example.com")
    return url


InstanceOption = Annotated[
    str | None,
    typer.Option(
        "--instance", callback=_instance, help="Look at this instance only; default: all."
    ),
]
UrlOption = Annotated[
    str | None,
    typer.Option(
        "--url",
        callback=_base,
        help="Base of the pages to ask for, such as https://campaign.example.com; default: "
        "http://localhost. A session token for ping.jsp is taken from CCEXPERT_SESSION_TOKEN.",
    ),
]
VarOption = Annotated[
    Path | None, typer.Option("--var", help="Folder of logs and data; default: as installed.")
]
ConfOption = Annotated[
    Path | None, typer.Option("--conf", help="Folder of serverConf.xml; default: as installed.")
]
SmtpOption = Annotated[
    str | None,
    typer.Option("--smtp", help="SMTP server (host:port) to reach; default: the configured relay."),
]
Pop3Option = Annotated[
    str | None,
    typer.Option(
        "--pop3",
        help="Server (host:port) of the bounce mailbox. It is logged on to with "
        "CCEXPERT_POP3_LOGIN and CCEXPERT_POP3_PASSWORD, when they are set.",
    ),
]


@dataclass(frozen=True)
class Where:
    """Where things are on this host, as far as the command line says."""

    instance: str | None = None
    url: str | None = None
    var: Path | None = None
    conf: Path | None = None
    smtp: str | None = None
    pop3: str | None = None

    def given(self) -> tuple[str, ...]:
        """The names of the options that were used."""
        return tuple(f"--{name}" for name, value in vars(self).items() if value is not None)

    def host(self) -> Host:
        """This host."""
        from ccexpert.observe.host import this_host

        return this_host(
            var=self.var,
            conf=self.conf,
            instance=self.instance,
            url=self.url,
            smtp=self.smtp,
            pop3=self.pop3,
        )


def require_facts(files: Sequence[str] | None, observe: bool) -> None:
    """A usage error when there is nothing to reason with."""
    if not (files or observe):
        raise typer.BadParameter(
            "name a facts document, or observe this host with --observe", param_hint="FILE…|-"
        )


def refuse_idle(where: Where, observe: bool) -> None:
    """A usage error when an option would do nothing."""
    if not observe:
        refuse_places(where, "says where to look and needs --observe")


def refuse_places(where: Where, why: str) -> None:
    """A usage error when the command line says where things are on this host."""
    if where.given():
        raise typer.BadParameter(why, param_hint=where.given()[0])


def observer(where: Where, packs: tuple[Path, ...]) -> Callable[[], FactsDocument]:
    """A function that looks at this host and gives its facts document."""
    from ccexpert.knowledge.packs import load_vocabulary, roots
    from ccexpert.observe.observer import observe

    return partial(observe, where.host(), load_vocabulary(roots(packs)))


def sourced(observed: FactsDocument) -> tuple[FactsDocument, Source]:
    """The document with its text, for error messages."""
    import json

    from ccexpert.observe.observer import plain
    from ccexpert.reading import Source

    return observed, Source("this host", json.dumps(plain(observed), indent=1))
