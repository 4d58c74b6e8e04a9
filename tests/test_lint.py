"""What lint says of a card, or of a word, that cannot be right: each rule with one that breaks it
and the sentence that its author reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from ccexpert.facts import KINDS
from ccexpert.knowledge.cards import Card
from ccexpert.knowledge.packs import cached, shipped
from ccexpert.knowledge.references import FILE, known_references
from ccexpert.verify.lint import LintFinding, lint
from tests.kit import ccexpert

GOOD = ccexpert("rules", "new", "site-good", "--module", "wfserver").stdout
SEEN = "- when: [{workflow: {name: siteNightlyJob, instance: $instance, state: late}}]\n"
CHECK = GOOD[GOOD.index("  - kind: check") : GOOD.index("false_positives:")]
RESTART = """\
  - kind: restart
    target: mta
    text: {en: Restart it., sv: Starta om den.}
    risk: interrupts-service
    warning: {en: Sending stops., sv: Sändningen stannar.}
"""


def found_in(pack: Path, card: str, words: str = "") -> list[LintFinding]:
    """What lint finds in a pack of one card and some words of its own."""
    (pack / "rules" / "wfserver").mkdir(parents=True)
    (pack / "rules" / "wfserver" / "site-good.yaml").write_text(card, encoding="utf-8")
    if words:
        (pack / "facts" / "setting").mkdir(parents=True)
        (pack / "facts" / "setting" / "site.yaml").write_text(words, encoding="utf-8")
    return lint((pack,), upon=cached())


def changed(*changes: tuple[str, str]) -> str:
    text = GOOD
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    return text


def with_step(step: str) -> str:
    return changed((CHECK, CHECK + step))


CARDS = {
    "unknown-reference": (
        changed(("help/production/using/modules-and", "help/production/usin/modules-and")),
        "no page or article is called 'help/production/usin/modules-and-frequent-issues.md', "
        "did you mean 'help/production/using/modules-and-frequent-issues.md'?",
    ),
    "other-product": (
        changed(("references: [help", "references: [KA-15581, help")),
        "'KA-15581' (Error while accessing the profile) is about another product",
    ),
    "schema": (
        changed(("module: wfserver", "module: wfservr")),
        "unknown module 'wfservr'",
    ),
    "missing-platform": (
        changed((", windows: [nlserver, pdump]", "")),
        "there is no command for windows: add it, or write 'windows: null' where there can be none",
    ),
    "missing-command": (
        with_step(
            "  - kind: check\n    target: mta.log\n    text: {en: Read it., sv: Läs den.}\n"
        ),
        "a command can look at mta.log: add it, or write 'command: {linux: null, windows: null}' "
        "where there can be none",
    ),
    "unquoted-path": (
        changed(
            (
                "windows: [nlserver, pdump]",
                r"windows: [powershell, '-Command', Get-ChildItem, 'C:\Program Files\x']",
            )
        ),
        r"PowerShell cuts C:\Program Files\x at its blanks: write '''C:\Program Files\x'''",
    ),
    "not-startable": (
        with_step(
            RESTART.replace("text:", "command: {linux: [nlserver, restart, runwf@prod], "
                            "windows: [nlserver, restart, web]}\n    text:", 1)
        ),
        "'nlserver restart' does not take runwf; it takes: archiving, inMail, interactiond, mta,",
    ),
    "verify-already": (
        with_step(RESTART + "    verify: {process: {module: mta, instance: $instance, "
                  "state: running}}\n"),
        "a process that is restarted ran before; take its log, a probe or the symptom",
    ),
    "weak-sign": (
        changed(
            (SEEN, "- when: [{symptom: {name: emails-not-sent, instance: $instance, "
             "present: true}}]\n    certainty: suggestive\n    because: {en: a, sv: b}\n  " + SEEN),
            (CHECK, CHECK + RESTART),
        ),
        "alone leads to a step that interrupts the service: ask for a second sign in 'when', or "
        "name in 'references' of the step the page that prescribes it",
    ),
    "dead-evidence": (
        changed(
            (SEEN, "- when:\n"
             "      - process: {module: web, instance: $instance, state: stuck}\n"
             "      - symptom: {name: console-slow, instance: $instance, present: true}\n"
             "    certainty: weak\n    because: {en: a, sv: b}\n  " + SEEN),
        ),
        "$instance joins web, one process for all instances, with a thing of one instance; write "
        "no instance for web",
    ),
}  # fmt: skip


@pytest.mark.parametrize("check", CARDS)
def test_a_card_that_breaks_a_rule_is_told_so_in_a_sentence(tmp_path: Path, check: str) -> None:
    card, sentence = CARDS[check]
    messages = {f.check: f.message for f in found_in(tmp_path, card)}
    assert check in messages, messages
    assert sentence in messages[check]


def test_a_state_that_leads_to_a_step_does_not_show_that_the_step_worked(tmp_path: Path) -> None:
    step = RESTART + (
        "    when: [{symptom: {name: emails-not-sent, instance: $instance, present: true}}]\n"
        "    verify: {symptom: {name: emails-not-sent, instance: $instance, present: true}}\n"
    )
    found = {f.check: f.message for f in found_in(tmp_path, with_step(step))}
    assert "it holds where symptom {" in found["verify-already"]
    assert "leads to the step" in found["verify-already"]


def test_a_probe_that_the_card_never_looked_at_does_not_show_that_a_restart_worked(
    tmp_path: Path,
) -> None:
    step = RESTART + (
        "    when: [{symptom: {name: emails-not-sent, instance: $instance, present: true}}]\n"
        "    verify: {probe: {name: site, result: ok}}\n"
    )
    found = {f.check: f.message for f in found_in(tmp_path, with_step(step))}
    assert "it may have been so before" in found["verify-already"]


def test_a_log_of_all_instances_is_not_joined_with_one_instance(tmp_path: Path) -> None:
    step = RESTART + (
        "    when:\n"
        "      - log: {module: syslogd, instance: $instance, state: stale}\n"
        "      - workflow: {name: siteNightlyJob, instance: $instance, state: late}\n"
    )
    found = {f.check: f.message for f in found_in(tmp_path, with_step(step))}
    assert "$instance joins syslogd" in found["dead-step"]


def test_a_step_that_cites_the_page_that_prescribes_it_may_follow_one_sign(tmp_path: Path) -> None:
    card = CARDS["weak-sign"][0].replace(
        RESTART, RESTART + "    references: [help/production/using/administration.md]\n"
    )
    assert "weak-sign" not in {f.check for f in found_in(tmp_path, card)}


def test_a_platform_without_such_a_command_is_said_to_have_none(tmp_path: Path) -> None:
    card = changed((", windows: [nlserver, pdump]", ", windows: null"))
    assert not found_in(tmp_path, card)


def test_a_text_that_falls_apart_at_a_comma_is_told_to_stand_in_quotes(tmp_path: Path) -> None:
    card = (
        GOOD
        + "explains:\n  - cards: [mta-hung]\n    because: {en: It hangs, so it does., sv: Ja.}\n"
    )
    (finding,) = found_in(tmp_path, card)
    assert "put a text with a comma or a colon in quotes" in finding.message
    assert finding.file not in finding.message  # stands before it


def test_a_word_that_only_an_unreadable_card_speaks_of_is_not_called_unspoken(
    tmp_path: Path,
) -> None:
    assert set(pack_with_words(tmp_path, WORD, SPEAKING + "impakt: 3\n")) == {"schema"}


def test_a_command_that_is_not_allowed_is_told_what_is_meant_and_where_to_allow_it(
    tmp_path: Path,
) -> None:
    card = changed(("linux: [nlserver, pdump]", "linux: [nlserver, pdumb]"))
    (finding,) = found_in(tmp_path, card)
    assert "did you mean 'nlserver pdump'?" in finding.message
    assert "stand in its facts/commands.yaml" in finding.message


@pytest.mark.parametrize("field", ["refines", "explains"])
def test_whoever_accounts_for_another_card_says_why(tmp_path: Path, field: str) -> None:
    (finding,) = found_in(tmp_path, GOOD + f"{field}: [wfserver-trouble]\n")
    assert finding.check == "schema"
    assert "a card says why it accounts for others: write {cards: [wfserver-trouble, …], " in (
        finding.message
    )


@pytest.mark.parametrize("certainty", ["0.7", "0.75", "sure"])
def test_a_certainty_in_figures_is_told_its_word(tmp_path: Path, certainty: str) -> None:
    (finding,) = found_in(tmp_path, changed(("certainty: strong ", f"certainty: {certainty} ")))
    wanted = "one of the words" if certainty == "sure" else f"'strong' instead of {certainty}"
    assert f"a certainty is given as a word: write {wanted}" in finding.message


WORD = """\
kind: setting
topic: site
entries:
  - name: site-mount
    title: {en: Mount of the archive, sv: Arkivets montering}
    question: {en: "Is the archive mounted?", sv: "Är arkivet monterat?"}
    help: {en: Run mount., sv: Kör mount.}
    minutes: 1
    states: [ok, wrong]
    references: [SITE-1]
