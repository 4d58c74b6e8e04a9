"""Where things are on a host: plain data from the command line for ``observe``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Whereabouts:
    """Where to look on a host; None means *as installed*."""

    instance: str | None = None
    """The only instance to look at."""
    url: str | None = None
    """Base URL of the server; default: this host."""
    var: Path | None = None
    """The folder of logs and data."""
    conf: Path | None = None
    """The folder of configuration files."""
    smtp: str | None = None
    """``host:port`` of the SMTP server to check; default: the configured relay."""
    pop3: str | None = None
    """``host:port`` of the bounce mailbox."""

    def given(self) -> tuple[str, ...]:
        """The names of the fields that were given."""
        return tuple(name for name, value in vars(self).items() if value is not None)
