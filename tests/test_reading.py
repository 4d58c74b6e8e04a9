"""Files are read whole or refused in one sentence: what, where, what is allowed, what to do."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationInfo, field_validator

from ccexpert.errors import CcexpertError, FactsError, KnowledgeError, MissingInputError
from ccexpert.facts import FactsDocument
from ccexpert.json_text import line_of
from ccexpert.reading import Source, decode, files_below, parse_json, read_source, validated


def told(do: Callable[[], object], kind: type[CcexpertError] = FactsError) -> str:
    with pytest.raises(kind) as error:
        do()
    return str(error.value)


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"\n ", "f.json, line 3: the file is empty"),
        (b"a\xe4b", "f.json, line 3: not UTF-8 text (byte 1); save the file as UTF-8"),
        (b"x" * (2**20 * 2 + 1), "f.json, line 3: larger than 2 MiB; is it the right file?"),
    ],
)
def test_bytes_that_are_no_text_are_refused(raw: bytes, sentence: str) -> None:
    assert told(lambda: decode(raw, "f.json", FactsError, 2**20 * 2, only=3)) == sentence


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_is_read_in_the_encodings_that_programs_write(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "f.json"
    path.write_bytes('["å",\n0.5]'.encode(encoding))
    source = read_source(path, FactsError, len(path.read_bytes()))
    assert parse_json(source, FactsError) == ["å", 0.5]
    assert (source.name, source.line((1,))) == (str(path), 2)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"b": 1, "a": 1,\n "a": 2}', "f.json: the key 'a' occurs twice in one object"),
        ('{"a": NaN}', "f.json: NaN is not a usable number"),
        (f"[1e{'9' * 50}]", f"f.json: 1e{'9' * 38} is not a usable number"),
        ('["\\ud800"]', "f.json: not valid JSON: half a character (\\ud800 to \\udfff)"),
        ("[" * 100_000, "f.json: nested too deeply"),
        ('{\n"a": }', "f.json, line 2, column 6: not valid JSON: Expecting value"),
    ],
)
def test_what_is_no_usable_json_is_refused(text: str, sentence: str) -> None:
    assert told(lambda: parse_json(Source("f.json", text), FactsError)) == sentence


def test_a_number_of_thousands_of_digits_is_refused() -> None:
    many = Source("f.json", f"[1{'0' * 5000}]")
    assert told(lambda: parse_json(many, FactsError)).startswith("f.json: not valid JSON: Exceeds")


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    def read(path: Path) -> str:
        return told(lambda: read_source(path, FactsError), MissingInputError)

    assert read(tmp_path) == f"{tmp_path}: this is a directory, not a file"
    assert read(tmp_path / "x") == f"{tmp_path / 'x'}: there is no such file; check the path"
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "f").touch()
    (tmp_path / "a").touch()
    assert files_below(tmp_path) == [tmp_path / "a", tmp_path / "below" / "f"]


PROCESS = '{"kind": "process", "module": "web", "state": '


@pytest.mark.parametrize(
    ("facts", "sentences"),
    [
        (
            f'{PROCESS}"gone"}},\n{{"kind": "proces"}},\n{{"module": "web"}}',
            [
                "line 2, facts[0].state: 'gone' is not allowed here; allowed: running, missing, "
                "unresponsive, crashing, restarting, stuck",
                "line 3, facts[1]: 'proces' is not allowed here; did you mean 'process'?; allowed: "
                "build, process, probe, indicator, log, port, setting, context, symptom, error, "
                "job, workflow and 1 more",
                "line 4, facts[2]: the field 'kind' is missing",
            ],
        ),
        (
            '{"kind": "symptom", "name": "emails-not-sent", "present": "maybe"},\n'
            f'{PROCESS}"running", "instance": "a b;c"}}',
            [
                "line 2, facts[0].present: 'maybe' is not allowed here; allowed: true, false",
                'line 3, facts[1].instance: "a b;c" is not a valid name here; allowed: names like '
                "^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$",
            ],
        ),
        (
            f'{PROCESS}"running", "a, b": 1}},\n{{"kind": "process", "state": "running"}}',
            [
                "line 2, facts[0].a, b: unknown field 'a, b'; allowed: autostart, certainty, host, "
                "instance, kind, memory_mb, module, observed_at, pid, source, span, state; put a "
                "text with a comma or a colon in quotes",
                "line 3, facts[1]: the field 'module' is missing",
            ],
        ),
        (
            '{"kind": "port", "port": 70000, "state": "free", "protocol": "tcp"}',
            ["line 2, facts[0].port: 70000: input should be less than or equal to 65535"],
        ),
    ],
)
def test_every_mistake_of_a_document_is_told_with_its_line(
    facts: str, sentences: list[str]
) -> None:
    source = Source("f.json", f'{{"schema_version": 1, "facts": [\n{facts}]}}')
    with pytest.raises(FactsError) as error:
        validated(FactsDocument, parse_json(source, FactsError), source, FactsError)
    all_told = [str(one) for one in (error.value, *error.value.further)]
    assert all_told == [f"f.json, {one}" for one in sentences]


def test_a_document_without_its_version_is_told_what_to_add() -> None:
    source = Source("f.json", '{"facts": []}')
    assert told(lambda: validated(FactsDocument, {"facts": []}, source, FactsError)) == (
        "f.json, line 1: the field 'schema_version' is missing; add \"schema_version\": 1"
    )


TEXT = '{\n "a": [\n  1,\n  {"b" :\n   "}", "c": 2}\n ],\n "d": {},\n "e": []\n}'


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ((), 1),
        (("a",), 2),
        (("a", 0), 3),
        (("a", 1), 4),
        (("a", 1, "b"), 4),
        (("a", 1, "c"), 5),
        (("a", 2), 2),
        (("d", "x"), 7),
        (("e",), 8),
        (("z",), 1),
    ],
)
def test_a_field_or_its_nearest_parent_has_a_line(path: tuple[Any, ...], line: int) -> None:
    assert line_of(TEXT, path) == line


def test_blanks_before_a_text_count() -> None:
    assert line_of("\n\n [\n1]", (0,)) == 4
    with pytest.raises(ValueError):  # noqa: PT011
        line_of("a: 1", ("a",))


def test_a_text_without_blanks_and_one_of_yaml_have_lines() -> None:
    packed = '{"a":{"b":1},\n"c":[1,\n2]}'
    assert [line_of(packed, path) for path in (("a", "b"), ("c",), ("c", 1))] == [1, 2, 3]
    assert Source("card.yaml", "a: 1\nb: 2\n").line(("b",)) == 2


def test_a_file_that_is_no_text_is_refused_as_whoever_reads_it_says(tmp_path: Path) -> None:
    path = tmp_path / "f.json"
    path.write_bytes(b"\xe4")
    assert told(lambda: read_source(path, KnowledgeError), KnowledgeError).startswith(f"{path}: ")


def test_what_a_model_must_know_reaches_it() -> None:
    class Known(BaseModel):
        name: str

        @field_validator("name")
        @classmethod
        def known(cls, name: str, info: ValidationInfo) -> str:
            return str(info.context[name])

    source = Source("f.json", '{"name": "a"}')
    assert validated(Known, {"name": "a"}, source, FactsError, {"a": "b"}).name == "b"


@pytest.mark.parametrize("error", [errno.EACCES, errno.ENOENT])
def test_a_folder_that_cannot_be_read_is_said_unless_it_has_gone(
    error: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: str) -> None:
        raise OSError(error, os.strerror(error), str(path))

    monkeypatch.setattr(os, "scandir", refuse)
    if error == errno.ENOENT:
        assert files_below(tmp_path) == []
    else:
        sentence = f"{tmp_path}: cannot be read: {os.strerror(error)}"
        assert told(lambda: files_below(tmp_path), MissingInputError) == sentence
