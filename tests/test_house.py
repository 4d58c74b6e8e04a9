"""The house: its map is true, no arrow goes up, every command has its page."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from ccexpert.cli import app
from tests.kit import ROOT

HOUSE = (ROOT / "docs" / "house.md").read_text(encoding="utf-8")
PROGRAM = ROOT / "ccexpert"


def rooms() -> set[str]:
    """The rooms of the program: its folders and its modules."""
    folders = {f"{path.parent.name}/" for path in PROGRAM.glob("*/__init__.py")}
    return folders | {path.name for path in PROGRAM.glob("[a-z]*.py")}


def test_the_map_names_every_room_and_nothing_else() -> None:
    table = HOUSE.split("## The rooms")[1].split("\n## ")[0]
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    named = {name for cell in cells for name in re.findall(r"`([\w/.]+)`", cell)}
    assert rooms() - named == set()
    assert {name for name in named if not (PROGRAM / name).exists()} == set()


def test_the_map_fits_on_a_page() -> None:
    assert len(HOUSE.splitlines()) <= 120


@pytest.mark.parametrize("wrong", ["from ccexpert.cli import app", "import experta"])
def test_an_arrow_that_goes_up_stops_the_build(tmp_path: Path, wrong: str) -> None:
    ignore = shutil.ignore_patterns("__pycache__", "kb")
    shutil.copytree(PROGRAM, tmp_path / "ccexpert", ignore=ignore)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    assert layers(tmp_path).returncode == 0
    with (tmp_path / "ccexpert" / "rank.py").open("a", encoding="utf-8") as stream:
        stream.write(f"\n{wrong}\n")
    done = layers(tmp_path)
    assert done.returncode == 1
    assert "BROKEN" in done.stdout


def layers(folder: Path) -> subprocess.CompletedProcess[str]:
    """The contracts of the layers, checked for a copy of the program."""
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-c", program, "--no-cache"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
    )


def test_every_command_has_a_page() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    texts = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    commands = app.info.cls(name="ccexpert").list_commands(None)  # type: ignore[misc, arg-type]
    assert len(commands) >= 12
    assert [name for name in commands if f"ccexpert {name}" not in texts] == []


def test_every_test_that_the_page_about_threats_names_is_there() -> None:
    page = (ROOT / "docs" / "threats.md").read_text(encoding="utf-8")
    named: dict[str, set[str]] = {}
    for file, name in re.findall(r"(test_\w+\.py)|`(test_\w+)`", page):
        if file:
            there = named.setdefault(file, set())
        else:
            there.add(name)
    assert len(named) > 10
    for file, names in named.items():
        text = (ROOT / "tests" / file).read_text(encoding="utf-8")
        assert [name for name in names if f"def {name}(" not in text] == []


@pytest.mark.parametrize(("lock", "extra"), [("dev", "dev"), ("container", "serve")])
def test_a_lock_holds_what_the_project_asks_for(lock: str, extra: str) -> None:
    """If not: ``make lock``."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    pins = re.findall(
        r"^([\w.-]+)==(\S+)", (ROOT / f"requirements/{lock}.txt").read_text("utf-8"), re.M
    )
    locked = {canonicalize_name(name): version for name, version in pins}

    def missing(lines: list[str]) -> list[str]:
        found = []
        for one in map(Requirement, lines):
            if one.name == project["name"]:
                found += [
                    m for e in one.extras for m in missing(project["optional-dependencies"][e])
                ]
            elif not one.specifier.contains(locked.get(canonicalize_name(one.name), "0.dev0")):
                found.append(str(one))
        return found

    assert missing([*project["dependencies"], *project["optional-dependencies"][extra]]) == []
