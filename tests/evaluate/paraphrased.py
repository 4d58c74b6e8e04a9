"""Are known faults of builds found when they are told in other words?

Every known fault is told by rule: a third of its words is left out and the halves of the sentence
change places. Sixty are told in Swedish, by hand (``paraphrases.yaml``). Each text names a build
that has the fault, or none. The same words of other complaints, of the controls of the blind cases
and of symptoms, must not lead to a known fault: these are counted as false.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator

import yaml

from ccexpert import Expert
from ccexpert.intake import read
from ccexpert.knowledge.packs import roots
from ccexpert.knowledge.reader import load_faults
from tests.evaluate.blind import blind
from tests.kit import ROOT

RELEASES = load_faults(roots())
_SWEDISH = yaml.safe_load((ROOT / "tests" / "evaluate" / "paraphrases.yaml").read_text("utf-8"))
_SMALL = re.compile(
    r"(?i:a|an|the|of|in|on|to|is|are|be|with|for|and|or|not|no|it|its|that|this|which|when|by|as"
    r"|at|from|has|have|was|were|after|before|if|into)"
)


def by_rule(sentence: str, seed: str) -> str:
    """A sentence without a third of its telling words, its halves in the other order."""
    words = re.findall(r"[\w.@'-]+", sentence)
    telling = [n for n, word in enumerate(words) if not _SMALL.fullmatch(word)]
    out = set(random.Random(seed).sample(telling, len(telling) // 3))
    kept = [word for n, word in enumerate(words) if n not in out]
    half = len(kept) // 2
    return " ".join((*kept[half:], *kept[:half]))


def told() -> Iterator[tuple[str, str, str, int]]:
    """The language, the fault, its paraphrase and the build that corrects it."""
    builds = {f.id: r.build for r in RELEASES for f in r.faults}
    for release in RELEASES:
        for fault in release.faults:
            yield "English, by rule", fault.id, by_rule(fault.sees.en, fault.id), release.build
    for name, text in _SWEDISH.items():
        yield "Swedish, by hand", name, text, builds[name]


def place(expert: Expert, name: str, text: str) -> int:
    """Where a known fault stands among the diagnoses of a text; 0 if it does not."""
    report = expert.diagnose(read(text).document)
    return next((n for n, one in enumerate(report.diagnoses, 1) if one.id == name), 0)


def evaluate(expert: Expert) -> None:
    """Print how many known faults are found, and how many texts lead to one falsely."""
    cases = list(told())
    for language in dict.fromkeys(case[0] for case in cases):
        some = [case[1:] for case in cases if case[0] == language]
        for with_build in (True, False):
            texts = ((n, f"We run build {b - 1}. {t}" if with_build else t) for n, t, b in some)
            places = [place(expert, name, text) for name, text in texts]
            first, three = (sum(0 < one <= most for one in places) for most in (1, 3))
            how = "with the build" if with_build else "without"
            print(f"  {language}, {how}: first {first}, among three {three} of {len(some)}")
    faults = {fault.id for release in RELEASES for fault in release.faults}
    for kind, others in _others(expert):
        total = list(others)
        wrong = sum(_leads_to(expert, text, faults) for text in total)
        print(f"  known faults falsely first, {kind}: {wrong} of {len(total)}")


def _leads_to(expert: Expert, text: str, faults: set[str]) -> bool:
    first = expert.diagnose(read(text).document).first
    return first is not None and first.id in faults


def _others(expert: Expert) -> Iterator[tuple[str, Iterable[str]]]:
    controls = [c.told["text"] for c in blind() if c.is_control and "text" in c.told]
    titles = [e.title for e in expert.base.vocabulary.entries("symptom")]
    yield "controls", controls
    yield "controls of build 9100", [f"We run build 9100. {text}" for text in controls]
    yield "symptoms of build 9100", [f"We run build 9100. {one.en}." for one in titles]


if __name__ == "__main__":
    evaluate(Expert().warm())
