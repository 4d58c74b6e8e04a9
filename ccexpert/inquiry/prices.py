"""Computes what a question tells and what it costs.

The value of a question is the mutual information between diagnosis and answer, in bits, divided by
the minutes the answer costs, as in decision-theoretic troubleshooting (Heckerman, Breese and
Rommelse, *Decision-Theoretic Troubleshooting*, 1995). Questions of one kind are asked as a list,
such as which processes do not run. A list costs each look it needs once (one process list answers
for all processes, one log for all messages), a little reading for every further item of a look,
and the prompt itself.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence

from ccexpert.facts import KINDS
from ccexpert.facts.entries import Entry
from ccexpert.inquiry.policy import Candidate, Offer
from ccexpert.inquiry.signs import Chances
from ccexpert.inquiry.things import Thing

#: The longest list: its items, and its minutes of looking and reading together.
_LONGEST = 9
_LONGEST_MINUTES = 10.0

#: Minutes for each further item of a look, and for the prompt itself.
_READING = 0.25
_PROMPT = 0.5


def information(usual: Chances, speaking: Sequence[tuple[float, Chances]]) -> float:
    """The mutual information between the true diagnosis and an answer, in bits.

    ``speaking`` holds, for each diagnosis that says something about the question, its share of the
    odds and its chances of the answers. All other diagnoses answer as ``usual``.
    """
    silent = 1.0 - sum(share for share, _ in speaking)
    parts = [*speaking, (max(0.0, silent), usual)]
    overall = {a: sum(share * chances[a] for share, chances in parts) for a in usual}
    return sum(
        share * p * math.log2(p / overall[answer])
        for share, chances in parts
        for answer, p in chances.items()
        if share * p > 0
    )


def look_at(thing: Thing, entry: Entry | None) -> object:
    """Identifies the look that answers a question about a thing."""
    if KINDS[thing.kind].ASKED.one_look:
        return thing.kind
    return entry.command if entry and entry.command else thing


def lists(found: Iterable[Candidate]) -> list[Offer]:
    """Group the candidates into the most valuable lists and single questions, the best first."""
    by_kind: dict[object, list[Candidate]] = defaultdict(list)
    for one in found:
        in_lists = KINDS[one.thing.kind].ASKED.in_lists
        by_kind[one.thing.kind if in_lists else one.thing].append(one)
    return sorted(map(_best_list, by_kind.values()), key=lambda o: (-o.worth, o.things[0]))


def _best_list(found: Sequence[Candidate]) -> Offer:
    """The prefix of the most telling questions of one kind that is worth most as a list."""
    telling = sorted(found, key=lambda c: (-c.bits / c.minutes, c.thing))[:_LONGEST]
    offers = [offer(telling[:n]) for n in range(1, len(telling) + 1)]
    short = [one for one in offers if one.minutes <= _LONGEST_MINUTES]
    return max(short or offers[:1], key=lambda one: one.worth)


def offer(listed: Sequence[Candidate]) -> Offer:
    """Questions asked as one list; its worth is in bits per minute."""
    minutes = _minutes(listed)
    return Offer(tuple(listed), minutes, sum(c.bits for c in listed) / (minutes + _PROMPT))


def _minutes(listed: Sequence[Candidate]) -> float:
    """The time to answer: each look once, plus some reading for every further item."""
    looks: dict[object, float] = {}
    for one in listed:
        looks[one.look] = max(one.minutes, looks.get(one.look, 0.0))
    return sum(looks.values()) + _READING * (len(listed) - len(looks))
