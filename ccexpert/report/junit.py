"""The report as JUnit XML, for the test pages of continuous integration.

Each diagnosis that was considered is a test case: a finding fails, what is ruled out or works as
designed passes, and what is waived, too uncertain or explained by another is skipped with the
reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from xml.etree import ElementTree

from ccexpert.diagnosis import IMPACTS, Diagnosis, Report, RuledOut, Waived
from ccexpert.report.interface import Layout, command_line, located, one_line, printable
from ccexpert.report.words import words

Outcome = Literal["passed", "failure", "skipped"]


@dataclass(frozen=True)
class _Case:
    group: str
    name: str
    outcome: Outcome
    message: str = ""
    kind: str = ""
    text: str = ""


def render(report: Report, _layout: Layout) -> str:
    """The report as one test suite."""
    cases = list(_cases(report))
    seconds = f"{report.run.duration_ms / 1000:.3f}"
    counts = {
        "name": one_line(report.tool.name),
        "tests": str(len(cases)),
        "failures": str(sum(case.outcome == "failure" for case in cases)),
        "errors": "0",
        "skipped": str(sum(case.outcome == "skipped" for case in cases)),
        "time": seconds,
    }
    root = ElementTree.Element("testsuites", counts)
    suite = ElementTree.SubElement(root, "testsuite", counts, timestamp=report.run.started)
    if report.host:
        suite.set("hostname", one_line(report.host))
    for case in cases:
        _append(suite, case)
    ElementTree.indent(root)
    page: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return page.decode() + "\n"


def _append(suite: ElementTree.Element, case: _Case) -> None:
    element = ElementTree.SubElement(
        suite, "testcase", classname=one_line(case.group), name=one_line(case.name), time="0"
    )
    if case.outcome != "passed":
        result = ElementTree.SubElement(element, case.outcome, message=one_line(case.message))
        if case.kind:
            result.set("type", case.kind)
        result.text = printable(case.text) or None


def _cases(report: Report) -> Iterator[_Case]:
    word = words(report.language)
    for d in report.diagnoses:
        yield _ranked(d, report, word)
    for d in report.explained:
        reason = f"{word['explained by']} {d.explained_by}"
        yield _Case(_group(d), d.id, "skipped", reason)
    for w in report.waived:
        yield _Case(_group(w), w.id, "skipped", f"{word['waived']}: {w.reason} ({w.expires})")
    for r in report.ruled_out:
        yield _Case(_group(r), r.id, "passed")
    if report.status == "undetermined":
        yield _Case(report.tool.name, "status", "skipped", word["undetermined"])
    elif report.status == "ok":
        yield _Case(report.tool.name, "status", "passed")


def _ranked(diagnosis: Diagnosis, report: Report, word: dict[str, str]) -> _Case:
    group = _group(diagnosis)
    said = f"{located(diagnosis, report)}: {diagnosis.title} ({diagnosis.certainty:.2f})"
    if diagnosis.is_finding:
        impact = IMPACTS[diagnosis.impact - 1]
        return _Case(group, diagnosis.id, "failure", said, impact, _details(diagnosis, word))
    if diagnosis.verdict == "not-a-fault":
        return _Case(group, diagnosis.id, "passed")
    return _Case(group, diagnosis.id, "skipped", f"{word['undetermined']}: {said}")


def _details(diagnosis: Diagnosis, word: dict[str, str]) -> str:
    lines = [diagnosis.meaning, ""]
    lines += [
        f"{e.certainty:+.2f} {one_line(e.because)} [{one_line('; '.join(e.facts))}]"
        for e in diagnosis.evidence
    ]
    lines += [
        f"{word[a.kind]}: {one_line(command_line(a) or a.text)} ({word[a.risk]})"
        for a in diagnosis.actions
    ]
    return "\n".join(lines)


def _group(found: Diagnosis | RuledOut | Waived) -> str:
    """The class of a test case: host, module and instance, as far as they are known."""
    return ".".join(part for part in (found.host, found.module, found.instance) if part)
