"""Settings from files: who wins, what is refused, and whose files are left out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ccexpert.cli.shared import settings
from ccexpert.cli.shared.live import settled
from ccexpert.whereabouts import Whereabouts
from tests.kit import ROOT

FACTS = str(ROOT / "examples" / "mails-stopped-stat-down.json")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A working folder, with a home beside it."""
    (tmp_path / "work").mkdir()
    return tmp_path / "work"


def ccexpert(folder: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """The program in a working folder, with a home of its own and no packs from outside."""
    outside = {k: v for k, v in os.environ.items() if k != "CCEXPERT_RULES"}
    home = {"LC_ALL": "C.UTF-8", "XDG_CONFIG_HOME": str(folder.parent), "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-m", "ccexpert", *arguments],
        cwd=folder,
        env=outside | home | more,
        capture_output=True,
        text=True,
    )


def shown(folder: Path, **more: str) -> dict[str, tuple[str, str]]:
    """What ``config`` says: name to value and source."""
    rows = json.loads(ccexpert(folder, "config", "--format", "json", **more).stdout)
    return {row["setting"]: (row["value"], row["from"]) for row in rows}


def write(file: Path, text: str) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    file.chmod(0o644)


def test_without_files_everything_is_as_it_was(folder: Path) -> None:
    assert {source for _, source in shown(folder).values()} == {"default", "locale"}


def test_the_working_folder_wins_over_the_user(folder: Path) -> None:
    users = folder.parent / "ccexpert" / "ccexpert.toml"
    write(users, 'instance = "prod"\nurl = "https://a.example.com"\n')
    write(folder / "ccexpert.toml", 'instance = "stage"\n')
    told = shown(folder)
    assert told["instance"] == ("stage", "ccexpert.toml")
    assert told["url"] == ("https://a.example.com", str(users))


def test_the_command_line_wins_over_all(folder: Path) -> None:
    write(folder / "ccexpert.toml", 'language = "sv"\n')
    assert "körs inte" in ccexpert(folder, "diagnose", FACTS).stdout
    assert "is not running" in ccexpert(folder, "diagnose", FACTS, "--lang", "en").stdout


def test_help_follows_the_language_of_the_settings(folder: Path) -> None:
    write(folder / "ccexpert.toml", 'language = "sv"\n')
    assert "Ta reda på:" in ccexpert(folder, "--help").stdout


def test_a_pack_lies_beside_the_file_that_names_it(folder: Path) -> None:
    write(folder / "ccexpert.toml", f'packs = ["{ROOT / "examples" / "site-pack"}"]\n')
    own = set(ccexpert(folder, "rules", "list").stdout.split())
    none = set(ccexpert(folder, "rules", "list", CCEXPERT_RULES="").stdout.split())
    assert own - none
    write(folder / "ccexpert.toml", 'packs = ["nowhere"]\n')
    done = ccexpert(folder, "rules", "list")
    assert done.returncode != 0
    assert f"{folder / 'nowhere'}: this pack folder does not exist" in done.stderr


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('lanuage = "sv"', "unknown setting 'lanuage'; did you mean 'language'?"),
        ('language = "no"', "ccexpert.toml, language: input should be 'en' or 'sv'"),
        ('instance = "a;b"', "ccexpert.toml, instance: string should match pattern"),
        ("instance = ", "this is not TOML"),
        (f"instance = {'9' * 5000}", "this is not TOML: Exceeds the limit"),
        (f"packs = {'[' * 5000}", "this is not TOML: maximum recursion depth"),
        ("#" * 100_001, "ccexpert.toml: larger than 100,000 bytes"),
        ('url = "http://[a"', "ccexpert.toml, url: write a url like https://"),
    ],
)
def test_what_is_not_allowed_is_one_sentence(folder: Path, text: str, sentence: str) -> None:
    write(folder / "ccexpert.toml", text)
    done = ccexpert(folder, "config")
    assert done.returncode == 65
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes of POSIX")
def test_a_pipe_is_no_file_of_settings(folder: Path) -> None:
    os.mkfifo(folder / "ccexpert.toml")
    done = ccexpert(folder, "config")
    assert (done.returncode, done.stdout) == (65, "")
    assert "ccexpert.toml: this is no plain file" in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="owners and modes are those of POSIX")
def test_a_file_that_others_may_write_to_is_left_out_and_named(folder: Path) -> None:
    write(folder / "ccexpert.toml", 'packs = ["/tmp/evil"]\n')
    (folder / "ccexpert.toml").chmod(0o646)
    done = ccexpert(folder, "rules", "list")
    assert done.returncode == 0
    assert "ccexpert.toml is ignored: it belongs to another account" in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="owners and modes are those of POSIX")
def test_a_file_of_somebody_else_is_not_trusted(folder: Path) -> None:
    write(folder / "ccexpert.toml", 'conf = "/tmp/evil"\n')
    mine = list((folder / "ccexpert.toml").stat())
    assert settings._is_trusted(os.stat_result(mine))
    mine[4] = os.geteuid() + 1
    assert not settings._is_trusted(os.stat_result(mine))


def test_settings_complete_what_the_command_line_leaves_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = {
        "instance": settings.Setting("prod", Path("x")),
        "url": settings.Setting("u", Path("x")),
    }
    monkeypatch.setattr(settings, "settings", lambda: given)
    assert settled(Whereabouts(instance="stage")) == Whereabouts(instance="stage", url="u")


def test_a_place_in_a_file_does_not_ask_for_observe(folder: Path) -> None:
    write(folder / "ccexpert.toml", 'instance = "prod"\n')
    assert ccexpert(folder, "diagnose", FACTS, "--short").returncode == 0
