"""What a typed line picks: the choice with this number, name or words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ccexpert.consult.complaints import CLAUSES
from ccexpert.consult.consultation import Consultation
from ccexpert.consult.open import Open, number_of, parts_of
from ccexpert.consult.question import Choice, NotAnAnswerError, Question, UnclearStateError
from ccexpert.facts import Fact

#: So many meanings are offered beside what a line surely means.
OFFERED = 5

#: Words up to this length, such as *our*, are no misspelt names.
_SMALL = 3


class Picks:
    """Finds what the lines of one consultation pick."""

    def __init__(self, consultation: Consultation) -> None:
        self._consultation = consultation

    def own_list(self, question: Question) -> tuple[Choice, ...]:
        """The list that a question shows by itself."""
        begins = question.kind == "symptoms"
        return self._consultation.common() if begins else question.choices

    def all(self, typed: str, now: Open) -> list[Choice] | None:
        """The choices that the parts of a line name; None if a part names none.

        Raises ``UnclearStateError`` if only the state of an item is unclear.
        """
        picked = [self._pick(part, now) for part in parts_of(typed)]
        found = [choice for choice in picked if choice]
        return found if len(found) == len(picked) else None

    def meant(self, typed: str, kind: str | None) -> Sequence[Choice]:
        """What a line means: what is called just so, else all that it may mean."""
        meant = self._consultation.meant(typed, kind)
        return [choice for choice in meant if is_title(typed, choice)] or meant

    def beside(self, typed: str, found: Choice) -> Sequence[Choice]:
        """What the clauses of a line may mean that do not speak of what was found in it."""
        each = [self._consultation.meant(clause) for clause in CLAUSES.split(typed)]
        others = [one for several in each if found not in several for one in several]
        return others[:OFFERED] if any(found in several for several in each) else ()

    def fact(self, typed: str) -> tuple[Fact, ...]:
        """The fact that a line calls by its name, if only one is called so."""
        meant = self.meant(typed, None)
        return self._consultation.facts_called(meant[0].value) if len(meant) == 1 else ()

    def unknown_words(self, typed: str, now: Open) -> Iterable[str]:
        """The words of a line that mean nothing here."""
        for each in typed.split():
            if len(each) > _SMALL and not self._consultation.meant(each, now.kind):
                yield each

    def names(self, now: Open) -> Iterable[str]:
        """The words that can be meant here: the names in a list, or all that is searched."""
        names = [name for thing in now.question.things for name in thing.name]
        return names or self._consultation.searchable()

    def _pick(self, typed: str, now: Open) -> Choice | None:
        """The choice with this number or name; in a list, with its state or a question mark."""
        if now.question.kind == "list":
            return self._item(typed, now)
        if number_of(typed):
            return now.numbered(typed)
        return self._consultation.complaint(typed)

    def _item(self, typed: str, now: Open) -> Choice | None:
        """An item of the list or of the search results; raises if only its state is unclear."""
        digits = typed.removesuffix("?").strip()
        found = now.numbered(digits) if now.shown != now.question.choices else None
        if found:
            typed = found.value + typed[len(digits) :]
        try:
            return self._consultation.item(now.question, typed)
        except UnclearStateError:
            raise
        except NotAnAnswerError:
            return None


def is_title(typed: str, choice: Choice) -> bool:
    """Whether somebody typed the whole label of a choice, however it is capitalised."""
    return typed.rstrip(" .!").casefold() == choice.label.casefold()
