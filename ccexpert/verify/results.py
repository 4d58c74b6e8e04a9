"""What checks found, for people and for machines: text, JSON, annotations of a code host, JUnit."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from xml.etree import ElementTree

from ccexpert.report.github import annotation
from ccexpert.verify.examples import ExampleResult
from ccexpert.verify.lint import LintFinding


def lint_text(findings: Sequence[LintFinding]) -> str:
    """One line a finding, as compilers print them, and a count."""
    lines = [f"{f.file}:{f.line}: {f.severity}: {f.message} [{f.check}]" for f in findings]
    errors = sum(f.severity == "error" for f in findings)
    lines.append(f"{errors} errors, {len(findings) - errors} warnings")
    return "\n".join(lines) + "\n"


def lint_json(findings: Sequence[LintFinding]) -> str:
    """The findings as one JSON document."""
    document = {"schema_version": 1, "findings": [asdict(f) for f in findings]}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def lint_github(findings: Sequence[LintFinding]) -> str:
    """The findings as workflow commands that a code host turns into annotations."""
    return "".join(
        annotation(f.severity, f.message, file=f.file, line=str(f.line), title=f.check)
        for f in findings
    )


def tests_text(results: Sequence[ExampleResult], unseen: Iterable[str] | None) -> str:
    """The examples that failed, the evidence never exercised (if asked for), and a count."""
    failed = [r for r in results if not r.passed]
    lines = [f"FAILED {r.card}: {r.example}: {r.message}" for r in failed]
    if unseen is not None:
        lines += [f"never exercised: {rule}" for rule in sorted(unseen)]
    lines.append(f"{len(results) - len(failed)} passed, {len(failed)} failed")
    return "\n".join(lines) + "\n"


def tests_json(results: Sequence[ExampleResult], unseen: Iterable[str] | None) -> str:
    """The outcome of every example as one JSON document."""
    document = {
        "schema_version": 1,
        "examples": [
            {"card": r.card, "example": r.example, "passed": r.passed, "message": r.message}
            for r in results
        ],
        "never_exercised": None if unseen is None else sorted(unseen),
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def tests_junit(results: Sequence[ExampleResult], unseen: Iterable[str] | None) -> str:
    """The outcome of every example as JUnit XML, a test case each."""
    failures = sum(not r.passed for r in results)
    suite = ElementTree.Element(
        "testsuite", name="ccexpert rules", tests=str(len(results)), failures=str(failures)
    )
    for result in results:
        case = ElementTree.SubElement(suite, "testcase", classname=result.card, name=result.example)
        if not result.passed:
            ElementTree.SubElement(case, "failure", message=result.message)
    if unseen:
        ElementTree.SubElement(suite, "system-out").text = "\n".join(
            f"never exercised: {rule}" for rule in sorted(unseen)
        )
    ElementTree.indent(suite)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(suite, "unicode") + "\n"
    )
