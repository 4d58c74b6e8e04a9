"""What the tests of fleets share: documents as lines, from the examples of the cards."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

from ccexpert import Expert

PROCESS = {"kind": "process", "module": "stat", "instance": "prod", "state": "missing"}


@cache
def expert() -> Expert:
    return Expert().warm()


@cache
def situations() -> tuple[list[dict[str, Any]], ...]:
    """The facts of every example of every card."""
    cards = expert().base.cards.values()
    return tuple([dict(f) for f in example.facts] for card in cards for example in card.examples)


def line(host: str | None, facts: Iterable[dict[str, Any]], **more: Any) -> str:
    """One document, as programs write it."""
    about = {"schema_version": 1, **({"host": host} if host else {}), **more}
    return json.dumps({**about, "facts": list(facts)}, ensure_ascii=False)


def hosts_file(path: Path, number: int, every: int = 40) -> Path:
    """``number`` hosts in ``every`` situations, one a line; no two adjacent ones equal."""
    chosen = situations()[: 7 * every : 7]
    lines = (line(f"host-{i:05}", chosen[i % len(chosen)]) for i in range(number))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def small_files(folder: Path, number: int) -> Path:
    """``number`` hosts, each a file: 256 of them make a block, however small they are."""
    folder.mkdir()
    for i in range(number):
        (folder / f"{i:05}.jsonl").write_text(line(f"host-{i:05}", [PROCESS]), encoding="utf-8")
    return folder


def waits_for(condition: Callable[[], bool], seconds: float = 300) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def records(text: str) -> list[dict[str, Any]]:
    return [json.loads(record) for record in text.split("\n") if record]


def hosts(text: str) -> list[str]:
    return [record["host"] for record in records(text)]
