"""The default place of session files: a folder in the user's state directory."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from uuid import uuid4

from platformdirs import user_state_path

from ccexpert.errors import MissingInputError, Place


def new_session() -> Path:
    """A new file name for a session that begins now."""
    return _folder() / f"{datetime.now():%Y%m%d-%H%M%S}-{uuid4().hex[:6]}.jsonl"


def latest() -> Path:
    """The session used last; files without any content are ignored."""
    begun = (path for path in _folder().glob("*.jsonl") if path.stat().st_size)
    found = max(begun, key=lambda path: (path.stat().st_mtime_ns, path.name), default=None)
    if found is None:
        raise MissingInputError("there is no session to resume", Place(str(_folder())))
    return found


def _folder() -> Path:
    return user_state_path("ccexpert") / "sessions"
