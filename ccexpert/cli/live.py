"""Facts of the host that a command runs on, for commands that do more with them than print them.

Options that say where things are come in, a function that looks goes out. As in ``observe``,
logins, addresses and secrets are taken out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from ccexpert.facts import FactsDocument
    from ccexpert.observe.interface import Host
    from ccexpert.reading import Source


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
    if where.given() and not observe:
        raise typer.BadParameter(
            "says where to look and needs --observe", param_hint=where.given()[0]
        )


def observer(where: Where, packs: tuple[Path, ...]) -> Callable[[], FactsDocument]:
    """A function that looks at this host and gives its facts document."""
    from ccexpert.knowledge.base import load_vocabulary, roots
    from ccexpert.observe.observer import observe

    return partial(observe, where.host(), load_vocabulary(roots(packs)))


def sourced(observed: FactsDocument) -> tuple[FactsDocument, Source]:
    """The document with its text, for error messages."""
    import json

    from ccexpert.observe.observer import plain
    from ccexpert.reading import Source

    return observed, Source("this host", json.dumps(plain(observed), indent=1))
