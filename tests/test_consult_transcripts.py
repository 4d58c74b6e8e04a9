"""The page on the consultation shows what the program really says."""

import re

from ccexpert import Expert
from ccexpert.consult import Consultation
from tests.transcripts import PAGE, filled


def test_the_consultations_on_the_page_are_real() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert "answer: " in text
    assert "svar: " in text
    assert filled(text) == text, "run: make transcripts"


def test_the_python_on_the_page_runs(tmp_path, monkeypatch, capsys) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.chdir(tmp_path)
    found = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(found) == 2
    for code in found:
        exec(compile(code, str(PAGE), "exec"), {})
        assert "Diagnosis(" in capsys.readouterr().out
    assert len(Consultation.resumed(Expert(), tmp_path / "session.jsonl").steps) > 1
