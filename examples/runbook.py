"""A step of a runbook: what this host shows and what the ticket says, diagnosed together.

``python examples/runbook.py TICKET.json`` prints one line and exits with 1 when a critical fault is
found, with 3 when too little was seen to tell. Its types are checked (``mypy --strict``) with the
tests of ccexpert.
"""

import json
import sys
from pathlib import Path

from ccexpert import CcexpertError, Expert, FactsDocument, Report, observe

#: Too little is known to say that all is well: neither 0, a sound host, nor 1, a fault.
UNDETERMINED = 3

SAID = {
    "ok": "nothing is wrong in what was looked at",
    "undetermined": "too little was seen to say whether anything is wrong",
    "findings": "something is wrong",
}


def diagnosed(expert: Expert, seen: FactsDocument, ticket: Path) -> Report:
    """One situation, as the host shows it and as somebody tells it."""
    return expert.diagnose(seen, json.loads(ticket.read_text(encoding="utf-8")))


def main(ticket: Path) -> int:
    """Print one line; the exit code."""
    try:
        report = diagnosed(Expert(), observe.live(), ticket)
    except CcexpertError as error:  # one sentence: what is wrong, where, what is allowed
        print(error, file=sys.stderr)
        return error.exit_code
    print(report.first.title if report.first else SAID[report.status])
    return UNDETERMINED if report.status == "undetermined" else report.exit_code("critical")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
