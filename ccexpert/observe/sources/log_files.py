"""The log files of a host: where they are, what their names say, and which may not be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ccexpert.facts import INSTANCE_PATTERN, NotObserved
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.observe.interface import Host, is_closed

CRASHES = ("core.*", "*/core.*", "*.mdmp", "*/*.mdmp")
LOGS = ("*/log/*.log", "*/postupgrade/*.log")

#: The folders of instances, and those in them that hold what is read.
_FOLDERS = ("*", "*/log", "*/postupgrade", "*/redir", "*/redir/log")

#: Logs beside ``var``, by folders of instances.
BESIDE = "log/*/*.log"

_LOG = re.compile(
    r"(?:var/(?P<instance>[^/]+)/log|log/(?P<beside>[^/]+))/(?P<stem>[^/]+?)(?P<former>_2)?\.log"
)
_UPGRADE_LOG = re.compile(r"var/(?P<instance>[^/]+)/postupgrade/[^/]+\.log")


@dataclass(frozen=True)
class LogFile:
    """One log file."""

    name: str
    instance: str
    module: str | None
    """None for a module outside the vocabulary."""
    modified: float
    """Seconds since 1970-01-01 UTC."""


def log_file(name: str, modified: float, vocabulary: Vocabulary) -> LogFile | None:
    """The log file with this name; None if it is not the name of a log file."""
    if found := _UPGRADE_LOG.fullmatch(name):
        return _checked(LogFile(name, found["instance"], "upgrade", modified))
    found = _LOG.fullmatch(name)
    if found is None:
        return None
    stem = found["stem"].casefold().removesuffix("_debug")
    module = next((e.name for e in vocabulary.modules if e.name.casefold() == stem), None)
    if stem.split(".")[0] == "logins":
        module = "session"
    return _checked(LogFile(name, found["instance"] or found["beside"], module, modified))


def _checked(file: LogFile) -> LogFile | None:
    return file if re.fullmatch(INSTANCE_PATTERN, file.instance) else None


def is_log(name: str) -> bool:
    """Whether a file is a log of a module or of an upgrade."""
    return bool(_LOG.fullmatch(name) or _UPGRADE_LOG.fullmatch(name))


def leads_elsewhere(path: Path) -> bool:
    """Whether a file is a link out of its folder, which root would follow anywhere."""
    return path.is_symlink() and path.resolve().parent != path.parent.resolve()


def paths(host: Host) -> Iterator[Path]:
    """The informative files below var; of tracking data only the newest."""
    for glob in (*LOGS, *CRASHES):
        yield from sorted(host.var.glob(glob))
    yield from sorted(host.var.parent.glob(BESIDE))
    for folder in sorted(host.var.glob("*/redir/log")):
        data = [p for p in folder.glob("*") if p.is_file()]
        yield from sorted(data, key=lambda p: p.stat().st_mtime)[-1:]


def closed_folders(host: Host) -> Iterator[NotObserved]:
    """The folders of instances and of logs that this account may not read."""
    below = (folder for glob in _FOLDERS for folder in sorted(host.var.glob(glob)))
    for folder in (*below, host.var.parent / "log"):
        if is_closed(folder):
            reason = f"{folder} may not be read by this account"
            yield NotObserved(source="logs", reason=reason)
