"""What must not leave is taken out: in texts, in XML and JSON, in facts; and only that."""

from __future__ import annotations

import json
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccexpert.facts import ErrorFact, NotObserved, SettingFact
from ccexpert.observe.interface import Seen
from ccexpert.observe.redact import Redactor
from tests.samples import sample, vocabulary


def redacted(text: str, *, xml: bool = False) -> str:
    return Redactor().text(text, xml=xml)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from 10.20.30.40 to", "from <ip-1> to"),
        ("10.20.30.40:8080", "<ip-1>:8080"),
        ("at 10.20.30.40.", "at <ip-1>."),
        ("[2001:db8::1]:80", "[<ip-1>]:80"),
        ("Disk C:: 95 %", "Disk C:: 95 %"),
        ("::ffff:10.20.30.40", "::ffff:<ip-1>"),
        ("jane.doe+x@mail.example.com wrote", "<mail-1> wrote"),
        ("à café@exämple.se!", "à <mail-1>!"),
        ("login=jdoe failed", "login=<login-1> failed"),
        ('<x login="jdoe"/>', '<x login="<login-1>"/>'),
        ("for account 'internal' (mode)", "for account '<login-1>' (mode)"),
        ('authentication failed for user "neolane"', 'authentication failed for user "<login-1>"'),
        ("/home/jdoe/x", "/home/<login-1>/x"),
        (r"C:\Users\jdoe\x", r"C:\Users\<login-1>\x"),
        ("password=hunter2 x", "password=<secret-1> x"),
        ('"password": "hunter 2"', '"password": "<secret-1>"'),
        ("internalPassword='a b'", "internalPassword='<secret-1>'"),
        ("Password: XXXX", "Password: <secret-1>"),
        ("?__sessiontoken=abc&x=1", "?__sessiontoken=<secret-1>&x=1"),
        ("Authorization: Bearer abcdefghij", "Authorization: <secret-1> <secret-2>"),
        ("Cookie: a=b; c=d", "Cookie: <secret-1>"),
        ("token eyJhbGciOi.eyJzdWIiOiI.abc_-9 end", "token <secret-1> end"),
        ("session ___1A2B3C4D-0000-11 x", "session <secret-1> x"),
        ("x @UyO8Nb2mTd9wRbUwPp0Gnw== y", "x <secret-1> y"),
        ("password=@UyO8Nb2mTd9wRbUwPp0Gnw==!more", "password=<secret-1>"),
        ("-----BEGIN PRIVATE KEY-----\nAAAA", "-----BEGIN PRIVATE KEY-----<secret-1>"),
        ("https://joe:pw@host/x", "https://<login-1>:<secret-1>@host/x"),
        ("nlserver config -setdblogin:Oracle:a:b/pw@s -instance:x",
         "nlserver config -setdblogin:<secret-1> -instance:x"),
        ("-setactivationkey:AB12-CD34", "-setactivationkey:<licence-1>"),
        ("licence key: AB12", "licence key: <licence-1>"),
        ("key A1B2C-D3E4F-G5H6I-J7K8L here", "key <licence-1> here"),
        ("<input type='hidden' value='abc'>", "<input type='hidden' value='<secret-1>'>"),
        ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
         "-----BEGIN PRIVATE KEY-----<secret-1>-----END PRIVATE KEY-----"),
    ],
)  # fmt: skip
def test_what_is_taken_out(text: str, expected: str) -> None:
    assert redacted(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "127.0.0.1 ::1 0.0.0.0",
        "2026-11-22T08:42:18.210Z",
        "12:09:54 > Application server for Adobe Campaign Classic (7.X 20.2 build 9032@0a1b2c3) of",
        "build 9032@3f786850e387550fdab836ed7e6dc881de23001b of 01/01/2026",
        "web@default (9984) - 50.1 Mo",
        "XSV-350013 and ORA-00904 and PGS-220000",
        "version 7.4.1.9032",
        "localhost:7777",
        "999.1.1.1",
        "deadlock detected",
        "passed: x",
    ],
)
def test_what_stays(text: str) -> None:
    assert redacted(text) == text


