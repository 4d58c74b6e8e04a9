"""Renders the results of checks: text, JSON, annotations of a code host, JUnit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict

from ccexpert.display import as_json, one_line
from ccexpert.report.github import annotation
from ccexpert.verify.examples import ExampleResult
from ccexpert.verify.lint import LintFinding


def lint_text(findings: Sequence[LintFinding]) -> str:
    """One line per finding, as compilers print them, and a count."""
    lines = [f"{f.file}:{f.line}: {f.severity}: {f.message} [{f.check}]" for f in findings]
    errors = sum(f.severity == "error" for f in findings)
    lines.append(f"{errors} errors, {len(findings) - errors} warnings")
    return "\n".join(lines) + "\n"


def lint_json(findings: Sequence[LintFinding]) -> str:
    """The findings as one JSON document."""
    document = {"schema_version": 1, "findings": [asdict(f) for f in findings]}
    return as_json(document)


def lint_github(findings: Sequence[LintFinding]) -> str:
    """The findings as workflow commands, which a code host turns into annotations."""
    return "".join(
        annotation(f.severity, f.message, file=f.file, line=str(f.line), title=f.check)
        for f in findings
    )


def tests_text(results: Sequence[ExampleResult], unseen: Iterable[str] | None) -> str:
    """The failed examples, the unexercised evidence (if requested), and a count."""
    failed = [r for r in results if not r.passed]
    lines = [f"FAILED {r.card}: {r.example}: {r.message}" for r in failed]
    if unseen is not None:
        lines += [f"never exercised: {rule}" for rule in sorted(unseen)]
    lines.append(f"{len(results) - len(failed)} passed, {len(failed)} failed")
    return "\n".join(lines) + "\n"


def tests_json(results: Sequence[ExampleResult], unseen: Iterable[str] | None) -> str:
    """The results of all examples as one JSON document."""
    document = {
        "schema_version": 1,
        "examples": [
            {"card": r.card, "example": r.example, "passed": r.passed, "message": r.message}
            for r in results
        ],
        "never_exercised": None if unseen is None else sorted(unseen),
    }
    return as_json(document)


def tests_junit(results: Sequence[ExampleResult], unseen: Iterable[str] | None) -> str:
    """The results of all examples as JUnit XML, one test case each."""
    from junitparser import Failure, SystemOut, TestCase, TestSuite  # only if requested

    from ccexpert.report.junit import written

    suite = TestSuite("ccexpert rules")
    for result in results:
        case = TestCase(one_line(result.example), result.card, 0)
        if not result.passed:
            case.result = [Failure(one_line(result.message))]
        suite.add_testcase(case)
    if unseen:
        suite.append(SystemOut("\n".join(f"never exercised: {rule}" for rule in sorted(unseen))))  # type: ignore[no-untyped-call]
    return written(suite)
