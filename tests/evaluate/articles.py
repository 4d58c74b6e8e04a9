"""Whether an article's own description reaches the card that was written from it.

    python -m tests.evaluate.articles EXPERIENCE-CLOUD-KCS.EN [KA-15286 …]

The argument is a Git directory of ``github.com/AdobeDocs/experience-cloud-kcs.en``. Of each support
article that a card cites only what its reporter saw is read: the description, without environment,
cause and resolution. Cards and words were written from these articles, so this is no blind score:
it tells how much of what the cards know a reporter's words reach. Articles that are named are shown
with what came out.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping

from ccexpert import Expert
from ccexpert.intake import read
from tests.references import git

_NUMBER = re.compile(r"KA-\d+")
_FRONT = re.compile(r"\A---\s*\n.*?\n---\s*\n", re.DOTALL)
_DESCRIBES = re.compile(
    r"^##+ (?:Description|Issue|Symptom|Problem)[^\n]*\n(?P<said>.*?)"
    r"(?=^##+ (?:Resolution|Cause|Solution|Answer|Root)|\Z)",
    re.DOTALL | re.MULTILINE | re.IGNORECASE,
)
_ENVIRONMENT = re.compile(r"^#+ *(?:<b>)?environments?.*?(?=^#|\Z)", re.DOTALL | re.M | re.I)
_MARKUP = re.compile(r"<[^>]+>|^#+ *|\*\*|`{3}\w*|\\", re.MULTILINE)
_SHORTEST = 40


def described(article: str) -> str:
    """What a reporter saw, by the text of an article; empty if it says too little."""
    body = _FRONT.sub("", article)
    found = _DESCRIBES.search(body)
    said = found["said"] if found else body.partition("## Resolution")[0]
    said = _MARKUP.sub("", _ENVIRONMENT.sub("", said)).strip()
    return said if len(said) >= _SHORTEST else ""


def texts(repository: str) -> Iterator[tuple[str, str]]:
    """The numbers of the articles, and their texts."""
    for path in git(repository, "ls-tree", "-r", "--name-only", "HEAD", "articles").splitlines():
        if number := _NUMBER.search(path.upper()):
            yield number[0], path


def citing(expert: Expert) -> Mapping[str, set[str]]:
    """The cards that each article is cited by as a whole."""
    found: dict[str, set[str]] = defaultdict(set)
    for card in expert.base.cards.values():
        for source in filter(_NUMBER.fullmatch, card.references):
            found[source].add(card.id)
    return found


def main(repository: str, *shown: str) -> None:
    """Print how many articles reach a card that cites them."""
    expert = Expert().warm()
    cards = citing(expert)
    first = three = place = many = 0
    for number, path in texts(repository):
        said = described(git(repository, "show", f"HEAD:{path}")) if number in cards else ""
        if not said:
            continue
        ranked = [one.id for one in expert.diagnose(read(said).document).diagnoses[:3]]
        modules = {expert.base.cards[card].module for card in cards[number]}
        many += 1
        first += ranked[:1] != [] and ranked[0] in cards[number]
        three += not cards[number].isdisjoint(ranked)
        place += ranked[:1] != [] and expert.base.cards[ranked[0]].module in modules
        if number in shown:
            print(f"{number}: {', '.join(ranked) or 'nothing'}; cited by {sorted(cards[number])}")
    print(f"of {many}: first {first}, among the first three {three}, place first {place}")


if __name__ == "__main__":
    main(*sys.argv[1:])
