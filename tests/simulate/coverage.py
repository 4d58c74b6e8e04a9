"""What the runs reached, and what never happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from tabulate import tabulate

from ccexpert.engine.reasoner import evidence_rule
from tests.simulate.kinds import KINDS
from tests.simulate.play import expert
from tests.simulate.shown import RENDERERS


def possible() -> dict[str, set[str]]:
    """Everything that could happen, by sort."""
    cards = expert().base.cards.values()
    return {
        "fault": set(KINDS),
        "piece": {*RENDERERS, "told"},
        "diagnosis": {card.id for card in cards},
        "evidence": {evidence_rule(c.id, n) for c in cards for n in range(len(c.evidence))},
        "action": {f"{card.id} {action.kind}" for card in cards for action in card.actions},
        "status": {"ok", "findings", "undetermined"},
        "question": {"symptoms", "instance", "fact", "list"},
    }


def table(reached: Counter[str], *, everything: bool = False) -> str:
    """How much of each sort happened; ``everything`` also lists what never did."""
    rows, never = [], []
    for sort, names in possible().items():
        missed = sorted(name for name in names if not reached[f"{sort} {name}"])
        rows.append((sort, len(names) - len(missed), len(names), _some(missed)))
        never += [f"never: {sort} {name}" for name in missed]
    shown = tabulate(rows, headers=("sort", "reached", "of", "never, for example"))
    return "\n".join((shown, *(never if everything else ())))


def _some(names: Iterable[str]) -> str:
    first, *more = [*names][:3] or [""]
    return ", ".join((first, *more))
