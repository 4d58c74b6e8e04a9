"""Errors that say that a configuration file of Campaign is no well-formed XML."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ccexpert.facts import ErrorFact, ProbeFact
from ccexpert.facts.vocabulary import Vocabulary

_FILE = re.compile(r"\b(?:serverConf|config-[\w-]{1,64})\.xml\b")
#: What libxml2, Xerces and Campaign say of a text that is no XML.
_MALFORMED = re.compile(
    r"\bpars(?:e|er|ing) error|\bparse the XML|\btag mismatch|mismatched tag|not well[- ]formed"
    r"|\bmalformed|must be terminated by|markup in the document|document is empty"
    r"|end of (?:file|data)|unclosed|invalid token|\bSAXParseException\b",
    re.IGNORECASE,
)


def malformed_in(error: ErrorFact, _vocabulary: Vocabulary) -> Iterator[ProbeFact]:
    """The probe of the configuration files, where an error names one and says that it is broken."""
    text = error.text or ""
    if _FILE.search(text) and _MALFORMED.search(text):
        yield ProbeFact.model_validate(
            {
                "kind": "probe",
                "name": "config-files",
                "result": "error",
                "certainty": 0.9,
                "source": "an error that names the file",
            }
        )
