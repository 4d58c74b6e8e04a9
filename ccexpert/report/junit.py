"""The report as JUnit XML, for the test pages of continuous integration.

Each considered diagnosis is a test case. A finding fails. One that is ruled out or works as
designed passes. One that is waived, too uncertain or explained by another is skipped, with the
reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from xml.etree import ElementTree

from junitparser import Failure, JUnitXml, Skipped, TestCase, TestSuite
from junitparser.junitparser import FinalResult

from ccexpert.diagnosis import IMPACTS, Diagnosis, PlainReport, RuledOut, Waived
from ccexpert.display import one_line, printable
from ccexpert.report.interface import Layout
from ccexpert.report.pieces import command_line, located
from ccexpert.report.words import words


def render(report: PlainReport, _layout: Layout) -> str:
    """The report as one test suite."""
    suite = TestSuite(one_line(report.tool.name))
    suite.timestamp = report.run.started
    if report.host:
        suite.hostname = one_line(report.host)
    suite.add_testcases(list(_cases(report)))
    suite.time = report.run.duration_ms / 1000
    page = JUnitXml(one_line(report.tool.name))
    page.add_testsuite(suite)
    return written(page)


def written(page: JUnitXml | TestSuite) -> str:
    """A page of results as text."""
    stream = BytesIO()
    page.write(stream)
    root = ElementTree.fromstring(stream.getvalue())
    ElementTree.indent(root)
    text: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return text.decode() + "\n"


def _case(group: str, name: str, result: FinalResult | None = None) -> TestCase:
    case = TestCase(one_line(name), one_line(group), 0)
    if result is not None:
        case.result = [result]
    return case


def _skipped(group: str, name: str, reason: str) -> TestCase:
    return _case(group, name, Skipped(one_line(reason)))


def _cases(report: PlainReport) -> Iterator[TestCase]:
    word = words(report.language)
    for d in report.diagnoses:
        yield _ranked(d, report, word)
    for d in report.explained:
        reason = f"{word['explained by']} {d.explained_by}"
        yield _skipped(_group(d), d.id, reason)
    for w in report.waived:
        yield _skipped(_group(w), w.id, f"{word['waived']}: {w.reason} ({w.expires})")
    for r in report.ruled_out:
        yield _case(_group(r), r.id)
    if report.status == "undetermined":
        yield _skipped(report.tool.name, "status", word["undetermined"])
    elif report.status == "ok":
        yield _case(report.tool.name, "status")


def _ranked(diagnosis: Diagnosis, report: PlainReport, word: dict[str, str]) -> TestCase:
    group = _group(diagnosis)
    said = f"{located(diagnosis, report)}: {diagnosis.title} ({diagnosis.certainty:.2f})"
    if diagnosis.is_finding:
        impact = IMPACTS[diagnosis.impact - 1]
        failure = Failure(one_line(said), impact)
        failure.text = printable(_details(diagnosis, word))
        return _case(group, diagnosis.id, failure)
    if diagnosis.verdict == "not-a-fault":
        return _case(group, diagnosis.id)
    return _skipped(group, diagnosis.id, f"{word['undetermined']}: {said}")


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
    """The class of a test case: host, module and instance, if known."""
    return ".".join(part for part in (found.host, found.module, found.instance) if part)
