"""``python -m tests.outcomes [CARD…]``: keep what the program says of these cards now, or of all.

Read the difference before you commit it: each line that changed is an answer that changed.
"""

from __future__ import annotations

import argparse

from ccexpert import Expert
from tests.outcomes.cases import written
from tests.outcomes.kept import keep, kept, told


def main() -> None:
    parser = argparse.ArgumentParser(prog="tests.outcomes", description=__doc__)
    parser.add_argument("cards", nargs="*", help="the ids of cards; all without any")
    given = parser.parse_args()
    expert = Expert()
    cards, before = written(expert), kept()
    wanted = set(given.cards or cards)
    keep(
        expert,
        {
            c: told(expert, c) if c in wanted else before[c]
            for c in cards
            if c in wanted | {*before}
        },
    )
    print("Read it: git diff tests/outcomes/kept")


if __name__ == "__main__":
    main()
