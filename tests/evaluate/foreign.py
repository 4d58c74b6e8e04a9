"""What concerns another product: its logs, mails about something else, questions how to do a thing.

None of it may give a finding that an operator would act on. Logs are composed at random from the
lines of one product in ``foreign.yaml``. Every second product is kept aside: its findings are
counted and not shown.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ccexpert import Expert
from ccexpert.intake import read

#: What a finding must not reach.
ACTED_ON = 0.5

_FILE = Path(__file__).with_name("foreign.yaml")
_WORDS = ("billing", "search", "orders", "worker", "gateway", "reports", "ledger", "courier")
_STAMPS = {
    "iso": "2026-03-{d:02}T{h:02}:{m:02}:11.{n}",
    "syslog": "Mar {d:2} {h:02}:{m:02}:07",
    "clf": "{d:02}/Mar/2026:{h:02}:{m:02}:09.118",
    "java": "2026-03-{d:02} {h:02}:{m:02}:31.{n}",
    "k8s": "E03{d:02} {h:02}:{m:02}:18.{n}",
    "nginx": "2026/03/{d:02} {h:02}:{m:02}:26",
    "redis": "{d:02} Mar 2026 {h:02}:{m:02}:40.{n}",
    "us": "3/{d}/2026 {h}:{m:02}:52 PM",
    "phplog": "{d:02}-Mar-2026 {h:02}:{m:02}:44 UTC",
}


@dataclass(frozen=True)
class Foreign:
    """One text that is none of Campaign's business."""

    about: str
    text: str
    is_kept_aside: bool = False


def foreign(logs: int = 3, seed: int = 15) -> Iterator[Foreign]:
    """All texts and questions, and this many random logs of each product."""
    data: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    chance = random.Random(seed)
    for number, (product, lines) in enumerate(data["logs"].items()):
        for _ in range(logs):
            yield Foreign(product, _log(lines, chance), number % 2 == 1)
    for about in ("texts", "questions"):
        for number, text in enumerate(data[about]):
            yield Foreign(about, text, number % 2 == 1)


def _log(lines: list[str], chance: random.Random) -> str:
    chosen = (chance.choice(lines) for _ in range(chance.randint(3, 9)))
    return "\n".join(_Filled(chance).fill(line) for line in chosen) + "\n"


class _Filled:
    """The values that a line's names stand for."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance

    def fill(self, line: str) -> str:
        """The line with a value for each name."""
        return line.format_map(self)

    def __getitem__(self, name: str) -> str:
        number = self._chance.randint
        if name in _STAMPS:
            d, h, m = number(1, 28), number(0, 11), number(0, 59)
            return _STAMPS[name].format(d=d, h=h, m=m, n=number(100, 999))
        return {
            "n": str(number(10, 9999)),
            "ip": f"198.51.100.{number(1, 254)}",
            "host": f"{self._chance.choice(_WORDS)}{number(1, 9)}.acme.example",
            "hex": f"{number(4096, 65535):x}{number(4096, 65535):x}",
            "word": self._chance.choice(_WORDS),
        }[name]


def findings(expert: Expert, text: str) -> list[str]:
    """What an operator would act on, were this text taken for Campaign's."""
    report = expert.diagnose(read(text).document)
    return [f"{d.id} {d.certainty:.2f}" for d in report.diagnoses if d.certainty >= ACTED_ON]


def evaluate(expert: Expert) -> None:
    """Print the share of texts without a finding, and the findings in those not kept aside."""
    found = [(one, findings(expert, one.text)) for one in foreign()]
    for aside, called in ((False, "foreign texts"), (True, "kept aside")):
        quiet = [not names for one, names in found if one.is_kept_aside == aside]
        print(f"{called}: {100 * sum(quiet) / len(quiet):.1f} % of {len(quiet)} without a finding")
    for one, names in found:
        if names and not one.is_kept_aside:
            print(f"    {one.about}: {', '.join(names)}: {one.text.strip()[:120]!r}")


if __name__ == "__main__":
    evaluate(Expert().warm())
