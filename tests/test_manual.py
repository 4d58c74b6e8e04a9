"""The manual is made from the help: a page for every command, and nothing that man cannot read."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from ccexpert.cli.shared.examples import EXAMPLES
from tests.manual import _roff, commands, commands_page, man_page, write_man_pages

PAGES = {context.command_path: context for context in commands()}


def test_every_command_has_a_page_in_both_languages(tmp_path: Path) -> None:
    write_man_pages(tmp_path)
    names = {f"{path.replace(' ', '-')}.1" for path in PAGES}
    for folder in ("man1", "sv/man1"):
        assert {page.name for page in (tmp_path / folder).iterdir()} == names


def test_a_page_says_what_the_help_says() -> None:
    page = man_page(PAGES["ccexpert diagnose"])
    assert "ccexpert\\-diagnose" not in page.splitlines()[0]
    assert ".B \\-\\-short\nFive lines instead of the whole report." in page
    for line in EXAMPLES["ccexpert diagnose"]:
        assert _roff(line) in page
    assert "Fem rader i stället för hela rapporten." in man_page(PAGES["ccexpert diagnose"], "sv")


def test_a_text_that_begins_like_a_command_of_roff_is_none() -> None:
    assert _roff(".so /etc/passwd") == "\\&.so /etc/passwd"
    assert _roff("a\\b -c") == "a\\eb \\-c"


def test_the_page_of_commands_has_all_of_them() -> None:
    page = commands_page()
    assert all(f"\n## {path}\n" in page for path in PAGES)


@pytest.mark.skipif(shutil.which("groff") is None, reason="there is no groff here")
def test_groff_reads_every_page_without_a_warning() -> None:
    for context in PAGES.values():
        done = subprocess.run(
            ["groff", "-man", "-ww", "-z", "-Tutf8", "-Kutf8"],
            input=man_page(context).encode(),
            capture_output=True,
        )
        assert done.stderr == b"", context.command_path
