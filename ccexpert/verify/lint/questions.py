"""Checks that the answers of the vocabulary's questions fit."""

from __future__ import annotations

from collections.abc import Iterator

from ccexpert.facts.entries import Entry

#: First words of a yes-or-no question that the consultation does not recognise as one.
_UNSURE = ("Could", "Should", "Would", "Will", "Must", "Had", "Shall")

_SWEDISH = ("Vad", "Vilken", "Vilket", "Vilka", "Hur", "Vem", "I vilket", "Till vilken")


def problems(entry: Entry, answers: tuple[str, ...]) -> Iterator[str]:
    """Why the labels or the *yes* of an entry do not fit its question."""
    for answer in dict.fromkeys((*entry.labels, *entry.yes_means)):
        if answer not in answers:
            yield f"'{answer}' is no answer of its kind; allowed: {', '.join(answers)}"
    if entry.yes_means and not entry.asks_yes_or_no:
        yield "'yes_means' is given and the question is not one of yes and no"
    if entry.yes_means and set(entry.yes_means) >= set(answers):
        yield "every answer means 'yes'"
    if entry.question.en.startswith(_UNSURE):
        yield "begin a question of yes and no with Is, Are, Does, Has or Can"
    if entry.asks_yes_or_no and entry.question.sv.startswith(_SWEDISH):
        yield "the English question is answered with yes and no, the Swedish one is not"
    for language in ("en", "sv"):
        named = [getattr(text, language).casefold() for text in entry.labels.values()]
        if len(named) != len(set(named)):
            yield f"two answers have one label ({language})"
