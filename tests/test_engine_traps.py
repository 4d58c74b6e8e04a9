"""Every trap of experta: impossible to write in a card, refused at load, or made harmless."""

from __future__ import annotations

import ast
import logging
import subprocess
import sys
from typing import Any

import pytest

from ccexpert.engine.matcher import IndexedMatcher
from ccexpert.engine.rules import SEEN_TYPES, Condition, Firing, engine_class
from ccexpert.engine.run import Engine
from ccexpert.engine.shim import NOT, KnowledgeEngine, ReteMatcher, Rule
from ccexpert.engine.strategy import ExactStrategy
from ccexpert.errors import KnowledgeError
from tests.kit import ROOT, condition, fired, process, seen, symptom

P_MTA = {"process": {"module": "mta", "state": "missing", "instance": "$instance"}}
P_STAT = {"process": {"module": "stat", "state": "missing", "instance": "$instance"}}
S_0 = {"symptom": {"name": "symptom-0", "present": True, "instance": "$instance"}}


def run(when: list[Any], *facts: Any, matcher: Any = "indexed") -> list[Any]:
    return Engine([condition("rule", when)], matcher).run(facts)


# --- the agenda ---


def test_a_rule_whose_condition_became_false_does_not_fire() -> None:
    """Ten negations that tie; experta's own strategy loses removals among four or more."""
    done: list[str] = []
    members: dict[str, Any] = {"__strategy__": ExactStrategy, "__matcher__": ReteMatcher}
    a = SEEN_TYPES["context"]
    for i in range(10):
        members[f"rule_{i}"] = Rule(NOT(a(name=i)))(lambda *_, n=i: done.append(str(n)))
    engine = type("Ties", (KnowledgeEngine,), members)()
    engine.reset()
    for i in range(5):
        engine.declare(a(name=i))
    engine.run()
    assert sorted(done) == ["5", "6", "7", "8", "9"]


def test_the_order_of_firing_is_the_same_in_every_process() -> None:
    script = (
        "from tests.test_engine import many_rules, many_facts\n"
        "from ccexpert.engine.run import Engine\n"
        "engine = Engine(many_rules(60))\n"
        "engine.run(many_facts(30, 3)); print([one.rule for one in engine._fired])\n"
    )
    orders = {
        subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed, "PATH": ""},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2", "random")
    }
    assert len(orders) == 1
    assert "rule-" in orders.pop()


# --- state that survives ---


class Broken(list[Firing]):
    def append(self, _: Firing) -> None:
        raise RuntimeError("in the middle of a case")


@pytest.mark.parametrize("matcher", ["indexed", "stock"])
def test_an_exception_leaves_nothing_of_that_case_behind(matcher: Any) -> None:
    engine = Engine([condition("rule", [P_MTA])], matcher)
    engine._fired = Broken()
    with pytest.raises(RuntimeError):
        engine.run([process("mta", "missing", "a"), process("mta", "missing", "b")])
    engine._fired = []
    assert fired(engine.run([process("mta", "missing", "c")])) == {
        ("rule", (("host", ""), ("instance", "c")))
    }


def test_an_unhashable_or_strange_value_does_not_break_a_predicate() -> None:
    facts = [seen("process", module="mta", state="missing", instance="x")]
    when = [{"process": {"module": ["mta", "stat"], "state": ["missing", "stuck"]}}]
    assert len(run(when, *facts)) == 1


def test_facts_are_made_anew_for_each_engine() -> None:
    facts = [process("mta", "missing")]
    one, other = Engine([condition("a", [P_MTA])]), Engine([condition("b", [P_MTA])])
    assert fired(one.run(facts)) == {("a", (("host", ""), ("instance", "prod")))}
    assert fired(other.run(facts)) == {("b", (("host", ""), ("instance", "prod")))}
    assert one.run(facts) == one.run(facts)


def test_one_pattern_in_two_rules_is_bound_in_neither_by_the_other() -> None:
    when = condition("first", [P_MTA]).when
    rules = [Condition("first", when), Condition("second", when)]
    assert {f.rule for f in Engine(rules).run([process("mta", "missing")])} == {"first", "second"}


@pytest.mark.parametrize("name", ["run", "facts", "reset", "declare", "agenda", "__init__"])
def test_a_rule_may_have_the_name_of_an_engine_method(name: str) -> None:
    engine = Engine([condition(name, [P_MTA])])
    assert {f.rule for f in engine.run([process("mta", "missing")])} == {name}


def test_two_rules_of_one_name_are_refused() -> None:
    rules = [condition("same", [P_MTA]), condition("same", [P_STAT])]
    with pytest.raises(KnowledgeError, match="two rules are called 'same'"):
        Engine(rules).run([])


def test_a_network_has_no_properties_that_reset_would_evaluate() -> None:
    made = engine_class([condition("a", [P_MTA])], lambda *_: None, ExactStrategy, IndexedMatcher)
    assert not [n for n in vars(made) if isinstance(vars(made)[n], property)]


def test_nothing_is_concluded_from_the_case_before() -> None:
    engine = Engine([condition("rule", [P_MTA])])
    assert engine.run([process("mta", "missing")])
    assert not engine.run([process("mta", "running")])


# --- conditions ---


