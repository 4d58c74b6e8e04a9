"""What an operator can say at the start: every abnormal state that some card mentions.

Takes the knowledge base and finds complaints by name or by words in either language, including
aliases, error codes and pieces of error messages.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import zip_longest

from ccexpert.consult.question import NotAnAnswerError
from ccexpert.consult.states import speaks_of, state_label
from ccexpert.facts import KINDS
from ccexpert.facts.entries import Entry
from ccexpert.inquiry.things import Thing, things_named
from ccexpert.knowledge.base import KnowledgeBase
from ccexpert.words import LANGUAGES, Language

#: Fits of a text with what an entry says: from which on it is clear, and from which on words that
#: both have are no accident.
_CLEAR, _SHARED = 0.7, 0.3

#: What people notice comes first, circumstances last.
_NOTICED, _BESIDE = ("symptom", "error", "job", "workflow"), "context"
_ORDER = (*_NOTICED, *(kind for kind in KINDS if kind not in (*_NOTICED, _BESIDE)), _BESIDE)

_SHOWN = 12

#: So many words may be a name, and not a sentence.
_A_NAME = 2

#: Words that say nothing of what is wrong.
_FILLING = frozenset(
    {"we", "are", "am", "is", "our", "my", "the", "a", "an", "it", "i"}
    | {"vi", "är", "vår", "vårt", "våra", "mitt", "den", "det", "en", "ett"}
)

#: What separates the clauses of a sentence.
CLAUSES = re.compile(r"[,;.]\s+|(?<!\s)\s+(?:and|but|och|men)\s+")

#: What separates the wordings of one label, and what turns a sentence round.
_LABELS = re.compile(r", or |, eller |[()]")
_NOT = re.compile(r" (?:not|n t|no|never|inte|ej|inga|aldrig) ")

#: A port as programs write it.
_PORT = re.compile(r"\b([0-9]{1,5})/(tcp|udp)\b")

#: What people also write in several words: *oom-killer*.
_HYPHENED = re.compile(r"\w+(?:-\w+)+")

#: Words up to this length occur inside too many others.
_SHORT = 3


@dataclass(frozen=True)
class Complaint:
    """One observation that needs an explanation."""

    thing: Thing
    answer: str
    """The state of the thing."""
    entry: Entry = field(compare=False)

    @property
    def value(self) -> str:
        """Its name in answers and sessions: that of the symptom, else ``job:export=failed``."""
        if self.thing.kind == "symptom":
            return self.thing.name[0]
        return f"{self.thing.id}={self.answer}"

    def label(self, language: Language) -> str:
        """Its name for people."""
        title = self.entry.title.in_language(language)
        if self.thing.kind == "error" and self.thing.name[1:]:  # of one module
            title = f"{title} ({self.thing.name[1]})"
        if self.answer == "true":
            return title
        own = self.entry.labels.get(self.answer)
        return (
            f"{title}: {own.in_language(language) if own else state_label(self.answer, language)}"
        )

    def is_said(self, words: str) -> bool:
        """Whether a text, as ``_between_blanks`` gives it, calls it by a name and says the label
        that is its own."""
        own, aliases = self.entry.labels.get(self.answer), self.entry.aliases
        names = (self.entry.name, *aliases.en, *aliases.sv)
        if own is None or not any(_between_blanks(name) in words for name in names):
            return False
        labels = (part for text in (own.en, own.sv) for part in _LABELS.split(text) if part)
        said = next((one for one in map(_between_blanks, labels) if one in words), "")
        return bool(said) and not _NOT.search(words.replace(said, " "))

    def says(self, *languages: Language) -> str:
        """All words by which it can be found in ``languages``."""
        entry = self.entry
        labels = (self.label(language) for language in languages)
        aliases = (alias for language in languages for alias in getattr(entry.aliases, language))
        said = " ".join((entry.name, *labels, *aliases, *entry.signs))
        return f"{_folded(said)} {' '.join(_HYPHENED.findall(said.casefold())).replace('-', ' ')}"


class Complaints:
    """All complaints that a knowledge base knows."""

    def __init__(self, base: KnowledgeBase) -> None:
        self._base = base

    def common(self) -> list[Complaint]:
        """The symptoms that the most cards mention."""
        cards = {c: len(self._base.speaking("symptom", c.entry.name)) for c in self.symptoms()}
        return sorted(cards, key=lambda c: (-cards[c], c.value))[:_SHOWN]

    def symptoms(self) -> list[Complaint]:
        """All symptoms of the vocabulary."""
        entries = self._base.vocabulary.entries("symptom")
        return [Complaint(Thing("symptom", (e.name,)), "true", e) for e in entries]

    def find(self, name: str) -> Complaint | None:
        """The complaint called ``name``: its value, or the name, an alias or the title of a
        symptom."""
        meant = self._titled.get(name) or self._base.vocabulary.resolve("symptom", name)
        return self._by_value.get(meant or name)

    def called(self, name: str) -> Complaint:
        """Like ``find``, but raises ``NotAnAnswerError`` for an unknown name."""
        found = self.find(name)
        if found is None:
            raise NotAnAnswerError(f"'{name}' is not a known symptom or observation", given=name)
        return found

    def search(self, text: str, kind: str | None = None) -> list[Complaint]:
        """Those (of one kind) that ``text`` may mean; if it means none for sure, guesses."""
        return self.meant(text, kind) or self._guessed(text, kind)[:_SHOWN]

    def meant(self, text: str, kind: str | None = None) -> list[Complaint]:
        """Those that have all words of a text, and those that its sentence or one of its clauses
        speaks of; a sentence that is longer than a name is understood first."""
        if stated := self._stated(text, kind):
            return stated
        literal = self._with_words(text, kind, all_of_them=True)
        spoken = self._spoken(text, kind)
        found = [*literal, *spoken] if len(text.split()) <= _A_NAME else [*spoken, *literal]
        found = [*self._ports(text, kind), *found]
        clauses = CLAUSES.split(text)
        if not found and clauses[1:]:
            each = zip_longest(*(self.meant(clause, kind) for clause in clauses))
            found = [one for ones in each for one in ones if one]
        return list(dict.fromkeys(found))[:_SHOWN]

    def is_clear(self, text: str, complaint: Complaint) -> bool:
        """Whether a text surely means this, and not only something that shares words with it."""
        from ccexpert.intake.search import search_of  # only for who types sentences

        if self._stated(text, None) == [complaint]:
            return True
        about = (complaint.thing.kind, complaint.entry.name)
        found = search_of(self._base.vocabulary).find(text, _SHOWN)
        fit = max((one.fit for one in found if (one.kind, one.entry.name) == about), default=0.0)
        words, says = _telling(text), self._searched.get(complaint, "")
        is_named = len(words) == 1 or any(map(str.isdigit, text)) or fit >= _SHARED
        return fit >= _CLEAR or (is_named and all(_stands(each, says) for each in words))

    def _guessed(self, text: str, kind: str | None) -> list[Complaint]:
        """Those that a text has something in common with, by meaning and by words."""
        from ccexpert.intake.search import GUESSED  # only for who types sentences

        some_words = self._with_words(text, kind, all_of_them=False)
        is_sentence = len(text.split()) > _A_NAME
        spoken = self._spoken(text, kind, GUESSED) if is_sentence else []
        return list(dict.fromkeys((*some_words, *spoken)))

    def _stated(self, text: str, kind: str | None) -> list[Complaint]:
        """The one that a text calls by name together with what it shows: *pdump says No tasks*."""
        words = _between_blanks(text)
        some = (c for c in self._counted if kind in (None, c.thing.kind))
        found = [c for c in some if c.is_said(words)]
        return found if len(found) == 1 else []

    def _ports(self, text: str, kind: str | None) -> Iterable[Complaint]:
        """Those about the ports that a text names, such as *6666/udp*, the state it says first."""
        named = [tuple(one) for one in _PORT.findall(text.casefold())]
        spoken = (c for c in self._counted if c.thing.kind == "port" and c.thing.name in named)
        if kind not in (None, "port"):
            return ()
        return sorted(spoken, key=lambda c: (not speaks_of(text, c.answer), c.value))

    def _with_words(self, text: str, kind: str | None, *, all_of_them: bool) -> list[Complaint]:
        """Those with all words of a text, else with the most and at least half, the best known
        first. A name in full means nothing else: *stat* is not *status*."""
        words = _folded(text).split() if kind else _telling(text)
        some = ((c, s) for c, s in self._searched.items() if kind in (None, c.thing.kind))
        hits = {c: sum(_stands(each, says) for each in words) for c, says in some}
        wanted = len(words) if all_of_them else max(1, -(-len(words) // 2), *hits.values())
        found = [c for c, n in hits.items() if n == wanted]
        found = [c for c in found if c.entry.name.casefold() in words] or found
        place = _ORDER.index
        return sorted(found, key=lambda c: (place(c.thing.kind), -self._counted[c], c.value))

    def _spoken(self, text: str, kind: str | None, least: float | None = None) -> list[Complaint]:
        """Those that a sentence may mean, the likeliest first, with at least this fit."""
        from ccexpert.intake.search import SUGGESTED, search_of  # only for who types sentences

        found = search_of(self._base.vocabulary).find(text, _SHOWN)
        fits = SUGGESTED if least is None else least
        named = [(one.kind, one.entry.name) for one in found if one.fit >= fits]
        return [
            complaint
            for named_kind, name in named
            for complaint in self._by_entry.get((named_kind, name), ())
            if kind in (None, complaint.thing.kind)
        ]

    def words(self, language: Language) -> set[str]:
        """All searchable words of a language; used to correct misspelt ones."""
        said = (complaint.says(language) for complaint in self._counted)
        return {each for says in said for each in says.split() if len(each) > _SHORT}

    @cached_property
    def _counted(self) -> Counter[Complaint]:
        """Every complaint, with the number of cards that mention it."""
        counted: Counter[Complaint] = Counter(dict.fromkeys(self.symptoms(), 0))
        counted.update(self._of_cards())
        return counted

    def _of_cards(self) -> Iterable[Complaint]:
        for card in self._base.cards:
            spoken = {
                (thing, answer)
                for pattern in self._base.conditions(card).supporting
                for thing in things_named(pattern)
                for answer in pattern.answers
            }
            for thing, answer in spoken:
                entry = thing.entry(self._base.vocabulary)
                if entry is None or KINDS[thing.kind].UNASKED or answer == thing.normal:
                    continue
                if not entry.states or answer in entry.states:
                    yield Complaint(thing, answer, entry)

    @cached_property
    def _by_value(self) -> dict[str, Complaint]:
        return {c.value: c for c in self._counted}

    @cached_property
    def _titled(self) -> dict[str, str]:
        """The names of symptoms by their titles; of two with one title, the first."""
        symptoms = [*self._base.vocabulary.entries("symptom")]
        return {t: e.name for e in reversed(symptoms) for t in (e.title.en, e.title.sv)}

    @cached_property
    def _by_entry(self) -> dict[tuple[str, str], list[Complaint]]:
        """The complaints about each entry of the vocabulary, the best known first."""
        found: dict[tuple[str, str], list[Complaint]] = {}
        for complaint in sorted(self._counted, key=lambda c: (-self._counted[c], c.value)):
            found.setdefault((complaint.thing.kind, complaint.entry.name), []).append(complaint)
        return found

    @cached_property
    def _searched(self) -> dict[Complaint, str]:
        return {c: c.says(*LANGUAGES) for c in self._counted}


def _stands(each: str, says: str) -> bool:
    """Whether a text contains a word: a short one as a whole word, a longer one anywhere."""
    return each in says and (len(each) > _SHORT or each in says.split())


def _telling(text: str) -> list[str]:
    """The words of a text without *we are* and the like, if others are left."""
    words = _folded(text).split()
    return [each for each in words if each not in _FILLING] or words


def _folded(text: str) -> str:
    """``text`` normalised for comparison: the hyphen in e-mail does not matter."""
    return text.casefold().replace("-", "")


def _between_blanks(text: str) -> str:
    """The words of a text, each between two blanks."""
    return " ".join(("", *re.findall(r"\w+", text.casefold()), ""))
