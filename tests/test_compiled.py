"""Compiled knowledge is what the YAML says, always fresh, and never trusted when others could have
written it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ccexpert.knowledge import packs, reader
from ccexpert.knowledge.base import KnowledgeBase
from ccexpert.knowledge.compiled import form
from ccexpert.knowledge.compiled.form import Compiled, compiled_form
from ccexpert.knowledge.compiled.kept import place
from ccexpert.knowledge.packs import open_packs, roots
from ccexpert.knowledge.reader import Reader
from tests.kit import ROOT

PACK = ROOT / "examples" / "site-pack"
MTA = {"kind": "process", "module": "mta", "instance": "prod", "state": "missing"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The cache of this test alone."""
    monkeypatch.setattr("platformdirs.user_cache_path", lambda _name: tmp_path / "cache")
    return tmp_path / "cache"


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some of the vocabulary and two cards stand for all shipped knowledge: read in no time."""
    folder = tmp_path / "shipped"
    for kind in ("context", "module", "probe", "symptom"):
        shutil.copytree(ROOT / "facts" / kind, folder / "facts" / kind)
    for name in ("rules/mta/mta-not-running.yaml", "rules/inferences/pdump-no-tasks.yaml"):
        (folder / name).parent.mkdir(parents=True)
        shutil.copy(ROOT / name, folder / name)
    monkeypatch.setattr(packs, "shipped", lambda: folder)


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PACK, tmp_path / "pack"))


def parts(base: KnowledgeBase) -> dict[str, Any]:
    """Everything in a knowledge base, to compare."""
    words = base.vocabulary.words
    return {
        "words": words,
        "entries": {kind: base.vocabulary.entries(kind) for kind in words},
        "cards": base.cards,
        "inferences": base.inferences,
        "sources": dict(base.sources),
        "overlays": dict(base.overlays),
        "waivers": base.waivers,
    }


def test_it_is_what_the_files_say(pack: Path) -> None:
    folders = roots([pack])
    read = Reader(folders).whole("fingerprint")
    assert parts(read)["overlays"]
    made = Compiled(folders, compiled_form(read, folders))
    assert parts(made.whole()) == parts(read)
    assert made.digest == "fingerprint"


@pytest.mark.usefixtures("small")
def test_it_is_compiled_once(pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = open_packs([pack]).whole()

    def parse(*_: Any) -> None:
        raise AssertionError("YAML was parsed again")

    monkeypatch.setattr(reader, "parse_yaml", parse)
    monkeypatch.setattr(form, "waivers_of", lambda _folders: first.waivers)
    assert parts(open_packs([pack]).whole()) == parts(first)
    assert open_packs([pack]).vocabulary.words == first.vocabulary.words


@pytest.mark.usefixtures("small")
def test_a_change_of_the_same_length_and_time_is_seen(pack: Path) -> None:
    file = next((pack / "overlays").glob("*.yaml"))
    text, times = file.read_text(encoding="utf-8"), file.stat()
    first = open_packs([pack]).whole()
    file.write_text(text.replace("impact: 3", "impact: 2"), encoding="utf-8")
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    second = open_packs([pack]).whole()
    assert (first.card(file.stem).impact, second.card(file.stem).impact) == (3, 2)
    assert first.digest != second.digest


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    "damage",
    [
        lambda text: b"",
        lambda text: text[: len(text) // 2],
        lambda text: text.replace(b'"impact":4', b'"impact":1'),
        lambda text: text + b"more",
        lambda text: b"\x80\x04\x95 a pickle",
    ],
)
def test_a_damaged_file_is_not_looked_at(folder: Path, damage: Any) -> None:
    fresh = open_packs().whole()
    (kept,) = folder.iterdir()
    changed = damage(kept.read_bytes())
    assert changed != kept.read_bytes()
    kept.write_bytes(changed)
    assert parts(open_packs().whole()) == parts(fresh)
    assert kept.read_bytes() != changed


@pytest.mark.usefixtures("small")
@pytest.mark.skipif(os.name != "posix", reason="modes of files are those of POSIX")
def test_what_others_could_have_written_is_not_looked_at(folder: Path) -> None:
    open_packs().whole()
    (kept,) = folder.iterdir()
    kept.chmod(0o666)
    open_packs().whole()
    assert kept.stat().st_mode & 0o022 == 0  # written anew


@pytest.mark.usefixtures("small")
def test_a_pack_cannot_bring_a_compiled_form_of_its_own(pack: Path, folder: Path) -> None:
    open_packs([pack]).whole()
    kept = max(folder.iterdir(), key=lambda path: path.stat().st_mtime_ns)
    for path in (pack / "rules").rglob("*.yaml"):
        path.unlink()
    shutil.copy(kept, pack / "compiled.json")
    assert not any(name.startswith("site-") for name in open_packs([pack]).whole().cards)


@pytest.mark.usefixtures("small")
def test_a_pack_upon_compiled_knowledge_compiles_as_if_all_were_read(pack: Path) -> None:
    folders = roots([pack])
    whole = Reader(folders).whole("")
    upon = Reader(folders[1:], upon=open_packs().whole()).whole("")
    assert compiled_form(upon, folders) == compiled_form(whole, folders)


@pytest.mark.usefixtures("small")
def test_without_a_place_to_write_it_works_all_the_same(folder: Path) -> None:
    folder.write_text("no folder", encoding="utf-8")
    assert parts(open_packs().whole()) == parts(open_packs().whole())


@pytest.mark.usefixtures("small")
def test_only_a_few_are_kept(pack: Path, folder: Path) -> None:
    folder.mkdir()
    for number in range(20):
        (folder / f"knowledge-{number}.json").touch()
    open_packs().whole()
    assert len(list(folder.iterdir())) == 8
    assert place(open_packs().whole().digest).is_file()


def test_a_diagnosis_imports_no_yaml(tmp_path: Path) -> None:
    code = (
        "import sys; from ccexpert import Expert\n"
        "from ccexpert.facts.document import document_of\n"
        f"who, case = Expert.about([document_of([{MTA!r}])])\n"
        "print(who.diagnose_case(case).first.id, 'yaml' in sys.modules)"
    )
    env = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    for reads_yaml in (True, False):
        said = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)
        assert said.stdout == f"mta-not-running {reads_yaml}\n"
