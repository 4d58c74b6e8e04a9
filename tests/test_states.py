"""That a process is missing, crashes or hangs is sure and no cause: what a message names comes
first, and the state is told as its consequence."""

from itertools import product

import pytest

from ccexpert.certainty import FINDING
from ccexpert.knowledge.cards import Card

_STATES = {"not-running": "missing", "crashing": "crashing", "hung": "unresponsive"}
PG_STARTS = "psql: FATAL:  the database system is starting up"


def _states(expert):
    """The cards of states, each with the fact that they rest on."""
    base = expert.base
    for card in base.cards.values():
        ending = next((end for end in _STATES if card.id.endswith(f"-{end}")), None)
        entry = base.vocabulary.module(card.module)
        if ending and entry:
            seen = {"kind": "process", "module": card.module, "state": _STATES[ending]}
            seen["instance"] = base.vocabulary.default_instance(card.module) or "prod"
            first = _diagnosed(expert, seen).first
            if first and first.id == card.id:
                yield card, seen


def _causes(base):
    """The cards that one message names, each with that message."""
    signatures = {entry.name: entry for entry in base.vocabulary.entries("error")}
    for card in base.cards.values():
        for rule in card.evidence:
            patterns = list(rule.when.patterns)
            if len(patterns) == 1 and patterns[0].kind == "error" and rule.certainty >= FINDING:
                names = sorted(patterns[0].literals("signature"))
                entries = [signatures[name] for name in names]
                said = [
                    " ".join((*e.beside.get(text, ())[:1], text))
                    for e in entries
                    for text in e.fragments[:1]
                ]
                if said and not card.complaint:
                    modules = sorted(patterns[0].literals("module"))
                    module = {"module": modules[0]} if modules else {}
                    yield card, {"kind": "error", "text": said[0], **module}


def _diagnosed(expert, *facts):
    return expert.diagnose({"schema_version": 1, "facts": [*facts]})


def test_what_a_message_names_stands_above_every_state_that_its_card_explains(expert):
    causes = [(card, said) for card, said in _causes(expert.base) if not card.general]
    pairs = 0
    for (state, seen), (cause, said) in product(list(_states(expert)), causes):
        if cause.accounts_for(state.id):
            pairs += 1
            first = _diagnosed(expert, seen, said).first
            assert (first.id, state.id in first.explains) == (cause.id, True), (state.id, cause.id)
    assert pairs > 40


def test_a_database_that_starts_is_mended_before_campaign_is_started(expert):
    nothing = {"kind": "probe", "name": "pdump", "result": "blank"}
    report = _diagnosed(expert, nothing, {"kind": "error", "text": PG_STARTS})
    assert [one.id for one in report.diagnoses][:2] == ["database-down", "watchdog-not-running"]
    steps = [step.diagnosis for step in report.plan if step.kind != "check"]
    assert steps.index("database-down") < steps.index("watchdog-not-running")


@pytest.mark.parametrize("log", ["trackinglogd", "web"])
def test_a_class_of_causes_stands_above_the_state_of_the_process_that_says_so(expert, log):
    seen = {"kind": "process", "module": "trackinglogd", "state": "crashing"}
    said = {"kind": "error", "text": "bind: Address already in use", "module": log}
    first = _diagnosed(expert, seen, said).first
    assert (first.id == "trouble-address-taken") == (log == "trackinglogd")


def test_a_process_that_runs_is_not_said_to_be_missing(expert):
    for card, seen in _states(expert):
        if card.id.endswith("-not-running"):
            report = _diagnosed(expert, seen | {"state": "running"})
            assert card.id in {out.id for out in report.ruled_out}, card.id


def test_cards_are_not_compared_field_by_field_to_order_what_stands_beside_them(
    expert, monkeypatch
):
    """Many instances with one fault, and a message that goes before their states."""
    facts = [
        {"kind": "process", "module": "stat", "instance": f"i{number}", "state": "missing"}
        for number in range(20)
    ]
    facts.append({"kind": "error", "text": "could not connect to server: Connection refused 5432"})
    expert.diagnose(facts)
    compared = []
    monkeypatch.setattr(Card, "__eq__", lambda one, other: compared.append(one) or one is other)
    expert.diagnose([*facts, {"kind": "process", "module": "mta", "state": "running"}])
    assert not compared
