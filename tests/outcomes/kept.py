"""The kept texts: below ``kept/`` one file for each folder of ``rules/``, in it a part a card."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from ccexpert import Expert
from tests.outcomes.cases import Case, cases
from tests.outcomes.outcome import outcome

FOLDER = Path(__file__).parent / "kept"


def told(expert: Expert, card: str) -> str:
    """What the program says of a card now, case by case."""
    lines = [f"# {card}"]
    for case in cases(expert, expert.base.card(card)):
        lines += [f"- {case.name}", *(f"    {line}" for line in found(expert, card, case))]
    return "\n".join(lines) + "\n"


def found(expert: Expert, card: str, case: Case) -> Iterator[str]:
    """What the program says of a card in a case."""
    report = expert.diagnose({"platform": case.platform, "facts": list(case.facts)})
    return outcome(card, report, steps=case.steps)


def kept() -> dict[str, str]:
    """What was kept of each card."""
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.txt")))
    parts = re.split(r"^(?=# )", text, flags=re.MULTILINE)
    return {part.partition("\n")[0][2:]: part for part in parts if part}


def keep(expert: Expert, texts: Mapping[str, str]) -> None:
    """Write the texts of all cards."""
    folders: dict[str, list[str]] = defaultdict(list)
    for card in sorted(texts):
        folders[expert.base.sources[card].parent.name].append(texts[card])
    FOLDER.mkdir(exist_ok=True)
    for path in FOLDER.glob("*.txt"):
        path.unlink()
    for name, parts in folders.items():
        (FOLDER / f"{name}.txt").write_text("".join(parts), encoding="utf-8")


def changed(expert: Expert, cards: Iterable[str], part: int = 0, parts: int = 1) -> list[str]:
    """The cards of which something else is said than was kept, in one part of all."""
    before, wanted = kept(), set(cards)
    named = sorted(before.keys() | wanted)[part::parts]
    return [c for c in named if c not in wanted or before.get(c) != told(expert, c)]
