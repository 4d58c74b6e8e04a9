"""Does the knowledge hold? Lint says what is wrong with its form, examples whether it comes out
right."""

from ccexpert.verify.examples import ExampleResult, evidence_coverage, run_examples

__all__ = ["ExampleResult", "evidence_coverage", "run_examples"]
