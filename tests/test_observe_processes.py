"""The process list and the list of missing modules, in every form the documentation shows."""

from __future__ import annotations

from typing import Any

import pytest

from ccexpert.facts import IndicatorFact, ProcessFact
from ccexpert.observe.interface import Configuration, Seen
from ccexpert.observe.observer import agreed
from ccexpert.observe.sources.missing import parse_text as parse_missing
from ccexpert.observe.sources.pdump import parse_text
from tests.kit import signatures
from tests.samples import HEADER, context, labels, sample, starting


def processes(text: str | bytes, **fields: Any) -> dict[str, ProcessFact]:
    """The processes of a list, by the way they are addressed."""
    found = parse_text(text, context(**fields)).facts
    return {f"{f.module}@{f.instance}": f for f in found if isinstance(f, ProcessFact)}


def probe(text: str | bytes, **fields: Any) -> str | None:
    facts = parse_text(text, context(**fields)).facts
    return next((f.result for f in facts if f.kind == "probe"), None)


RUNNING = {
    "pdump-one-instance.txt": {
        "syslogd@default": (7611, 9.2),
        "stat@demo": (5988, 1.5),
        "inMail@demo": (7830, 11.9),
        "watchdog@default": (27369, 3.1),
        "mta@demo": (7831, 15.6),
        "wfserver@demo": (7832, 11.5),
        "web@default": (28671, 40.5),
    },
    "pdump-who.txt": {
        "web@default": (9984, 50.1),
        "watchdog@default": (2273, 6.6),
        "syslogd@default": (9931, 7.0),
        "trackinglogd@default": (9985, 45.6),
        "mta@test": (9986, 9.6),
        "wfserver@test": (9987, 8.8),
    },
    "pdump-windows.txt": {
        "webmdl@default": (1644, 18.2),
        "web@default": (9984, 50.1),
        "watchdog@default": (2273, 6.6),
        "syslogd@default": (9931, 7.0),
    },
    "pdump-shortened.txt": {"wfserver@prod": (9340, 1.5)},
}


@pytest.mark.parametrize("name", RUNNING)
def test_every_documented_list_is_read_exactly(name: str) -> None:
    found = processes(sample(name))
    running = {k: (f.pid, f.memory_mb) for k, f in found.items() if f.state == "running"}
    assert running == RUNNING[name]
    assert {k for k, f in found.items() if f.state == "missing"} == set()
    assert probe(sample(name)) == "ok"


@pytest.mark.parametrize(
    "text",
    [
        sample("pdump-no-tasks.txt"),
        HEADER + "No tasks\n",
        HEADER + "No task",
        "no task\n",
        HEADER.replace("\n", " ") + "No tasks",
        "C:\\<path>\\bin>nlserver pdump\r\n" + HEADER + "no tasks\r\n\r\nC:\\<path>\\bin>",
    ],
)
def test_no_tasks_means_that_the_watchdog_is_missing(text: str) -> None:
    assert probe(text) == "blank"
    assert {k: f.state for k, f in processes(text).items()} == {"watchdog@default": "missing"}


CLOCKED = "12:09:54 >   Application "
HEADERS = [
    "server for Adobe Campaign Classic (7.X YY.R build XXX@SHA1) of DD/MM/YYYY",
    "server for Adobe Campaign Version X.Y (build XXXX) of DD/MM/YYYY",
    "Server for Adobe Campaign Classic (7.3.1 build 9356@3ca5d5b) of 01/02/2022",
    "Server for Adobe Campaign version x.x (build xxx) dated xx/xx/xxxx",
    "server for Adobe Campaign Classic (7.0.0 19.1 build 8985@1a2b3c4) of 2019-04-03",
    "server for Adobe Campaign Version 6.1.1 (build 8750) of 2/3/2016",
]


