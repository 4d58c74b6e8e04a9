"""The README and the pages of docs/ that show runs show what the program really prints."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ccexpert.cli.observe import app
from ccexpert.observe import SOURCES, source
from ccexpert.report import FORMATS
from tests import picture
from tests.kit import ROOT
from tests.readme import PAGES, filled


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_runs_in_a_page_are_real(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert "<!-- run: ccexpert" in text
    assert "$ ccexpert" in text
    assert filled(text) == text, "run: python -m tests.readme"


def test_the_picture_of_a_terminal_shows_what_the_program_prints() -> None:
    shown = picture.words_in(picture.FILE.read_text(encoding="utf-8"))
    assert "".join(shown) == "".join(picture.terminal().plain.split()), "run: make picture"


def test_the_readme_names_every_format() -> None:
    text = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    listed = text.partition("`--format` is one of ")[2].partition("several at once")[0]
    for name in FORMATS:
        assert re.search(rf"\b{name}\b", listed), name


def test_the_page_on_observing_names_every_source_its_files_and_every_command() -> None:
    text = (ROOT / "docs" / "observe.md").read_text(encoding="utf-8")
    for name in SOURCES:
        assert f"| {name} |" in text
        for file in source(name).FILES:
            assert f"`{file}`" in text, file
    for command in app.registered_commands:
        assert f"`{command.name}`" in text, command.name
