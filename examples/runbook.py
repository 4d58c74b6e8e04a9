"""A step of a runbook: what this host shows and what the ticket says, diagnosed together.

``python examples/runbook.py TICKET.json`` prints one line and exits with 1 when a critical fault is
found. Its types are checked (``mypy --strict``) with the tests of ccexpert.
"""

import json
import sys
from pathlib import Path

from ccexpert import CcexpertError, Expert, FactsDocument, Report, observe


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
    print(report.first.title if report.first else "nothing found")
    return report.exit_code("critical")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
