"""What other products write, and what is no complaint, gives nothing that an operator acts on."""

from __future__ import annotations

import pytest

from ccexpert import Expert
from ccexpert.facts import ErrorFact
from ccexpert.intake import read
from ccexpert.intake.authors import ELSEWHERE
from tests.evaluate.foreign import Foreign, findings, foreign


@pytest.mark.parametrize("given", list(foreign(logs=1, seed=7)), ids=lambda given: given.about)
def test_nothing_foreign_gives_a_finding(given: Foreign, expert: Expert) -> None:
    assert findings(expert, given.text) == []


def _certainties(text: str) -> set[float]:
    return {fact.certainty for fact in read(text).document.facts if isinstance(fact, ErrorFact)}


@pytest.mark.parametrize(
    "line",
    [
        "Mar  3 10:11:12 h1 haproxy[12]: Server app/a is DOWN, reason: Connection refused",
        "2026/03/17 11:02:26 [error] 1#1: *1 connect() failed (111: Connection refused)",
        "2026-03-17 11:02:26.113 ERROR 1 --- [main] c.acme.Feed : Connection refused",
        "com.acme.shop.PaymentException: Connection refused",
        'django.db.utils.OperationalError: FATAL:  password authentication failed for user "x"',
    ],
)
def test_a_message_of_another_product_is_a_weak_fact(line: str) -> None:
    assert _certainties(line) == {ELSEWHERE}


@pytest.mark.parametrize(
    "line",
    [
        "Mar  3 10:11:12 h1 postgres[12]: FATAL: sorry, too many clients already",
        "2026-03-17 11:02:26.113 UTC [77] FATAL:  sorry, too many clients already",
        "java.net.UnknownHostException: files.example.com",
        "SEVERE: org.apache.catalina.LifecycleException: Protocol handler start failed",
        "com.acme.sync.Client: error XSV-350013 of nms:delivery",
        "Mar  3 10:11:12 h1 kernel: Out of memory: Killed process 7 (nlserver)",
    ],
)
def test_what_campaign_and_its_neighbours_write_counts_in_full(line: str) -> None:
    assert _certainties(line) == {1.0}


def test_a_line_of_campaign_makes_the_rest_of_the_text_no_clearer_than_it_is() -> None:
    own = "XSV-350013 cannot connect\n"
    proxy = "2026/03/17 11:02:26 [error] 1#1: *1 connect() failed (111: Connection refused)\n"
    assert _certainties(own + proxy) == {1.0, ELSEWHERE}
