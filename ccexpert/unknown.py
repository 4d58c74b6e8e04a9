"""Which facts nobody has looked at yet could change the first diagnosis.

For every piece of evidence that lacks exactly one thing to hold, and where nothing is known about
that thing, the certainty of its diagnosis is worked out as if it had been seen. If another
diagnosis would then be the first, the thing is worth a look.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from ccexpert.certainty import combine
from ccexpert.diagnosis import UnknownFact
from ccexpert.engine.reasoner import Reasoned
from ccexpert.facts import UNSAID
from ccexpert.knowledge.base import KnowledgeBase
from ccexpert.knowledge.intake import engine_fields
from ccexpert.knowledge.patterns import Pattern, Variable
from ccexpert.knowledge.vocabulary import Entry, Language, Vocabulary
from ccexpert.rank import PLACES, Finding, weight

#: The fields of all facts as rules see them, by kind.
Faces = dict[str, list[dict[str, object]]]

#: Only the leading findings are within reach of the first place.
_LEADING = 12

#: Enough to act on; the rest comes up when these are answered.
_MOST = 8

#: The vocabulary kind and the field by which a kind of fact is looked up.
_ENTRY = {
    "process": ("module", "module"),
    "symptom": ("symptom", "name"),
    "error": ("error", "signature"),
    "log": ("log", "module"),
    "probe": ("probe", "name"),
    "job": ("job", "type"),
    "workflow": ("workflow", "name"),
    "indicator": ("indicator", "name"),
    "setting": ("setting", "name"),
    "context": ("context", "name"),
}


def worth_asking(
    findings: Sequence[Finding], reasoned: Reasoned, base: KnowledgeBase, language: Language
) -> tuple[UnknownFact, ...]:
    """The unknown facts that would change the first of ``findings``, the cheapest first."""
    if not findings:
        return ()
    faces = faces_of(reasoned, base.vocabulary)
    first, second = findings[0], findings[1].certainty if len(findings) > 1 else 0.0
    found: dict[str, UnknownFact] = {}
    for finding in findings[:_LEADING]:
        for number, missing in almost(finding, faces):
            new = combine(
                [weight(finding.card, h) for h in finding.evidence]
                + [finding.card.evidence[number].certainty]
            )
            new = round(new, PLACES)
            changes = new < second if finding is first else new > first.certainty
            if changes:
                unknown = _unknown(missing, finding, base.vocabulary, language)
                found.setdefault(unknown.question, unknown)
    return tuple(sorted(found.values(), key=lambda u: (u.minutes, str(u.fact)))[:_MOST])


def faces_of(reasoned: Reasoned, vocabulary: Vocabulary) -> Faces:
    """The fields of all facts of a case as rules see them, by kind."""
    faces: Faces = defaultdict(list)
    for fact in reasoned.facts:
        for kind, fields in engine_fields(fact, vocabulary):
            faces[kind].append(fields)
    return faces


def almost(finding: Finding, faces: Faces) -> Iterable[tuple[int, Pattern]]:
    """The evidence that lacks one pattern about something of which nothing is known."""
    bindings = {k: v for k, v in finding.bindings.items() if v != UNSAID or k == "host"}
    held = {h.number for h in finding.evidence}
    for number, rule in enumerate(finding.card.evidence):
        if number in held:
            continue
        for conjunction in rule.when.alternatives:
            wanted = (pattern.bound(bindings) for pattern in conjunction.positive)
            lacking = [w for w in wanted if not seen(w, faces)]
            if len(lacking) == 1 and not seen(lacking[0].thing, faces):
                yield number, lacking[0]


def seen(pattern: Pattern, faces: Faces) -> bool:
    """Whether some fact, as rules see it, has what the pattern's literals ask for."""
    asked = [(field, w) for field, w in pattern.fields if not isinstance(w, Variable)]
    return any(all(fields.get(f) in w for f, w in asked) for fields in faces[pattern.kind])


def entry_of(pattern: Pattern, vocabulary: Vocabulary) -> Entry | None:
    """The vocabulary entry that a pattern is about."""
    if pattern.kind == "port":
        port, protocol = pattern.literals("port"), pattern.literals("protocol")
        return vocabulary.port_entry(int(port[0]), str(protocol[0])) if port and protocol else None
    kind, field = _ENTRY[pattern.kind]
    names = pattern.literals(field)
    return vocabulary.get(kind, str(names[0])) if names else None


def _unknown(
    pattern: Pattern, finding: Finding, vocabulary: Vocabulary, language: Language
) -> UnknownFact:
    entry = entry_of(pattern, vocabulary)
    return UnknownFact(
        fact=pattern.as_fact(),
        question=entry.question.in_language(language) if entry else str(pattern),
        minutes=entry.minutes if entry else 1.0,
        would_change=finding.card.id,
    )
