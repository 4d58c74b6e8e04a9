"""Turns the output of the server and its host into facts: live, from a capture, or given outputs.

Each way gives a facts document for ``Expert.diagnose``. A source that fails never stops the others:
the document lists what could not be read (``not_observed``), with the reason. Logins, mail and IP
addresses, secrets and keys are removed unless ``redact`` is False. Names of instances and hosts
that are unsafe in a command are refused with ``FactsError``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ccexpert.observe.registry import SOURCES, source
from ccexpert.whereabouts import Whereabouts

if TYPE_CHECKING:
    from ccexpert.facts import FactsDocument, Platform
    from ccexpert.observe.interface import Meter

__all__ = ["SOURCES", "captured", "live", "outputs", "source"]


def live(
    *,
    instance: str | None = None,
    url: str | None = None,
    var: Path | None = None,
    conf: Path | None = None,
    smtp: str | None = None,
    pop3: str | None = None,
    hours: float = 24,
    platform: Platform | None = None,
    redact: bool = True,
    rules: Iterable[Path | str] = (),
    progress: Meter | None = None,
) -> FactsDocument:
    """Observe this host now.

    ``instance``: the only instance to look at. ``url``: base URL of the server; default: this
    host. ``var``, ``conf``: its folders; default: as installed. ``smtp``, ``pop3``: servers
    (``host:port``) to check. ``hours``: how far back to search logs. ``rules``: site packs, for
    their vocabulary.
    """
    from ccexpert.knowledge.packs import vocabulary_with
    from ccexpert.observe.host import this_host
    from ccexpert.observe.observer import observe

    _refuse_unfit(instance)
    where = Whereabouts(instance, url, var, conf, smtp, pop3)
    host = this_host(where, platform)
    return observe(host, vocabulary_with(rules), hours=hours, redact=redact, progress=progress)


def captured(
    path: Path | str,
    *,
    instance: str | None = None,
    hours: float = 24,
    platform: Platform | None = None,
    redact: bool = True,
    rules: Iterable[Path | str] = (),
    progress: Meter | None = None,
) -> FactsDocument:
    """Read a capture: a folder or an archive that ``ccexpert observe capture`` wrote.

    Raises ``MissingInputError`` when there is none, and ``CaptureError`` when it is not a capture.
    """
    from ccexpert.knowledge.packs import vocabulary_with
    from ccexpert.observe.capture import opened
    from ccexpert.observe.interface import Circumstances, Silence
    from ccexpert.observe.observer import conclude, document

    _refuse_unfit(instance)
    with opened(Path(path), platform) as capture:
        origin = capture.origin
        seen = conclude(
            capture.taken,
            Circumstances(
                vocabulary=vocabulary_with(rules),
                now=origin.at,
                platform=origin.platform,
                instance=instance,
                hours=hours,
                progress=progress or Silence(),
            ),
        )
    return document(seen, origin, redact=redact, redacted=capture.redacted is True)


def outputs(
    texts: Mapping[str, str | bytes],
    *,
    host: str | None = None,
    platform: Platform = "linux",
    at: datetime | None = None,
    redact: bool = True,
    rules: Iterable[Path | str] = (),
) -> FactsDocument:
    """Read given outputs, by their names in a capture: ``pdump.txt``,
    ``monitor-missing.txt``, ``monitor.xml``, ``conf/serverConf.xml``, ``var/prod/log/mta.log`` …

    ``at``: when they were taken, else now.
    """
    from ccexpert.knowledge.packs import vocabulary_with
    from ccexpert.observe.interface import Circumstances, Output, Taken
    from ccexpert.observe.observer import Origin, conclude, document

    _refuse_unfit(host)
    origin = Origin(host, platform, at or datetime.now(UTC).replace(microsecond=0))
    taken = Taken(
        {
            name: Output.of(text.encode() if isinstance(text, str) else text)
            for name, text in texts.items()
        }
    )
    seen = conclude(taken, Circumstances(vocabulary_with(rules), origin.at, platform))
    return document(seen, origin, redact=redact)


def _refuse_unfit(name: str | None) -> None:
    from ccexpert.errors import FactsError
    from ccexpert.facts import HOST_PATTERN

    if name is not None and not re.fullmatch(HOST_PATTERN, name):
        raise FactsError(f"{name!r} is no name of an instance or a host")
