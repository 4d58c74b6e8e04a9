"""Practitioners' reports, each fed as it was given: what the product says of it.

The inputs are not part of the repository; they are looked for in the folder ``CCEXPERT_TRIALS``,
else in ``shared/trials`` beside it. Without them nothing is printed but a sentence.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ccexpert import Expert, Report
from ccexpert.facts import FactsDocument
from ccexpert.intake import read
from ccexpert.observe import captured
from tests.kit import ROOT

_BESIDE = (ROOT.parent / "shared" / "trials", ROOT.parent.parent / "shared" / "trials")
FOLDER = Path(os.environ.get("CCEXPERT_TRIALS", next((f for f in _BESIDE if f.is_dir()), "")))


@dataclass(frozen=True)
class Trial:
    """One report: what was fed to the product, and what had helped."""

    name: str
    resolution: str
    given: Path | str
    """A file, else the text itself."""
    source: str
    """Where it was reported."""

    def document(self) -> tuple[FactsDocument, list[str]]:
        """The facts in it, and the sentences that were not understood."""
        if isinstance(self.given, Path) and self.given.name.endswith(".tar.gz"):
            return captured(self.given), []
        text = self.given.read_bytes() if isinstance(self.given, Path) else self.given
        reading = read(text, called=str(self.given) if isinstance(self.given, Path) else "")
        return reading.document, [hint.span.of(reading.text) for hint in reading.hints]


def trials(folder: Path = FOLDER) -> Iterator[Trial]:
    """All trials of a folder, in the order of their list; none where there is no list."""
    listed = folder / "trials.json"
    for one in json.loads(listed.read_text(encoding="utf-8")) if listed.is_file() else ():
        yield Trial(one["id"], one["resolution"], _given(one, folder), one["source_url"])


def _given(one: dict[str, Any], folder: Path) -> Path | str:
    return (
        folder / one["input_file"] if one["input_file"] else str(one["input"]).replace(" / ", "\n")
    )


def evaluate(expert: Expert) -> None:
    """Print each trial: what was read, the first diagnoses, what had helped."""
    found = list(trials())
    if not found:
        print("trials: there is no folder of them beside the repository")
    for trial in found:
        document, left = trial.document()
        print(f"\n{trial.name}: {trial.resolution}")
        for line in told(document, left, expert.diagnose(document)):
            print(f"    {line}")


def told(document: FactsDocument, left: list[str], report: Report) -> Iterator[str]:
    yield f"status {report.status}"
    for diagnosis in report.diagnoses[:3]:
        yield f"{diagnosis.certainty:.2f} {diagnosis.id} ({diagnosis.module}, {diagnosis.verdict})"
    for step in report.plan[:3]:
        yield f"do: {step.text} [{step.kind}]"
    yield from (f"fact {fact.label[:110]}" for fact in document.facts)
    yield from (f"unexplained {label[:110]}" for label in report.unexplained)
    yield from (f"not observed {n.source}: {n.reason[:100]}" for n in document.not_observed or ())
    yield from (f"not understood {text[:100]}" for text in left)


if __name__ == "__main__":
    evaluate(Expert().warm())
