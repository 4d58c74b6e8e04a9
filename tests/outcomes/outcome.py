"""What a report says of one card: how sure, why, with what under it, and with which steps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ccexpert import Report
from ccexpert.diagnosis import Action, Diagnosis, Evidence


def outcome(card: str, report: Report, *, steps: bool) -> Iterator[str]:
    """One line for each time the card stands in the report; if wanted, one for its steps in the
    plan."""
    named = [d for d in (*report.diagnoses, *report.explained) if d.id == card]
    out = [r for r in report.ruled_out if r.id == card]
    yield from map(_diagnosis, named)
    yield from (f"ruled out {r.certainty:.2f}, despite {len(r.despite)}" for r in out)
    if not (named or out):
        yield "not named"
    due = [a for a in report.plan if card in (a.diagnosis, *a.also_for)]
    if steps and due:
        fixed = Counter(a.target for a in due if a.kind == "fix")
        yield "; ".join(_step(a, alone=fixed[a.target] < 2) for a in due)


def _diagnosis(found: Diagnosis) -> str:
    under = f" under {found.explained_by}" if found.explained_by else ""
    over = f", over {' '.join(found.explains)}" if found.explains else ""
    reasons = " ".join(map(_reason, found.evidence))
    return f"{found.certainty:.2f}{under} by {reasons}{over}"


def _reason(evidence: Evidence) -> str:
    number = evidence.rule.partition("#")[2]
    return f"({number})" if evidence.contained else f"{number}{evidence.certainty:+.2f}"


def _step(action: Action, *, alone: bool) -> str:
    """A step in short; of several that mend one thing, how long each takes tells them apart."""
    minutes = "" if alone or action.kind != "fix" else f" ({action.minutes:g} min)"
    risk = "" if action.risk == "none" else f" [{action.risk}]"
    how = action.command if action.kind in ("start", "restart") else None
    options = "".join(f" {word}" for word in how or () if word.startswith("-"))
    return f"{action.kind} {action.target}{options}{minutes}{risk}"
