"""Checks the knowledge: lint checks its form, examples check its results."""

from ccexpert.verify.examples import ExampleResult, evidence_coverage, run_examples

__all__ = ["ExampleResult", "evidence_coverage", "run_examples"]
