"""The wheel, in a fresh environment in another folder, does the main job."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

from ccexpert.knowledge.packs import compile_shipped
from tests.kit import document, installed


def test_the_wheel_brings_everything_it_needs(tmp_path: Path) -> None:
    def run(*argv: str | Path, **options: object) -> str:
        env = {
            k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "CCEXPERT", "COV"))
        }
        done = subprocess.run(
            [str(a) for a in argv], capture_output=True, text=True, cwd=tmp_path, env=env, **options
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    bin_ = installed(tmp_path)
    where = run(bin_ / "python", "-c", "import ccexpert; print(ccexpert.__file__)").strip()
    assert Path(where).is_relative_to(tmp_path / "env")

    (tmp_path / "facts.json").write_text(
        document({"kind": "process", "module": "mta", "instance": "prod", "state": "missing"}),
        encoding="utf-8",
    )
    report = json.loads(run(bin_ / "ccexpert", "diagnose", "facts.json", "--format", "json"))
    assert report["diagnoses"][0]["id"] == "mta-not-running"
    assert ["nlserver", "start", "mta@prod"] in [a["command"] for a in report["plan"]]
    assert "watchdog" in run(bin_ / "ccexpert", "modules")

    kb = Path(where).parent / "kb"
    assert (kb / "compiled.json").read_bytes() == compile_shipped()
    shutil.rmtree(kb / "rules")
    cold = run(bin_ / "ccexpert", "diagnose", "facts.json", "--format", "json")
    assert json.loads(cold)["diagnoses"] == report["diagnoses"]
    assert (
        "yaml"
        not in run(
            bin_ / "python",
            "-c",
            "import sys; sys.argv[1:] = ['diagnose', 'facts.json', '--format', 'json']\n"
            "from ccexpert.cli import main\n"
            "try: main()\n"
            "except SystemExit: print([name for name in sys.modules if 'yaml' in name])",
        ).splitlines()[-1]
    )
