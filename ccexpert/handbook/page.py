"""One card as a page: its meaning, the evidence for and against it, what to do, its sources."""

from __future__ import annotations

from collections.abc import Iterable

from ccexpert.diagnosis import IMPACTS, Diagnosis, PlainReport, RuledOut
from ccexpert.display import page
from ccexpert.facts.entries import Text
from ccexpert.knowledge.cards import ActionRule, Card, EvidenceRule, Others
from ccexpert.knowledge.texts import rendered
from ccexpert.report.markdown import escaped
from ccexpert.report.words import words
from ccexpert.words import Language


def card_page(card: Card, language: Language, report: PlainReport | None = None) -> str:
    """The card as Markdown; with a report, also whether and why it holds in that case.

    The headings are those of a runbook: Meaning, Impact, Diagnosis, Mitigation.
    """
    word = words(language)

    def said(text: Text) -> str:
        return text.in_language(language)

    lines = [
        f"# {rendered(card.title, {}, language)}",
        "",
        f"`{card.id}` · {card.module} · {word[card.verdict]}",
        "",
        f"## {word['meaning']}",
        "",
        said(card.meaning),
        "",
        f"## {word['impact']}",
        "",
        word[IMPACTS[card.impact - 1]],
    ]
    for said_of, others in (("refines", card.refines), ("explains", card.explains)):
        if others:
            lines += ["", f"{word[said_of]}:", "", *_others(others, language)]
    if report is not None:
        lines += ["", f"## {word['status']}", "", *_standing(card.id, report, word)]
    lines += ["", f"## {word['diagnosis']}", "", *_evidence(card.evidence, language)]
    if card.false_positives:
        lines += ["", f"{word['false positives']}:", ""]
        lines += [f"- {said(text)}" for text in card.false_positives]
    if card.actions:
        lines += ["", f"## {word['mitigation']}", "", *_actions(card.actions, language, word)]
    if card.references:
        lines += ["", f"## {word['references']}", "", *(f"- `{r}`" for r in card.references)]
    return page("\n".join(lines)) + "\n"


def _others(groups: Iterable[Others], language: Language) -> Iterable[str]:
    for group in groups:
        named = ", ".join(f"`{card}`" for card in group.cards)
        yield f"- {named}: {group.because.in_language(language)}"


def _evidence(evidence: Iterable[EvidenceRule], language: Language) -> Iterable[str]:
    for rule in evidence:
        yield f"- {rule.certainty:+.2f} {rule.because.in_language(language)}{_cited(rule)}"
        for conjunction in rule.when.alternatives:
            parts = [str(p) for p in conjunction.positive]
            parts += [f"not {p}" for p in conjunction.negative]
            yield f"    - `{' & '.join(parts)}`"


def _actions(
    actions: Iterable[ActionRule], language: Language, word: dict[str, str]
) -> Iterable[str]:
    for number, action in enumerate(actions, 1):
        risk = f"{word['risk'].lower()}: {word[action.risk]}, {action.minutes:g} min"
        text = action.text.in_language(language)
        yield f"{number}. **{word[action.kind]}** {text} ({risk}){_cited(action)}"
        if action.command:
            for platform in ("linux", "windows"):
                argv = action.command.on(platform)
                if argv:
                    yield f"    - {platform}: `{' '.join(argv)}`"
        if action.warning:
            yield f"    - {word['warning']}: {action.warning.in_language(language)}"
        if action.verify:
            yield f"    - {word['verify']}: `{action.verify}`"


def _cited(part: EvidenceRule | ActionRule) -> str:
    """The sources of one part of a card, where it has its own."""
    return "".join(f" `{name}`" for name in part.references)


def _standing(card: str, report: PlainReport, word: dict[str, str]) -> Iterable[str]:
    """Whether a diagnosis holds in a report, and why or why not."""
    everything: tuple[Diagnosis | RuledOut, ...] = (
        *report.diagnoses,
        *report.explained,
        *report.ruled_out,
    )
    found = [d for d in everything if d.id == card]
    if not found:
        return [word["nothing for it"]]
    lines = []
    for d in found:
        where = f" ({d.instance})" if d.instance else ""
        if isinstance(d, RuledOut):
            lines.append(f"- {word['ruled out']}{where}, {d.certainty:+.2f}: {d.because}")
            continue
        under = f", ↳ {d.explained_by}" if d.explained_by else ""
        rank = next((n for n, c in enumerate(report.diagnoses, 1) if c is d), None)
        place = f"#{rank}, " if rank else ""
        lines.append(f"- {place}{d.certainty:.2f}{where}{under}")
        lines += [
            f"    - {e.certainty:+.2f} {e.because} ({'; '.join(map(escaped, e.facts))})"
            for e in d.evidence
        ]
    return lines
