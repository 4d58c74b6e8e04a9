"""Text from outside is shown as text: it steers no terminal, no build server, no page."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from ccexpert.display import as_json, clean, one_line, page, printable
from ccexpert.errors import CcexpertError
from ccexpert.report.interface import Layout
from ccexpert.report.listing import listing
from ccexpert.report.markdown import escaped
from tests.kit import ccexpert, document

CLIPBOARD = "\x1b]52;c;eA==\x07"
COMMANDS = ["::stop-commands::x", "##[error]x", "##vso[task.setvariable]x", "RUNDECK:DATA:a = b"]


def hidden(text: str) -> list[str]:
    """The characters that must not reach a terminal."""
    return [
        c
        for c in text
        if c != "\n" and (unicodedata.category(c)[0] == "C" or unicodedata.category(c) in "ZlZp")
    ]


@given(st.text())
def test_nothing_that_steers_a_terminal_is_left(text: str) -> None:
    for shown in (printable(text), page(text), one_line(text), clean(text), as_json([text])):
        assert not hidden(shown)
    assert "\n" not in one_line(text) + clean(text)
    assert json.loads(as_json([text])) == [text]


@pytest.mark.parametrize("command", COMMANDS)
def test_no_line_of_a_page_is_a_command_of_a_build_server(command: str) -> None:
    assert page(f"found\n{command}\n   {command}") == f"found\n· {command}\n   · {command}"
    assert page(f"# Title\n\n## Plan\n{command[2:]}").startswith("# Title\n\n## Plan\n")


def test_an_error_is_one_line_of_sensible_length_whatever_it_cites() -> None:
    error = CcexpertError(
        f"unknown '{CLIPBOARD}\n{'x' * 10_000_000}'", "a\x1b[2J\nb", ("mta\u202e",), "mt\n" * 10_000
    )
    said = str(error)
    assert not hidden(said)
    assert "\n" not in said
    assert len(said) < 4000
    assert "allowed: mta" in said


HOSTILE = {
    "schema_version": 1,
    "facts": [],
    "a\x1b[2J\n::stop-commands::x": 1,
}
OWNED = [
    {
        "kind": "port",
        "port": 6666,
        "protocol": "udp",
        "state": "in-use",
        "owner": f"{CLIPBOARD}<b>@all http://x.example",
    }
]


@pytest.mark.parametrize("verb", [("facts", "validate"), ("diagnose",), ("explain", "mta-hung")])
def test_what_a_document_holds_reaches_stderr_as_one_plain_line(verb: tuple[str, ...]) -> None:
    files = ("--facts", "-") if verb[0] == "explain" else ("-",)
    done = ccexpert(*verb, *files, stdin=json.dumps(HOSTILE))
    assert done.returncode == 65
    (line,) = done.stderr.splitlines()
    assert not hidden(line)
    assert not line.startswith("::")


def test_an_explanation_shows_what_was_observed_as_text() -> None:
    done = ccexpert("explain", "syslogd-port-taken", "--facts", "-", stdin=document(*OWNED))
    assert "52;c;eA==" in done.stdout
    assert not hidden(done.stdout)
    assert r"\<b\>" in done.stdout


def test_the_card_of_a_pack_is_shown_as_text(tmp_path: Path) -> None:
    ccexpert("rules", "new", "site-odd", "--pack", tmp_path)
    (card,) = tmp_path.rglob("site-odd.yaml")
    text = card.read_text(encoding="utf-8")
    text = re.sub(r"(?m)^meaning:\n  en: .*$", r'meaning:\n  en: "a \\e[2J b"', text)
    card.write_text(text, encoding="utf-8")
    done = ccexpert("rules", "show", "site-odd", "--rules", tmp_path)
    assert "a �[2J b" in done.stdout


def test_a_list_in_markdown_is_a_table_whatever_it_holds() -> None:
    rows = [{"what": "a | b <script>x</script> [c](http://d.example) @all ~~e~~"}]
    text = listing(rows, {}, "markdown", Layout())
    html = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text)
    assert html.count("<td") == 1
    assert not re.search("<(script|a|s)[ >]", html)
    assert "@all" not in text
    assert not re.search(r"(?<!\\)://", text)


def test_a_place_is_no_mention_and_a_scheme_alone_no_link() -> None:
    assert escaped("restart mta@prod") == "restart mta@prod"
    assert escaped("does http:// work?") == "does http:// work?"
