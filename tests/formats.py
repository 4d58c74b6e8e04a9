"""What the tests of report formats share: rich reports, and the same with a hostile text in every
place that a text can stand in."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass, replace
from datetime import date
from functools import cache
from typing import Any

from hypothesis import strategies as st

from ccexpert import Expert, Report
from ccexpert.diagnosis import Action, Evidence, UnknownFact
from ccexpert.knowledge.waivers import Waiver
from tests.kit import ROOT

EXPERT = Expert()
MTA = {"kind": "process", "module": "mta", "instance": "prod", "state": "missing"}

#: Fields whose words the program itself chooses; all other texts may have been observed.
_OWN_WORDS = {"kind", "risk", "verdict", "status", "platform", "language", "started"}


@cache
def stat_down(**wanted: Any) -> Report:
    """One critical finding with one consequence; a start in the plan."""
    return EXPERT.diagnose(_example("mails-stopped-stat-down.json"), **wanted)


@cache
def nothing_runs(**wanted: Any) -> Report:
    """One critical finding with many consequences; steps with warnings, steps by hand."""
    return EXPERT.diagnose(_example("no-process-starts.json"), **wanted)


@cache
def repaired_in_steps() -> Report:
    """A start, and a look behind it."""
    report = EXPERT.diagnose([{"kind": "process", "module": "web", "state": "missing"}])
    assert any(action.after and action.command for action in report.plan)
    return report


@cache
def two_hosts() -> Report:
    """The same fault on two hosts, another one on a third."""
    facts = [{**MTA, "host": host} for host in ("app-1", "app-2")]
    return EXPERT.diagnose([*facts, {**MTA, "module": "web", "host": "app-3"}])


@cache
def healthy() -> Report:
    return EXPERT.diagnose([{**MTA, "state": "running"}])


@cache
def nothing_known() -> Report:
    return EXPERT.diagnose([])


@cache
def on_windows() -> Report:
    return EXPERT.diagnose(
        {"schema_version": 1, "platform": "windows", "facts": [{**MTA, "module": "watchdog"}]}
    )


@cache
def rich(language: Any = "en") -> Report:
    """A report in which every part holds something."""
    waiver = Waiver(diagnosis="web-not-running", reason="known", expires=date(2999, 1, 1))
    facts = [
        *({**MTA, "module": module} for module in ("mta", "stat", "wfserver")),
        {"kind": "process", "module": "web", "state": "missing"},
        {"kind": "process", "module": "watchdog", "state": "missing"},
        {"kind": "error", "text": "something nobody has ever seen"},
    ]
    report = Expert(base=EXPERT.base, waivers=[waiver]).diagnose(facts, language=language)
    unknown = UnknownFact({"kind": "probe"}, "Is it?", 1.0, "mta-hung")
    against = Evidence("rule#1", ("a fact",), -0.3, "It is not.")
    first = report.diagnoses[0]
    doubted = replace(first, evidence=(*first.evidence, against))
    whole = replace(
        report,
        host="app-1",
        diagnoses=(doubted, *report.diagnoses[1:]),
        unknown=(unknown,),
        overlaid=(first.id,),
    )
    assert whole.explained
    assert whole.unexplained
    assert whole.waived
    assert whole.ruled_out
    return whole


def with_text(value: Any, text: str, *, commands: bool = True) -> Any:
    """``value`` with ``text`` before every text in it that may have been observed."""
    if isinstance(value, str):
        return text + value
    if isinstance(value, tuple):
        return tuple(with_text(one, text, commands=commands) for one in value)
    if isinstance(value, dict):
        return {k: with_text(v, text, commands=commands) for k, v in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        kept = _OWN_WORDS if commands or not isinstance(value, Action) else {*_OWN_WORDS, "command"}
        changed = {
            f.name: with_text(getattr(value, f.name), text, commands=commands)
            for f in fields(value)
            if f.name not in kept
        }
        return replace(value, **changed)
    return value


NASTY = [
    "<script>document.title='owned'</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onmouseover='x",
    "</style><b>",
    "</script><b>",
    "]]>",
    "<!--",
    "&lt;&#60;",
    "{{ 7 * 7 }}",
    "{% raw %}",
    "${{ secrets.TOKEN }}",
    "{{ lookup('pipe', 'touch owned') }}",
    "#jinja2:variable_start_string:'['\n['",
    "'; touch owned; '",
    '"; touch owned; "',
    "$(touch owned)",
    "`touch owned`",
    "\\",
    "\ntouch owned\n",
    "\r\n",
    "|",
    "| x=1",
    "::error::",
    "##[error]",
    "%0A::error::",
    "- a: !!python/object/apply:os.system ['touch owned']",
    "!unsafe",
    "&a *a",
    ": ",
    "# ",
    "\x00",
    "\x1b]0;owned\x07",
    "\x85\u2028\u2029\ufeff",
    "\u202eowned",
    "%s%n",
]

hostile_texts = st.lists(st.sampled_from(NASTY) | st.text(max_size=12), min_size=1, max_size=4).map(
    "".join
)


def _example(name: str) -> Any:
    return json.loads((ROOT / "examples" / name).read_text(encoding="utf-8"))
