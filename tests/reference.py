"""The reference of the Python API, made from its docstrings: ``make docs``, or
``python -m tests.reference FOLDER``."""

from __future__ import annotations

import sys
from pathlib import Path

import pdoc

import ccexpert

#: The rooms with a page of their own; ``observe`` and ``act`` come with ``ccexpert``.
PAGES = ("ccexpert", "ccexpert.consult", "ccexpert.diagnosis", "ccexpert.diff", "ccexpert.facts")


def write(folder: Path) -> None:
    """Write the pages of everything that is public, a page a room, into ``folder``."""
    for name in ccexpert.__all__:
        getattr(ccexpert, name)  # pdoc shows what has been imported
    pdoc.render.configure(
        docformat="restructuredtext",
        footer_text=f"ccexpert {ccexpert.__version__}",
        show_source=False,
    )
    pdoc.pdoc(*PAGES, output_directory=folder)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
    print(f"{sys.argv[1]}/ccexpert.html")