@pytest.mark.parametrize("header", HEADERS)
@pytest.mark.parametrize("between", ["\n", " ", "  \r\n"])
def test_every_documented_header_is_known(header: str, between: str) -> None:
    top = CLOCKED + header + between
    lines = "watchdog (2273) - 6.6 Mo\nwebmdl@default (1644) - 18.2 Mb\nmta@demo (7831) - 15.6 MB"
    assert set(processes(top + lines)) == {"watchdog@default", "webmdl@default", "mta@demo"}
    for empty in ("No tasks", "No task", "no task"):
        assert probe(top + empty) == "blank"
    assert missing(top + "mta@prod\nstat@prod") == [
        "probe monitor-missing = error",
        "process mta@prod = missing",
        "process stat@prod = missing",
    ]


def windows_line_ends(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()


FORMS = {
    "crlf": windows_line_ends,
    "old mac line ends": lambda text: text.replace("\n", "\r").encode(),
    "byte order mark": lambda text: text.encode("utf-8-sig"),
    "utf-16 of PowerShell": lambda text: windows_line_ends(text).decode().encode("utf-16"),
    "utf-16 big endian": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "utf-16 without a mark": lambda text: text.encode("utf-16-le"),
    "no newline at the end": lambda text: text.rstrip("\n").encode(),
    "latin-1 in a path": lambda text: f"C:\\Mål>nlserver pdump\n{text}".encode("latin-1"),
    "french unit": lambda text: text.replace("MB", "Mo").encode(),
    "Mb": lambda text: text.replace("MB", "Mb").encode(),
    "capital s": lambda text: text.replace("Application server", "Application Server").encode(),
    "more blanks": lambda text: text.replace(" - ", "  -  ").replace("\n", "  \n").encode(),
    "blanks of a web page": lambda text: text.replace(" (", "\xa0(").encode(),
    "module in other case": lambda text: text.replace("inMail", "inmail").encode(),
    "unknown module": lambda text: (text + "listProtect@demo (12) - 1.0 MB\n").encode(),
    "PowerShell": lambda text: (r"PS C:\nl6\bin> nlserver pdump" + "\n" + text).encode(),
    "prompt": lambda text: ("neolane@app-1:~$ nlserver pdump\n" + text).encode(),
    "reversed": lambda text: "\n".join([*text.split("\n")[:1], *text.split("\n")[:0:-1]]).encode(),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_the_form_of_the_text_does_not_matter(form: str) -> None:
    text = sample("pdump-one-instance.txt")
    known = starting("mta@demo", "sms@demo")
    expected = parse_text(text, context(configuration=known))
    assert parse_text(FORMS[form](text), context(configuration=known)) == expected
    assert "process sms@demo = missing" in labels(expected.facts)


def test_a_module_that_starts_here_and_is_not_listed_is_missing() -> None:
    known = starting("mta@demo", "sms@demo", "web@default", off=("pipelined@demo",))
    found = processes(sample("pdump-one-instance.txt"), configuration=known)
    assert (found["sms@demo"].state, found["sms@demo"].autostart) == ("missing", True)
    assert found["mta@demo"].autostart is True
    assert "pipelined@demo" not in found


def test_a_module_that_is_not_set_to_start_here_is_not_missing() -> None:
    found = processes(HEADER + "watchdog (1) - 2 Mo\n", configuration=starting(off=("mta@prod",)))
    assert list(found) == ["watchdog@default"]
    assert list(processes(HEADER + "watchdog (1) - 2 Mo\n")) == ["watchdog@default"]


def test_a_list_without_the_watchdog_lacks_the_watchdog() -> None:
    assert processes(HEADER + "web@default (12) - 2 Mo\n")["watchdog@default"].state == "missing"


@pytest.mark.parametrize(
    "text",
    [
        sample("pdump-shortened.txt"),
        "web@default (9984) - 50.1 Mo\n",
        HEADER + "web@default (9984) - 50.1 Mo\nmta@dem",
        HEADER + "web@default (9984) - 50.1 Mo\nPermission denied\n",
    ],
)
def test_nothing_is_called_missing_when_the_list_is_not_whole(text: str) -> None:
    seen = parse_text(text, context(configuration=starting("mta@prod", "mta@demo")))
    assert not [f for f in seen.facts if isinstance(f, ProcessFact) and f.state == "missing"]
    assert "not whole" in seen.not_observed[0].reason


@pytest.mark.parametrize(
    "line",
    [
        "tomcat@default (12) - 5 Mo",  # an alias, but no module
        "database (12) - 5 Mo",
        "mta@prod;id (12) - 5 Mo",
        "mta@../../etc (12) - 5 Mo",
        "mta@prod (0) - 5 Mo",
        "mta@prod (x) - 5 Mo",
        "mta@prod - 5 Mo",
        "ſtat@prod (12) - 5 Mo",
        "Stop requested for 'mta@prod' ('nlserver mta', pid=12, tid=3)...",
        "12:00:00 > Start of the 'web@default' ('nlserver web -detach') task in a new process",
    ],
)
def test_nothing_else_is_taken_for_a_process(line: str) -> None:
    found = processes(f"{HEADER}{line}\n")
    assert {k for k, f in found.items() if f.state == "running"} == set()


def test_several_children_are_one_fact_with_the_largest_memory() -> None:
    text = HEADER + "mtachild@prod (5) - 100.0 Mo\nmtachild@prod (6) - 130.5 Mo\n"
    child = processes(text)["mtachild@prod"]
    assert (child.pid, child.memory_mb) == (None, 130.5)


@pytest.mark.parametrize(
    ("memory", "level"), [("1599.9 Mo", "ok"), ("1600 Mo", "warning"), ("1.8 Go", "alert")]
)
def test_the_memory_of_the_largest_process_is_judged(memory: str, level: str) -> None:
    seen = parse_text(HEADER + f"watchdog (1) - 2 Mo\nmta@prod (2) - {memory}\n", context())
    fact = next(f for f in seen.facts if f.kind == "indicator")
    assert (fact.name, fact.level) == ("process-memory", level)
    assert str(fact.value).startswith("mta@prod")


@pytest.mark.parametrize(
    ("memory", "level"), [("2410.6 MB", "ok"), ("4.1 GB", "warning"), ("7 GB", "alert")]
)
def test_web_may_hold_what_its_java_heap_needs(memory: str, level: str) -> None:
    seen = parse_text(HEADER + f"web@default (2) - {memory}\nmta@prod (3) - 90 MB\n", context())
    assert f"indicator process-memory = {level}" in labels(seen.facts)


def test_a_small_process_above_its_own_limit_counts_before_a_large_one_within_its() -> None:
    seen = parse_text(HEADER + "web@default (2) - 3 GB\nmta@prod (3) - 1.7 GB\n", context())
    fact = next(f for f in seen.facts if f.kind == "indicator")
    assert (fact.level, fact.value) == ("warning", "mta@prod 1700 MB")


def test_the_memory_limits_of_the_configuration_count() -> None:
    known = Configuration(memory_mb=(100.0, 200.0))
    seen = parse_text(HEADER + "web@default (2) - 150 Mo\n", context(configuration=known))
    assert "indicator process-memory = warning" in labels(seen.facts)


@pytest.mark.parametrize(("rows", "level"), [(1, "ok"), (89, "ok"), (90, "alert")])
def test_rows_of_the_connection_pool_are_counted(rows: int, level: str) -> None:
    text = sample("pdump-who.txt") + "default    xxxxx  myserver myprovider test400\n" * (rows - 1)
    fact = next(f for f in parse_text(text, context()).facts if f.key[1] == "database-connections")
    assert (fact.seen, fact.value) == (level, f"{rows} of 90")


def test_one_instance_only() -> None:
    text = HEADER + "web@default (1) - 1 Mo\nmta@a (2) - 1 Mo\nmta@b (3) - 1 Mo\n"
    known = starting("stat@a", "stat@b")
    found = processes(text, instance="a", configuration=known)
    assert set(found) == {"web@default", "mta@a", "stat@a", "watchdog@default"}


def test_a_command_that_fails_as_the_campaign_account_is_an_error_with_its_cause() -> None:
    text = (
        "nlserver: error while loading shared libraries: libicuuc.so.50: cannot open shared object "
        "file: No such file or directory\n\nexit code: 127\n"
    )
    seen = parse_text(text, context())
    assert "probe pdump = error" in labels(seen.facts)
    error = next(f for f in seen.facts if f.kind == "error")
    assert "shared-library-missing" in signatures(error, context().vocabulary)


def test_a_command_that_fails_for_another_account_says_nothing() -> None:
    text = (
        "error while loading shared libraries\nexit code: 127 (not run as the Campaign account)\n"
    )
    seen = parse_text(text, context())
    assert seen.facts == ()
    assert "as the Campaign account" in seen.not_observed[0].reason


def test_a_header_with_nothing_below_probably_means_that_nothing_runs() -> None:
    seen = parse_text(HEADER, context(configuration=starting("mta@prod")))
    (fact,) = seen.facts
    assert (fact.label, fact.certainty) == ("probe pdump = blank", 0.7)
    assert "probably nothing runs" in seen.not_observed[0].reason


def test_a_module_or_two_without_those_of_the_service_were_started_by_hand() -> None:
    by_hand, web = "context modules-started-by-hand = true", "web@default (2) - 9 MB\n"
    assert by_hand in labels(parse_text(HEADER + web, context()).facts)
    assert by_hand in labels(parse_text(HEADER + web + "mta@prod (3) - 9 MB\n", context()).facts)
    for beside in ("syslogd@default (3) - 9 MB\n", "mta@prod (3) - 9 MB\nstat@prod (4) - 9 MB\n"):
        assert by_hand not in labels(parse_text(HEADER + web + beside, context()).facts)


@pytest.mark.parametrize("text", ["", "\n", "hello\n"])
def test_a_text_that_is_no_process_list_says_nothing(text: str) -> None:
    seen = parse_text(text, context(configuration=starting("mta@prod")))
    assert seen.facts == ()
    assert seen.not_observed


def missing(text: str | bytes, **fields: Any) -> list[str]:
    return labels(parse_missing(text, context(**fields)).facts)


@pytest.mark.parametrize(
    "form", sorted(set(FORMS) - {"unknown module", "reversed", "latin-1 in a path"})
)
def test_missing_modules_are_named_by_monitor(form: str) -> None:
    assert missing(FORMS[form](sample("monitor-missing.txt"))) == [
        "probe monitor-missing = error",
        "process mta@prod = missing",
        "process stat@prod = missing",
        "process wfserver@prod = missing",
    ]


def test_a_header_alone_means_that_nothing_is_missing() -> None:
    assert missing(HEADER) == ["probe monitor-missing = ok"]
    assert missing("") == ["probe monitor-missing = blank"]


def test_unknown_modules_and_prose_are_passed_over() -> None:
    assert missing(HEADER + "listProtect@prod\nsome words\nmta@prod\ntomcat\n")[1:] == [
        "process mta@prod = missing"
    ]
    assert missing("bash: nlserver: command not found\n") == []


def test_what_the_process_list_names_is_not_missing_whatever_monitor_says() -> None:
    listed = parse_text(HEADER + "watchdog (1) - 2 Mo\nmta@prod (2) - 2 Mo\n", context())
    both = agreed(Seen(listed.facts + parse_missing(HEADER + "mta@prod\n", context()).facts))
    assert "process mta@prod = running" in labels(both.facts)
    assert "process mta@prod = missing" not in labels(both.facts)
    assert "contradicts" in both.not_observed[0].reason


def test_of_two_views_of_one_indicator_the_worse_counts() -> None:
    good, bad = (
        IndicatorFact(kind="indicator", name="disk", level=level) for level in ("ok", "alert")
    )
    for facts in ((good, bad), (bad, good)):
        assert agreed(Seen(facts)).facts == (bad,)
