"""Captures: the outputs of a host in one ``.tar.gz`` or folder, to be examined elsewhere.

A capture holds the outputs without logins, addresses and secrets; of a log only the requested
hours, and never the log of logons. Reading it gives the same outputs. An archive is untrusted:
names that lead outside are refused, links and devices are skipped, and its size is limited.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, cast

from ccexpert.errors import CaptureError, MissingInputError, Place
from ccexpert.facts import HOST_PATTERN, NotObserved, Platform
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.observe import archive
from ccexpert.observe.interface import Output, Seen, Taken
from ccexpert.observe.observer import Origin
from ccexpert.observe.redaction.redactor import Redactor
from ccexpert.observe.registry import parsers
from ccexpert.observe.sources.log_files import log_file
from ccexpert.observe.sources.logscan import BLOCK, since_then, window_start
from ccexpert.observe.text import decode, line_text, utf8
from ccexpert.reading import files_below
from ccexpert.writing import whole_file

#: Tells where and when a capture was taken, and whether it was redacted.
LABEL = "capture.json"

#: The most bytes of one log in a capture, counted from its end; syslogd rotates at 10 MB.
LOG_BYTES = 20 * 1024 * 1024

_FORM = 1

#: The most bytes of all outputs together, without the logs.
_OUTPUT_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True)
class Capture:
    """What a capture holds."""

    taken: Taken
    origin: Origin
    redacted: bool | None
    """None if unknown."""


def write(
    path: Path,
    taken: Taken,
    origin: Origin,
    vocabulary: Vocabulary,
    *,
    hours: float,
    redact: bool = True,
) -> tuple[NotObserved, ...]:
    """Write a capture, all or nothing, readable only by its owner; returns what it lacks.

    Raises ``CcexpertError`` when the file cannot be written.
    """
    with (
        whole_file(path, private=True) as stream,
        tarfile.open(fileobj=stream, mode="w:gz") as tar,
    ):
        return _fill(tar, taken, origin, vocabulary, hours, Redactor() if redact else None)


def _fill(
    tar: tarfile.TarFile,
    taken: Taken,
    origin: Origin,
    vocabulary: Vocabulary,
    hours: float,
    redactor: Redactor | None,
) -> tuple[NotObserved, ...]:
    left_out = []
    since = origin.at.timestamp() - hours * 3600
    for name, output in sorted(taken.outputs.items()):
        log = log_file(name, output.modified or 0.0, vocabulary)
        if log is None:
            _add(tar, name, _redacted(name, output.data(), redactor), output.modified)
        elif log.module == "session" and redactor:
            reason = f"{name} is left out of the capture: each of its lines names who logged on"
            left_out.append(NotObserved(source="logs", reason=reason))
        elif log.modified >= since:
            try:
                _add_log(tar, name, output, since, redactor)
            except OSError as error:
                reason = f"{name} cannot be read: {error.strerror or error}"
                left_out.append(NotObserved(source="logs", reason=reason))
    reasons = (*taken.not_observed, *left_out)
    if redactor:
        reasons = redactor.seen(Seen((), reasons)).not_observed
    label = {
        "form": _FORM,
        "host": origin.host,
        "platform": origin.platform,
        "observed_at": origin.at.isoformat(),
        "redacted": redactor is not None,
        "not_observed": [reason.model_dump() for reason in reasons],
    }
    _add(tar, LABEL, json.dumps(label, ensure_ascii=False, indent=1).encode(), None)
    return reasons


def _redacted(name: str, data: bytes, redactor: Redactor | None) -> bytes:
    """The data of a small output, in the form that its name says."""
    if redactor is None:
        return data
    text = decode(data)
    if name.endswith(".json"):
        return json.dumps(redactor.value(json.loads(text))).encode()
    return redactor.text(text, xml=name.endswith(".xml")).encode("utf-8", "replace")


def _add(tar: tarfile.TarFile, name: str, data: bytes, modified: float | None) -> None:
    _add_stream(tar, name, io.BytesIO(data), len(data), modified)


def _add_stream(
    tar: tarfile.TarFile, name: str, stream: BinaryIO, size: int, modified: float | None
) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    member.mtime = int(modified if modified is not None else datetime.now(UTC).timestamp())
    tar.addfile(member, stream)


def _add_log(
    tar: tarfile.TarFile, name: str, output: Output, since: float, redactor: Redactor | None
) -> None:
    """Add the lines of a log from ``since`` on, through a temporary file, since they may be
    many."""
    stamp = datetime.fromtimestamp(since, UTC).strftime("%Y-%m-%dT%H:%M:%S").encode()
    with output.open() as raw, tempfile.TemporaryFile() as kept:
        stream = utf8(raw)
        start = window_start(stream, stamp)
        if stream.seekable() and output.size - start > LOG_BYTES:
            stream.seek(output.size - LOG_BYTES)
            stream.readline(BLOCK)
        for lines in _redacted_lines(_recent(stream, stamp), redactor):
            kept.write(lines)
        size = kept.tell()
        kept.seek(0)
        _add_stream(tar, name, cast(BinaryIO, kept), size, output.modified)


def _recent(stream: BinaryIO, stamp: bytes) -> Iterator[bytes]:
    """Several whole lines at a time, from a moment on."""
    begun = False
    for lines in _lines(stream):
        recent = lines if begun else since_then(lines, stamp)
        begun = begun or bool(recent)
        yield recent


def _redacted_lines(lines: Iterable[bytes], redactor: Redactor | None) -> Iterable[bytes]:
    if redactor is None:
        return lines
    return (text.encode() for text in redactor.texts(map(line_text, lines)))


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """Several whole lines at a time; an endless line is cut."""
    rest = b""
    while data := stream.read(BLOCK):
        data = rest + data
        cut = data.rfind(b"\n") + 1 or len(data)
        rest = data[cut:]
        yield data[:cut]
    if rest:
        yield rest


@contextlib.contextmanager
def opened(path: Path, platform: Platform | None = None) -> Iterator[Capture]:
    """Open a capture for reading; an archive is unpacked into a temporary folder.

    Raises ``MissingInputError`` when there is none, and ``CaptureError`` when it is not a capture.
    """
    if path.is_dir():
        yield _read(path, (), platform)
        return
    if not path.is_file():
        raise MissingInputError(
            "there is no such folder or file", Place(str(path)), "check the path"
        )
    with tempfile.TemporaryDirectory(prefix="ccexpert-") as folder:
        left_out = _unpack(path, Path(folder))
        yield _read(Path(folder), left_out, platform, str(path))


def _unpack(path: Path, folder: Path) -> tuple[NotObserved, ...]:
    """Unpack only the plain files of an archive into ``folder``."""
    try:
        left_out = archive.unpack(path, folder)
    except archive.NotAnArchiveError as error:
        raise CaptureError(str(error), Place(str(path))) from None
    if not left_out:
        return ()
    reason = f"{left_out} links or devices of the archive were left out"
    return (NotObserved(source="capture", reason=reason),)


def _read(
    folder: Path, left_out: tuple[NotObserved, ...], platform: Platform | None, name: str = ""
) -> Capture:
    files_below(folder)  # refuses unreadable folders
    root = _root(folder)
    outputs = dict(_outputs(root))
    if not outputs:
        raise CaptureError(
            "it holds none of the outputs that a capture is made of",
            Place(name or str(folder)),
            advice="they are called pdump.txt, monitor-missing.txt, conf/*.xml, "
            "var/<instance>/log/*.log",
        )
    held = sum(o.size for name, o in outputs.items() if not name.startswith("var/"))
    if held > _OUTPUT_BYTES:
        raise CaptureError(
            f"its outputs have more than {_OUTPUT_BYTES // 1024**2} MiB beside the logs",
            Place(name or str(folder)),
        )
    label = _label(root)
    newest = max(o.modified or 0.0 for o in outputs.values())
    origin = Origin(
        host=_host(label.get("host")),
        platform=platform or ("windows" if label.get("platform") == "windows" else "linux"),
        at=_time(label.get("observed_at")) or datetime.fromtimestamp(newest, UTC),
    )
    redacted = label.get("redacted")
    return Capture(
        Taken(outputs, (*_reasons(label.get("not_observed")), *left_out)),
        origin,
        redacted if isinstance(redacted, bool) else None,
    )


def _root(folder: Path) -> Path:
    """The folder itself, or the only folder in it, because archives often contain one folder."""
    for _ in range(3):
        inside = list(folder.iterdir())
        if len(inside) != 1 or not inside[0].is_dir() or inside[0].name in ("conf", "http", "var"):
            break
        folder = inside[0]
    return folder


def _outputs(root: Path) -> Iterator[tuple[str, Output]]:
    """The files that some source knows; links that lead outside are ignored."""
    inside = root.resolve()
    for glob in sorted({glob for parser in parsers().values() for glob in parser.FILES}):
        for path in sorted(root.glob(glob)):
            if path.is_file() and path.resolve().is_relative_to(inside):
                yield str(PurePosixPath(*path.relative_to(root).parts)), Output.file(path)


def _label(root: Path) -> dict[str, Any]:
    try:
        data = json.loads(decode(Output.file(root / LABEL).data()))
    except (OSError, ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def _host(value: Any) -> str | None:
    return value if isinstance(value, str) and re.fullmatch(HOST_PATTERN, value) else None


def _time(value: Any) -> datetime | None:
    try:
        at = datetime.fromisoformat(value)
        return at if at.tzinfo else at.replace(tzinfo=UTC)
    except (TypeError, ValueError):
        return None


def _reasons(value: Any) -> Iterator[NotObserved]:
    for item in value if isinstance(value, list) else ():
        with contextlib.suppress(ValueError):
            yield NotObserved.model_validate(item)
