"""The record of what was done to a server: one JSON line per event, appended and synced at once.

It also holds everything needed to resume after an interruption: the reported facts, the steps
taken and the modules changed.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from platformdirs import user_state_path

from ccexpert.act.gate import started
from ccexpert.act.interface import Event, Unfinished
from ccexpert.diagnosis import Action
from ccexpert.display import printable
from ccexpert.errors import CANNOT_CREATE, CcexpertError, MissingInputError, Place
from ccexpert.facts.document import read_document
from ccexpert.jsonlog import JsonLog
from ccexpert.reading import Source
from ccexpert.report.pieces import address
from ccexpert.writing import locked

#: The record keeps this many characters of a command's output.
OUTPUT_LIMIT = 4000


def audit_file() -> Path:
    """The default file of the record, in the user's state directory."""
    return user_state_path("ccexpert", False) / "act.jsonl"


class Audit:
    """The record in one file. Raises ``CcexpertError`` if it cannot be written, because nothing may
    be done to a server without a trace."""

    def __init__(
        self,
        path: Path,
        *,
        user: str,
        host: str | None,
    ) -> None:
        self.path = path
        self._log = JsonLog(path)
        self._who = {"user": user, "host": host, "walk": uuid.uuid4().hex}

    @contextmanager
    def held(self) -> Iterator[None]:
        """Lock the record for one walk: two walks would run every step twice."""
        busy = CcexpertError(
            "another walk is in progress",
            Place(str(self.path)),
            advice="wait until it has ended",
            exit_code=CANNOT_CREATE,
        )
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = locked(self.path, busy)
        except OSError as error:
            raise self._cannot_be_written(error) from None
        try:
            yield
        finally:
            lock.release()

    def write(self, event: Event) -> None:
        """Append one event and wait until it is on the disk."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._log.append({"time": now, **self._who, **self._entry(event)})
        except OSError as error:
            raise self._cannot_be_written(error) from None

    def _cannot_be_written(self, error: OSError) -> CcexpertError:
        return CcexpertError(
            f"the audit log cannot be written: {error.strerror}",
            Place(str(self.path)),
            advice="name another file with --audit",
            exit_code=CANNOT_CREATE,
        )

    def _entry(self, event: Event) -> dict[str, Any]:
        """What the line says of an event, without what does not apply to it."""
        entry: dict[str, Any] = {"event": event.what}
        if event.step:
            entry |= _step(event.step)
        if event.what == "ran":
            entry |= {"exit_code": event.code}
            entry |= {"output": printable(event.output[:OUTPUT_LIMIT])}
        if event.what in ("begun", "seen", "no-longer", "ended"):
            entry["findings"] = [
                {"id": d.id, "where": address(d), "certainty": d.certainty} for d in event.findings
            ]
        if event.what == "seen":
            entry["verified"] = event.verified
        if event.told is not None:
            entry["told"] = event.told.model_dump(mode="json", exclude_none=True)
        optional = {"why": event.why, "fact": event.fact, "ending": event.ending}
        return entry | {name: value for name, value in optional.items() if value}

    def unfinished(self) -> Unfinished:
        """The last walk in this file, to be continued; ``MissingInputError`` if it has ended or
        there is none."""
        entries = list(self._entries())
        last = entries[-1]["walk"] if entries else None
        mine = [entry for entry in entries if entry["walk"] == last]
        told = next((e["told"] for e in reversed(mine) if e["event"] == "begun"), None)
        if told is None or mine[-1]["event"] == "ended":
            raise MissingInputError("there is no interrupted walk to resume", Place(str(self.path)))
        self._who["walk"] = str(last)
        source = Source(str(self.path), json.dumps(told))
        steps = [(e["event"], e["step"]) for e in mine if "step" in e]
        # a step that was shown but not answered, or interrupted while running, is shown again
        answered = [step for event, step in steps if event in ("left", "ran", "seen")]
        started_before = (step["starts"] for event, step in steps if event == "running")
        return Unfinished(
            walk=str(last),
            told=read_document(source).content,
            done=frozenset(tuple(step["key"]) for step in answered),
            touched=frozenset(module for module in started_before if module),
        )

    def _entries(self) -> Iterator[dict[str, Any]]:
        """The entries of all walks; invalid lines are skipped."""
        try:
            lines = self._log.lines().whole
        except FileNotFoundError:
            return
        except OSError as error:
            raise MissingInputError(
                f"cannot be read: {error.strerror}", Place(str(self.path))
            ) from None
        for line in lines:
            try:
                entry = json.loads(line)
            except ValueError:
                continue
            if isinstance(entry, dict) and {"walk", "event"} <= entry.keys():
                yield entry


def _step(step: Action) -> dict[str, Any]:
    return {
        "step": {
            "kind": step.kind,
            "target": step.target,
            "text": step.text,
            "risk": step.risk,
            "for": [step.diagnosis, *step.also_for],
            "starts": started(step),
            "key": list(step.key),
        },
        "command": list(step.command) if step.command else None,
    }
