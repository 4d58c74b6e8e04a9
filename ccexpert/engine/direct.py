"""Direct evaluation: which rules hold, read off the joins, without experta.

Nothing is declared, activated or fired, so there is no agenda. Fleets use it: their answers need
neither the order of firing nor its trace. A property test holds it equal to the engine, and a fleet
run compares a share of its hosts with the engine (``--verify-share``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ccexpert.engine.joins import Joins
from ccexpert.engine.rules import Condition, Firing, alternatives_of, in_words
from ccexpert.facts import Face


class Direct:
    """Evaluates compiled conditions for one thread; ``run`` may be called any number of times."""

    def __init__(self, conditions: Iterable[Condition]) -> None:
        self._joins = Joins(alternatives_of(conditions))

    def run(self, faces: Sequence[Face]) -> list[Firing]:
        """The rules that hold for facts with these faces, without duplicates and in a fixed
        order."""
        joins = self._joins
        joins.forget()
        for number, (kind, fields) in enumerate(faces):
            for _ in joins.take(number, number, kind, fields):
                pass
        found = {
            Firing(
                joins.rules[rule].alternative.rule,
                in_words(bindings),
                tuple(sorted(facts)),
            )
            for rule in joins.awake()
            for facts, bindings in joins.rows(rule)
        }
        return sorted(found)

    def warm(self) -> None:
        """Do nothing: it is built at once."""
