"""The page on the Python API shows what Python really prints."""

from __future__ import annotations

import doctest
import re

from tests.kit import ROOT

PAGE = ROOT / "docs" / "python.md"


def test_the_python_on_the_page_is_real() -> None:
    shown = "".join(re.findall(r"```pycon\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL))
    said: list[str] = []
    page = doctest.DocTestParser().get_doctest(shown, {}, PAGE.name, str(PAGE), 0)
    result = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(page, out=said.append)
    assert result.attempted > 15
    assert result.failed == 0, "".join(said)
