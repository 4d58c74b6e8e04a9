"""The plain data of knowledge files, parsed from YAML once and kept as JSON.

The cache is named after a hash of everything that was read, so it can never be stale; it holds
JSON, which is validated like the YAML it came from, so it can never be unsafe. Without a place to
write, nothing is kept.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ccexpert.errors import KnowledgeError
from ccexpert.reading import Source, parse_yaml, read_source

#: Part of the name of every cache file; changed when parsing changes.
_FORM = "1"

_KEPT = 8


@dataclass(frozen=True)
class Stored:
    """The text of knowledge files, their plain data, and a fingerprint of it all."""

    sources: Mapping[Path, Source]
    data: Mapping[Path, Any]
    digest: str
    cache: Path | None
    """Where the data may be kept once it has been checked; None when it is kept already."""

    def keep(self) -> None:
        """Keep the data for later runs, which will take it for checked."""
        if self.cache is not None:
            _keep(self.cache, list(self.data.values()))


NOTHING_STORED = Stored({}, {}, "", None)


def stored(paths: Sequence[Path]) -> Stored:
    """Read knowledge files; parse them, or take what an earlier run has parsed."""
    sources = {path: read_source(path, KnowledgeError) for path in paths}
    hashed = hashlib.sha256(_FORM.encode())
    for source in sources.values():
        hashed.update(source.text.encode() + b"\0")
    digest = hashed.hexdigest()
    cache = _folder() / f"knowledge-{digest[:32]}.json"
    data = _from_cache(cache, len(paths))
    kept = data is not None
    if data is None:
        data = [parse_yaml(source, KnowledgeError) for source in sources.values()]
    return Stored(
        sources, dict(zip(paths, data, strict=True)), digest[:16], None if kept else cache
    )


def _folder() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("ccexpert")


def _from_cache(cache: Path, expected: int) -> list[Any] | None:
    try:
        data = json.loads(cache.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return data if isinstance(data, list) and len(data) == expected else None


def _keep(cache: Path, data: list[Any]) -> None:
    """Write the cache beside its place and rename it; drop the oldest beyond a few."""
    with contextlib.suppress(OSError, TypeError, ValueError):
        cache.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(data)
        if json.loads(text) != data:  # keys that JSON would change, such as numbers
            return
        handle, beside = tempfile.mkstemp(dir=cache.parent, suffix=".tmp")
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        Path(beside).replace(cache)
        old = sorted(cache.parent.glob("knowledge-*.json"), key=lambda p: p.stat().st_mtime)
        for path in old[:-_KEPT]:
            path.unlink()
