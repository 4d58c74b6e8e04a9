"""What people mean by whole sentences, in English and Swedish."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from ccexpert import read
from ccexpert.facts import ContextFact, SymptomFact
from ccexpert.facts.case import settle
from ccexpert.facts.document import document_of
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.intake.found import names
from ccexpert.intake.meanings import word_lists
from ccexpert.intake.scope import scope_in
from ccexpert.intake.search import SUGGESTED, search_of
from ccexpert.intake.stems import stemmers
from ccexpert.intake.words import Lexicon
from ccexpert.knowledge.packs import open_packs
from tests.evaluate.prose import sentences, share


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return open_packs(()).vocabulary


def suggested(text: str, vocabulary: Vocabulary) -> list[str]:
    found = search_of(vocabulary).find(text)
    return [one.entry.name for one in found if one.fit >= SUGGESTED]


@pytest.mark.parametrize(("text", "means"), [
    ("Our mails are stuck", "emails-not-sent"),
    ("Campaign Classic - no emails since 02:10", "emails-not-sent"),
    ("Sedan i natt går inga utskick", "emails-not-sent"),
    ('Operatörerna säger att allt står på "Väntar"', "delivery-pending"),
    ("nothing is being sent since the weekend", "emails-not-sent"),
    ("sent is nothing any more, no e-mails leave", "emails-not-sent"),
    ("emials are not beeing sent", "emails-not-sent"),
    ("bounces are not handled", "bounces-not-processed"),
    ("the deliveries are fine but the workflows do not start", "workflow-not-starting"),
    ("Konsolen krashar", "console-crash"),
    ("Spårningsflödet går i fel", "tracking-workflow-failed"),
    ("Konsolen går inte att logga in i", "console-login-fails"),
    ("Die Workflows starten nicht mehr", "workflow-not-starting"),
    ('Die Auslieferungen bleiben auf "Ausstehend"', "delivery-pending"),
    ("Il n'y a plus de clics ni d'ouvertures", "tracking-logs-missing"),
    ("Impossible de se connecter à la console", "console-login-fails"),
    ("Some got the same e-mail twice yesterday, both copies within a minute", "emails-duplicated"),
])  # fmt: skip
def test_a_complaint_is_understood_however_it_is_put(
    text: str, means: str, vocabulary: Vocabulary
) -> None:
    assert means in suggested(text, vocabulary)[:3]


@pytest.mark.parametrize(("text", "not_this"), [
    ("The console does not crash", "console-crash"),
    ("Konsolen kraschar inte", "console-crash"),
    ("There are no errors in the database", "database-error"),
    ("No bounces today, which is great", "bounces-not-processed"),
    ("Logging on with the console works again since the restart", "console-login-fails"),
    ("The mails are sent now", "emails-not-sent"),
    ("Die Festplatte ist voll", "module-crash"),
    ("How do I export a report to PDF?", "report-export-fails"),
    ("Opening a delivery takes 40 seconds", "opened-more-than-delivered"),
    ("The deliveries went out as they should", "other-deliveries-ok"),
    ("Which user did you use to log in?", "console-works"),
    ("20 rows are imported, the rest are rejected", "soap-call-fails"),
])  # fmt: skip
def test_what_is_denied_or_over_is_no_complaint(
    text: str, not_this: str, vocabulary: Vocabulary
) -> None:
    assert not_this not in suggested(text, vocabulary)


@pytest.mark.parametrize(("text", "means", "rival"), [
    ("Push till Android fungerar inte längre", "push-not-sent", "push-ios-only-fails"),
    ("Push fails on the iPhone while Android works", "push-ios-only-fails", "sms-not-sent"),
    ("the export of last night failed", "export-failed", "import-failed"),
])  # fmt: skip
def test_a_complaint_about_one_thing_is_none_about_its_rival(
    text: str, means: str, rival: str, vocabulary: Vocabulary
) -> None:
    found = {one.entry.name: one.fit for one in search_of(vocabulary).find(text)}
    assert found[means] >= SUGGESTED > found.get(rival, 0)


@pytest.mark.parametrize("text", [
    "The seed list gets the mail but real customers do not",
    "Tracking is missing for one template only",
    "We cannot schedule a delivery in the past, is that so?",
])  # fmt: skip
def test_what_is_wrong_with_another_thing_is_no_symptom(text: str) -> None:
    assert not [told for told in read(text).understood if told.fact.kind == "symptom"]


def test_denials_turn_deeds_into_trouble_and_trouble_into_nothing() -> None:
    lexicon = Lexicon()
    assert [t.means for t in lexicon.read("mails are not sent").tokens] == ["mail", "send", "not"]
    assert [t.means for t in lexicon.read("mejlen skickas inte").tokens] == ["mail", "send", "not"]
    assert [t.means for t in lexicon.read("the console never crashes").tokens] == ["console"]
    assert not lexicon.read("the console never crashes").has_trouble


def test_the_words_that_made_it_so_are_told(vocabulary: Vocabulary) -> None:
    first = search_of(vocabulary).find("Since Monday our newsletter does not go out")[0]
    assert set(first.words) == {"newsletter", "go out"}


@pytest.mark.parametrize(("kind", "least"), [("en", 85), ("sv", 80), ("else", 90)])
def test_most_sentences_of_reporters_are_understood(
    kind: str, least: float, vocabulary: Vocabulary
) -> None:
    assert share(sentences()[kind], vocabulary) >= least


def test_no_name_of_a_symptom_is_reduced_to_the_thing_that_it_speaks_of(
    vocabulary: Vocabulary,
) -> None:
    search = search_of(vocabulary)
    reduced = []
    for entry, text in ((e, text) for e in vocabulary.entries("symptom") for text in names(e)[1:]):
        tokens = search.read(text).tokens
        only_thing = [token.kind for token in tokens] == ["things"]
        if only_thing and len(text.split()) > len(tokens[0].words.split()) + 1:
            reduced.append((entry.name, text))
    assert reduced == []


@pytest.mark.parametrize("listed", ["near", "rivals"])
def test_names_that_are_near_or_rivals_exist(listed: str) -> None:
    data = word_lists()
    known = {name for kind in ("things", "doing", "trouble") for name in data[kind]} | {"not"}
    stems = {"oracl", "postgr", "postgresql", "mssql", "dynam", "salesforc", "linux", "window"}
    assert {name for names in data[listed] for name in names} - known <= stems


@pytest.mark.parametrize(
    "text", ["", "   ", "?!", "1 2 3", "å" * 50_000, "not " * 5_000, "; " * 900]
)
def test_no_sentence_is_too_strange(text: str, vocabulary: Vocabulary) -> None:
    assert suggested(text, vocabulary) == []


@pytest.mark.parametrize(
    ("said", "facts"),
    [
        ("The web access does not work.", {"symptom web-access-fails = true"}),
        ("Webbåtkomsten fungerar inte.", {"symptom web-access-fails = true"}),
        ("web is down", {"process web@default = missing"}),
        ("Apache startar inte", {"process webserver = missing"}),
        ("Tomcat crashes every night", {"process web@default = crashing"}),
        ("The operationMgt workflow has failed.", {"workflow operationMgt = failed"}),
        ("Arbetsflödet cleanup har stannat.", {"workflow cleanup = stopped"}),
        ("operationMgt runs fine.", set()),
        ("Der mta läuft nicht.", {"process mta = missing", "symptom module-missing = true"}),
        ("The scheduler did not start.", {"complaint scheduler = true"}),
        ("wfserver was stuck, we restarted it and all has been running normally since.", set()),
        ("We run a cleanup of the addresses.", set()),
    ],
)
def test_a_sentence_about_one_module_or_workflow_says_just_that(said: str, facts: set[str]) -> None:
    more_than_mentioned = {t.fact.label for t in read(said).told if t.fact.certainty > 0.4}
    assert more_than_mentioned == facts


def test_what_a_screen_says_in_quotes_counts_by_itself() -> None:
    said = "The form of our spring campaign gives 'Your session has expired' to every visitor."
    assert "symptom session-expired = true" in {one.fact.label for one in read(said).told}
    named = said.replace("gives 'Your session has expired'", "for 'Delivery failed alerts' goes")
    assert not any(one.fact.kind == "symptom" for one in read(named).told)


def test_a_sentence_does_not_stand_against_what_a_server_shows() -> None:
    listed = "$ nlserver pdump\nwatchdog (1) - 1.0 MB\nweb@default (2) - 1.0 MB\n"
    told = {one.fact.label for one in read(f"{listed}\nweb is down\n").told}
    assert "process web@default = running" in told
    assert "process web@default = missing" not in told


def test_a_text_tells_whom_it_affects_since_when_and_how_often(vocabulary: Vocabulary) -> None:
    text = (
        "The login to the client console fails for one user. Everybody else can log in. "
        "It began after the upgrade. It happens sometimes."
    )
    reading = read(text)
    symptom, others = (f for f in reading.document.facts if isinstance(f, SymptomFact))
    assert others.name == "other-users-ok"
    assert (symptom.affects, symptom.since, symptom.often) == ("one-user", "upgrade", "sometimes")
    assert not reading.hints
    told = settle([document_of(reading.document, "a text")], vocabulary)
    said = {fact.name for fact in told.facts if isinstance(fact, ContextFact)}
    assert said == {"one-user-only", "upgraded-recently", "intermittent"}


def test_an_upgrade_of_something_else_is_not_campaigns() -> None:
    assert scope_in(["It began after the upgrade of Java."]) == {}
    assert scope_in(["We have upgraded to 7.4.1 last weekend."]) == {"since": "upgrade"}
    assert scope_in(["I helgen uppgraderades servern."]) == {"since": "upgrade"}
    assert (
        scope_in(["It has not been upgraded.", "It was not upgraded.", "We will upgrade in May."])
        == {}
    )
    assert scope_in(["Only one user sees it.", "All users see it."]) == {}


def test_no_two_threads_share_a_stemmer() -> None:
    """A stemmer keeps the word at work in itself: two threads would mix their words."""
    with ThreadPoolExecutor(1) as pool:
        theirs = pool.submit(lambda: (stemmers.english, stemmers.swedish)).result()
    assert not set(map(id, theirs)) & {id(stemmers.english), id(stemmers.swedish)}


@pytest.mark.parametrize(
    ("text", "symptoms"),
    [
        ("The new deliveries all sit at 'Start pending' and never begin.", {"delivery-pending"}),
        ("Kampanjen visar 'Väntande' fast starttiden har passerat.", {"delivery-pending"}),
        ("What does the status 'Pending' mean?", set()),
        ("A delivery is 'Start pending' until the MTA takes it, is that right?", set()),
    ],
)
def test_a_quoted_status_is_the_strongest_word(text: str, symptoms: set[str]) -> None:
    facts = read(text).document.facts
    assert {fact.name for fact in facts if isinstance(fact, SymptomFact)} == symptoms


def test_what_went_well_suggests_nothing_that_is_only_named(vocabulary: Vocabulary) -> None:
    moved = "The database was moved to the new host on Saturday"
    assert suggested(moved, vocabulary) == ["database-upgraded-recently"]
    assert suggested(f"{moved} without any trouble", vocabulary) == []