"""
SPEAKING = changed(
    (SEEN, "- when: [{setting: {name: site-mount, state: wrong}}]\n"
     "    certainty: weak\n    because: {en: a, sv: b}\n  " + SEEN),
)  # fmt: skip


def pack_with_words(pack: Path, words: str, card: str = SPEAKING) -> dict[str, str]:
    (pack / "facts").mkdir(parents=True)
    (pack / FILE).write_text("SITE-1,Our handbook,classic\n", encoding="utf-8")
    return {f.check: f.message for f in found_in(pack, card, words)}


def test_a_pack_with_words_and_sources_of_its_own_is_clean(tmp_path: Path) -> None:
    assert not pack_with_words(tmp_path, WORD)


@pytest.mark.parametrize(
    ("check", "before", "after", "sentence"),
    [
        ("unspoken", "[ok, wrong]", "[ok, wrong, empty]",
         "no card and no inference speaks of site-mount = empty"),
        ("answers", "states: [ok, wrong]", "states: [ok, wrong, broken]",
         "'broken' is no state; allowed: ok, wrong, empty, absent"),
        ("answers", '"Är arkivet', '"Vad är arkivet',
         "the English question is answered with yes and no, the Swedish one is not"),
        ("answers", '"Is the', '"Should the',
         "begin a question of yes and no with Is, Are, Does, Has or Can"),
        ("unknown-reference", "SITE-1", "SITE-2",
         "no page or article is called 'SITE-2'"),
        ("other-product", "SITE-1", "KA-15581",
         "'KA-15581' (Error while accessing the profile) is about another product"),
        ("twin", 'en: "Is the archive mounted?", sv: "Är arkivet monterat?"',
         'en: "Is the redirection module loaded by the web server now?", '
         'sv: "Är omdirigeringsmodulen laddad i webbservern nu?"',
         "asks nearly the same as the setting 'redirection-module'"),
        ("twin", "states: [ok, wrong]", "states: [ok, wrong]\n    same_as: indicator/disk",
         "speaks of setting:site-mount and not of indicator:disk"),
        ("twin", "states: [ok, wrong]", "states: [ok, wrong]\n    same_as: setting/nowhere",
         "there is no entry 'setting:nowhere'"),
    ],
)  # fmt: skip
def test_a_word_that_breaks_a_rule_is_told_so_in_a_sentence(
    tmp_path: Path, check: str, before: str, after: str, sentence: str
) -> None:
    assert before in WORD
    found = pack_with_words(tmp_path, WORD.replace(before, after))
    assert sentence in found[check]


def test_a_finding_about_a_word_carries_its_line(tmp_path: Path) -> None:
    (tmp_path / "facts").mkdir()
    (tmp_path / FILE).write_text("SITE-1,Our handbook,classic\n", encoding="utf-8")
    words = WORD.replace("[ok, wrong]", "[ok, wrong, empty]")
    (finding,) = found_in(tmp_path, SPEAKING, words)
    assert words.splitlines()[finding.line - 1] == "  - name: site-mount"


def test_a_list_of_sources_with_a_line_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "facts").mkdir()
    (tmp_path / FILE).write_text("name,title,product\nSITE-1\n", encoding="utf-8")
    (finding,) = found_in(tmp_path, GOOD)
    assert finding.line == 2
    assert "a line is: name,title,product" in finding.message


def test_every_citation_is_listed() -> None:
    listed, base = known_references((shipped(),)), cached()
    cited = {name for card in base.cards.values() for name in card.cited}
    cited |= {
        name
        for kind in KINDS.values()
        for entry in base.vocabulary.entries(kind.VOCABULARY)
        for name in entry.references
    }
    assert {name for name in cited if not name.startswith("https://")} <= listed.keys()


def test_every_reason_for_a_consequence_is_told_in_both_languages() -> None:
    for card in cached().cards.values():
        for others in (*card.refines, *card.explains):
            assert others.because.en.endswith("."), card.id
            assert others.because.sv.endswith("."), card.id


def test_a_card_page_names_the_reason_and_the_source_of_a_step() -> None:
    page = ccexpert("rules", "show", "wfserver-trouble").stdout
    assert "`help/production/using/log-precision.md`" in page.split("Mitigation")[1]
    why = ccexpert("rules", "show", "disk-full", "--lang", "sv").stdout
    assert "det finns inget utrymme för dem" in why


def test_evidence_may_name_its_own_source() -> None:
    card: Card = cached().cards["recipient-domain-rejects"]
    assert ("help/installation/using/configure-delivery-settings.md",) in {
        evidence.references for evidence in card.evidence
    }


def test_all_mistakes_of_a_card_are_told_in_one_round(tmp_path: Path) -> None:
    card = changed(
        ("module: wfserver", "module: wfservr"),
        ("verdict: fault", "verdikt: fault\nverdict: faulty"),
        ("impact: 2", "impact: high"),
        ("  sv: Säg i en till tre meningar vad det är och vad som följer av det.\n", ""),
        (
            "state: late}}]\n    certainty: strong ",
            "inst: x, state: lat}}]\n    certainty: stronk ",
        ),
        ("Look at the process list.", "Look at the process list of $place."),
        ("[nlserver, pdump], windows", "[nlserver, pdumpp], windows"),
        ("help/production/using/modules-and", "help/production/usin/modules-and"),
    )
    told = [(found.check, found.message) for found in found_in(tmp_path, card)]
    for check, sentence in (
        ("schema", "unknown module 'wfservr'; did you mean 'wfserver'?"),
        ("schema", "unknown field 'verdikt'; did you mean 'verdict'?"),
        ("schema", "'faulty' is not allowed here; did you mean 'fault'?"),
        ("schema", 'impact: "high": input should be a valid integer'),
        ("schema", "meaning: the field 'sv' is missing"),
        ("schema", "unknown state 'lat' in workflow; did you mean 'late'?"),
        ("schema", "unknown field 'inst' of workflow"),
        ("schema", "not 'stronk'; did you mean 'strong'?"),
        ("schema", "actions[0].text: 'text' uses $place, which no evidence binds"),
        ("unknown-command", "'nlserver pdumpp' is not an allowed command"),
        ("unknown-reference", "no page or article is called"),
    ):
        assert sum(check == c and sentence in message for c, message in told) == 1, sentence
    assert len(told) == 11, told


def test_a_missing_field_or_reason_hides_no_other_mistake(tmp_path: Path) -> None:
    restart = RESTART.replace("    warning: {en: Sending stops., sv: Sändningen stannar.}\n", "")
    card = changed(
        (CHECK, CHECK + restart + "    asks: {process: {module: mta, instance: x}}\n"),
        ("module: wfserver\n", "module: wfserver\nexplains: [mta-hung]\n"),
        ("    certainty: strong ", "    # strong "),
        ("[nlserver, pdump], windows", "[nlserver, pdumpp], windows"),
        ("help/production/using/modules-and", "help/production/usin/modules-and"),
    )
    told = [(found.check, found.message) for found in found_in(tmp_path, card)]
    for check, sentence in (
        ("schema", "risk 'interrupts-service' needs a 'warning'"),
        ("schema", "'asks' is for checks"),
        ("schema", "a card says why it accounts for others"),
        ("schema", "the field 'certainty' is missing"),
        ("unknown-command", "'nlserver pdumpp' is not an allowed command"),
        ("unknown-reference", "no page or article is called"),
        ("unproven-step", "'plan'"),
    ):
        assert any(check == c and sentence in message for c, message in told), (sentence, told)


def test_a_source_is_either_cited_or_said_to_be_left_out(tmp_path: Path) -> None:
    table = tmp_path / "facts" / "uncited.csv"
    table.parent.mkdir()
    table.write_text(
        "name,use,why\nKA-00001,how-to,no such article\nKA-16431,how-to,cited by a card\n"
        "KA-08266,maybe,explains a word\n"
    )
    said = [f.message for f in lint((tmp_path,), upon=cached()) if f.check == "uncited"]
    assert any("no page or article is called 'KA-00001'" in message for message in said)
    assert any("'KA-16431' is cited" in message for message in said)
    assert any("where use is how-to or left out" in message for message in said)
    for name in ("KA-17519", "help/workflow/using/fork.md"):
        assert any(name in message and "is cited nowhere" in message for message in said)
