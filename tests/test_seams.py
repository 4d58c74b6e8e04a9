"""Formats and sources: what stands behind an interface is compared with it, by the type checker
where it can be and while the program runs where it must be."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ccexpert.facts import Fact, ProbeFact
from ccexpert.observe import observer, registry
from ccexpert.observe.interface import Circumstances, Host, Output, Outputs, Seen, Taken
from ccexpert.observe.registry import SOURCES
from ccexpert.report import FORMATS
from tests.kit import ROOT
from tests.samples import context, vocabulary


def misspell(path: Path, name: str) -> None:
    """Give what a module promises another name."""
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(rf"(?m)^def {name}\(", f"def {name}_(", text), encoding="utf-8")


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What the type checker says of a copy of the program with a mistake at each seam."""
    folder = tmp_path_factory.mktemp("copy")
    shutil.copytree(ROOT / "ccexpert", folder / "ccexpert")
    shutil.copy(ROOT / "pyproject.toml", folder)
    if (known := ROOT / ".mypy_cache").is_dir():  # of what it stands on: a third of the time
        shutil.copytree(known, folder / ".mypy_cache")
    misspell(folder / "ccexpert/report/rundeck.py", "render")
    misspell(folder / "ccexpert/observe/sources/mail.py", "read")
    misspell(folder / "ccexpert/observe/sources/missing.py", "parse")
    for listed, line in (
        ("report/__init__.py", '    "sh": lambda: _module.sh,\n'),
        ("observe/registry.py", '    "system": lambda: _module.system,\n'),
    ):
        path = folder / "ccexpert" / listed
        text = path.read_text(encoding="utf-8")
        assert line in text
        unnamed = '    "new": lambda: _module.unnamed,\n'
        path.write_text(text.replace(line, line + unnamed), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "-m", "ccexpert.report", "-m", "ccexpert.observe.registry"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.splitlines()


def test_what_is_misspelt_in_a_format_does_not_pass_the_type_checker(said: list[str]) -> None:
    (error,) = [line for line in said if 'expected "Format"' in line and "return-value" in line]
    assert error.startswith("ccexpert/report/__init__.py")


def test_what_is_misspelt_in_a_source_does_not_pass_the_type_checker(said: list[str]) -> None:
    errors = [line for line in said if 'expected "SourceModule"' in line and "return-value" in line]
    assert len(errors) == len(["read of mail", "parse of missing"])
    assert all(line.startswith("ccexpert/observe/registry.py") for line in errors)


def test_a_module_that_the_type_checker_is_not_shown_does_not_pass_it(said: list[str]) -> None:
    errors = [line for line in said if 'has no attribute "unnamed"' in line]
    assert len(errors) == len(["format", "source"])


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_found(name: str) -> None:
    assert callable(FORMATS[name]().render)


@pytest.mark.parametrize("name", SOURCES)
def test_every_source_is_found(name: str) -> None:
    assert registry.source(name).FILES


class _Stranger:
    """A source that speaks of what the vocabulary does not have, beside what it has."""

    FILES = ("pdump.txt",)

    def parse(self, outputs: Outputs, context: Circumstances) -> Seen:
        return Seen((self._probe("r-test"), self._probe("no-such-probe")))

    def read(self, host: Host) -> Taken:
        return Taken()

    @staticmethod
    def _probe(name: str) -> Fact:
        return ProbeFact.model_validate({"kind": "probe", "name": name, "result": "ok"})


def test_a_source_that_speaks_of_the_unknown_is_listed_and_stops_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(registry, "SOURCES", {**SOURCES, "ping": _Stranger})
    monkeypatch.setattr(observer, "SOURCES", registry.SOURCES)
    seen = observer.conclude(Taken({"pdump.txt": Output.of(b"")}), context())
    assert [fact.label for fact in seen.facts] == ["probe r-test = ok"]
    (reason,) = [line.reason for line in seen.not_observed if line.source == "ping"]
    assert "unknown probe 'no-such-probe'" in reason
    observer.settle([observer.document_of(seen.facts)], vocabulary())