@pytest.mark.parametrize(
    ("when", "message"),
    [
        ([{"not": P_MTA}], "before any 'not'"),
        ([{"not": P_MTA}, S_0], "'not' must stand after"),
        ([S_0, {"not": {"process": {"module": "mta", "state": "missing", "instance": "$other"}}}],
         r"\$other"),
        ([{"exists": P_MTA}], "unknown kind of fact 'exists'"),
        ([{"forall": P_MTA}], "unknown kind of fact 'forall'"),
        ([{"test": "a < b"}], "unknown kind of fact 'test'"),
        ([S_0, {"not": [P_MTA, P_STAT]}], "one kind with its fields"),
        ([S_0, {"not": {"any": [P_MTA, P_STAT]}}], "unknown kind of fact 'any'"),
        ([{"any": [P_MTA, {"process": {"module": "stat", "state": "missing"}}]}],
         "bind the same variables"),
        ([P_MTA, P_MTA], "one fact could match both"),
        ([P_MTA, {"process": {"module": "mta", "state": "missing", "instance": "$other"}}],
         "one fact could match both"),
        ([P_MTA, {"process": {"module": ["mta", "stat"], "state": ["missing", "stuck"]}}],
         "one fact could match both"),
        ([{"process": {"module": "mta", "state": None}}], "must be a word"),
        ([{"process": {"module": "mta", "state": {"x": 1}}}], "must be a word"),
        ([{"process": {"module": "mta", "state": [["missing"]]}}], "must be a word"),
        ([{"process": {"module": "mta", "state": []}}], "is empty"),
        ([{"process": {"module": "mta", "sate": "missing", "state": "missing"}}], "did you mean 'state'"),
        ([{"process": {"module": "mta", "state": "mising"}}], "did you mean 'missing'"),
        ([{"process": {"module": "mtta", "state": "missing"}}], "did you mean 'mta'"),
        ([{"port": {"port": True, "protocol": "udp", "state": "free"}}], "must be a whole number"),
        ([{"port": {"port": 6666.0, "protocol": "udp", "state": "free"}}], "must be a whole number"),
        ([{"symptom": {"name": "symptom-0", "present": 1}}], "must be true or false"),
        ([{"process": {"module": "mta", "state": "missing", "instance": "$self"}}], "not a variable"),
        ([{"process": {"module": "mta", "state": "missing", "instance": "$fact0"}}], "not a variable"),
        ([{"process": {"module": "mta", "state": "missing", "instance": "$A__b"}}], "not a variable"),
        ([{"process": {"module": "mta", "state": "missing", "in__stance": "x"}}], "unknown field"),
        ([], "at least one pattern"),
        ("process", "list with at least one pattern"),
    ],
)  # fmt: skip
def test_what_would_silently_mean_something_else_is_refused(when: Any, message: str) -> None:
    with pytest.raises(KnowledgeError, match=message):
        condition("rule", when)


def test_alternatives_that_both_hold_count_once() -> None:
    when = [
        {"any": [S_0, {"symptom": {"name": "symptom-1", "present": True, "instance": "$instance"}}]}
    ]
    found = run(when, symptom("symptom-0"), symptom("symptom-1"))
    assert fired(found) == {("rule", (("host", ""), ("instance", "prod")))}


def test_value_lists_do_not_multiply_rules() -> None:
    values = ["running", "missing", "stuck"]
    modules = ("mta", "stat", "wfserver", "web", "watchdog")
    when = [{"process": {"module": module, "state": values}} for module in modules]
    made = engine_class([condition("rule", when)], lambda *_: None, ExactStrategy, IndexedMatcher)
    assert len(made.ALTERNATIVES) == 1
    assert run(when, *(process(module, "stuck") for module in modules))


def test_negation_after_the_pattern_that_binds_joins_on_it() -> None:
    when = [S_0, {"not": P_MTA}]
    found = run(
        when, symptom("symptom-0", "a"), symptom("symptom-0", "b"), process("mta", "missing", "a")
    )
    assert [dict(f.bindings)["instance"] for f in found] == ["b"]


def test_a_missing_field_never_matches() -> None:
    when = [{"process": {"module": "mta", "state": "missing", "autostart": True}}]
    assert not run(when, process("mta", "missing"))
    assert not run(when, seen("process", module="mta", state="missing", autostart=False))
    assert run(when, seen("process", module="mta", state="missing", autostart=True))


def test_equal_facts_are_both_kept() -> None:
    found = run([P_MTA], process("mta", "missing"), process("mta", "missing"))
    assert sorted(f.facts for f in found) == [(0,), (1,)]


def test_facts_of_two_hosts_are_not_joined_unless_the_card_says_so() -> None:
    a = seen("process", module="mta", state="missing", instance="prod")
    b = ("process", {"module": "stat", "state": "missing", "instance": "prod", "host": "b"})
    assert not run([P_MTA, P_STAT], a, b)
    elsewhere = {"process": {**P_STAT["process"], "host": "$elsewhere"}}
    assert run([P_MTA, elsewhere], a, b)


# --- the import ---


def test_importing_the_engine_leaves_the_root_logger_and_collections_alone() -> None:
    script = (
        "import collections, logging\n"
        "import ccexpert.engine.shim\n"
        "assert not logging.getLogger().handlers\n"
        "assert not hasattr(collections, 'Mapping')\n"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", script], cwd=ROOT, check=True)


def test_only_the_shim_imports_experta() -> None:
    importers = set()
    for path in (ROOT / "ccexpert").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if any(name.split(".")[0] == "experta" for name in names):
                importers.add(path.relative_to(ROOT).as_posix())
    assert importers == {"ccexpert/engine/shim.py"}


def test_the_library_logs_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        run([P_MTA], process("mta", "missing"))
    assert not [r for r in caplog.records if r.levelno >= logging.WARNING]