def test_the_same_value_gets_the_same_placeholder_everywhere() -> None:
    redactor = Redactor()
    assert redactor.text("10.1.1.1 10.1.1.2 10.1.1.1") == "<ip-1> <ip-2> <ip-1>"
    assert redactor.text("10.1.1.2") == "<ip-2>"
    assert redactor.text("login=a@b.example") == "login=<login-1>"
    assert redactor.text("to A@B.example") == "to <login-1>"
    assert redactor.value({"a": ["10.1.1.1", 1, None]}) == {"a": ["<ip-1>", 1, None]}


def test_who_is_logged_on_is_taken_out_of_the_process_list() -> None:
    text = redacted(sample("pdump-who.txt"))
    for name in ("formation_fr", "internal|", "test400"):
        assert name in sample("pdump-who.txt")
        assert name not in text
    assert "mta@test (9986) - 9.6 Mo" in text
    assert "Connection pool ---" in text


def test_no_error_signature_is_touched() -> None:
    for entry in vocabulary().entries("error"):
        for literal in (*entry.codes, *entry.fragments):
            assert redacted(f"x {literal} y") == f"x {literal} y"


def test_xml_stays_well_formed_and_placeholders_are_numbered_anew() -> None:
    text = '<a x="10.1.1.2" y="10.1.1.1"><b login="me"/></a>'
    first = redacted(text, xml=True)
    assert dict(fromstring(first).attrib) == {"x": "<ip-1>", "y": "<ip-2>"}
    again = Redactor()
    again.text("10.9.9.9")
    assert dict(fromstring(again.text(first, xml=True)).attrib) == {"x": "<ip-2>", "y": "<ip-3>"}


def test_placeholders_are_numbered_as_they_stand() -> None:
    text = "2001:db8::1 10.1.1.1 password=x token='y' ___12345678"
    assert redacted(text) == "<ip-1> <ip-2> password=<secret-1> token='<secret-2>' <secret-3>"


def test_a_long_text_is_redacted_like_its_lines() -> None:
    lines = [
        sample("pdump-who.txt"),
        "\n",
        sample("web.log"),
        "login=me password=x\n",
        "a@b.example\n",
    ]
    text = "".join(lines) + "nothing\n" * 5000
    assert redacted(text) == redacted("".join(lines)) + "nothing\n" * 5000


def test_a_redacted_text_stays_as_it_is() -> None:
    text = redacted("login=a 10.1.1.1 x@y.example password=p 10.1.1.2")
    assert redacted(text) == text


def test_facts_and_reasons_are_redacted_with_one_set_of_placeholders() -> None:
    seen = Seen(
        (
            ErrorFact(kind="error", code="XSV-350013", text="The '10.1.1.1' IP address"),
            SettingFact(kind="setting", name="x", state="ok", value="10.1.1.2", source="10.1.1.1"),
        ),
        (NotObserved(source="http", reason="no answer of 10.1.1.2"),),
    )
    shown = Redactor().seen(seen)
    assert shown.facts[0].text == "The '<ip-1>' IP address"  # type: ignore[union-attr]
    assert (shown.facts[1].value, shown.facts[1].source) == ("<ip-2>", "<ip-1>")  # type: ignore[union-attr]
    assert shown.not_observed[0].reason == "no answer of <ip-2>"


@given(st.text(), st.text())
def test_an_address_is_taken_out_wherever_it_stands(before: str, after: str) -> None:
    assert "10.20.30.40" not in redacted(f"{before} 10.20.30.40 {after}")
    assert "jane@mail.example" not in redacted(f"{before} jane@mail.example {after}")


@given(st.dictionaries(st.text(), st.text() | st.lists(st.text())))
def test_json_stays_json(data: dict[str, object]) -> None:
    shown = Redactor().value(data)
    assert shown.keys() == data.keys()
    json.dumps(shown)


@pytest.mark.parametrize(
    "unit",
    ["a", "a\n", "a.", "@", "a@", "eyJ-", "password=", "-----BEGIN PRIVATE KEY-----", "<input ",
     "1.", ":", "A1B2-", "login ", "Login\n", "://a:", " ", "Datasource Login\nx", "___", "/home/"],
)  # fmt: skip
def test_no_text_makes_a_pattern_run_wild(unit: str) -> None:
    """A pattern whose work grew with the square of the text would not come back from this."""
    assert "10.20.30.40" not in redacted(unit * (300_000 // len(unit)) + " 10.20.30.40")
