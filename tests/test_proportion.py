"""Time and memory grow with the input and no faster, whatever it holds.

What would grow with the square of these inputs would not come back; memory is counted.
"""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccexpert.engine.joins import Joins
from ccexpert.errors import FactsError, KnowledgeError
from ccexpert.facts import FactsDocument
from ccexpert.facts.document import read_document
from ccexpert.observe import outputs
from ccexpert.observe.sources.conffiles import keep
from ccexpert.reading import Source, parse_json, parse_yaml
from ccexpert.yaml_text import line_of

MB = 1024 * 1024


def peak(work: Callable[[], Any]) -> int:
    """The most bytes that were in use at once while something was done."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def refused(text: str, read: Callable[[Source, Any], Any] = parse_json) -> str:
    with pytest.raises((FactsError, KnowledgeError)) as caught:
        read(Source("f", text), FactsError)
    sentence = str(caught.value)
    assert sentence.count("f: ") + sentence.count("f, line") == 1
    return sentence


def test_one_key_that_comes_again_after_many() -> None:
    keys = ",".join(f'"k{i}": 1' for i in range(200_000))
    assert "the key 'k0' occurs twice" in refused(f'{{{keys},"k0":2}}')


def test_the_line_of_an_error_in_a_large_document_costs_no_tree_of_it() -> None:
    filling = "1," * 300_000 + "1"
    text = f'{{"schema_version": 1,\n"x": [{filling}],\n"facts": [{{"kind": "nonsense"}}]}}'
    source = Source("f", text)
    assert source.line(("facts", 0, "kind")) == 3
    assert peak(lambda: source.line(("facts", 0, "kind"))) < 8 * MB


@pytest.mark.parametrize("unit", ["[1],", "a,", "{a: 1},", "!!int 1,"])
def test_yaml_of_too_many_values_is_refused_before_it_becomes_a_tree(unit: str) -> None:
    text = "a: [" + unit * 250_000 + "1]"

    def read() -> None:
        assert "more than 100,000 values" in refused(text, parse_yaml)

    assert peak(read) < 16 * MB


def test_yaml_that_was_read_is_forgotten() -> None:
    source = Source("f", "a: [" + "1, x, 2.5, true," * 500 + "1]")
    parse_yaml(source, KnowledgeError)

    def read_often() -> None:
        for _ in range(20):
            parse_yaml(source, KnowledgeError)

    assert peak(read_often) < 4 * MB  # one tree of it takes 2


@pytest.mark.parametrize(
    "document",
    [
        {"facts": [{"kind": "x" * MB}]},
        {"facts": [{"kind": "process", "module": "m" * MB, "state": "running"}]},
        {"facts": [{"kind": "process", "module": "web", "state": "s" * MB}]},
        {"facts": [], "f" * MB: 1},
        {"facts": [], "host": "h" * MB},
    ],
)
def test_a_sentence_is_short_however_long_a_word_is(document: dict[str, Any]) -> None:
    text = json.dumps({"schema_version": 1, **document})
    sentence = refused(text, lambda source, _: read_document(source))
    assert len(sentence) < 5000


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text('a\u00e5"\\ ', max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("bc", max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)


def paths(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    if not isinstance(value, (dict, list)):
        return [path]
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    return [path, *(p for name, v in inside for p in paths(v, (*path, name)))]


@given(st.dictionaries(st.text("ab", max_size=3), VALUES, min_size=1, max_size=4))
@settings(max_examples=40)
def test_the_line_is_the_one_that_a_tree_of_the_text_would_tell(value: dict[str, Any]) -> None:
    text = json.dumps(value, indent=1)
    for path in (*paths(value), ("nowhere",), (0,)):
        assert Source("f", text).line(path) == line_of(text, path)


@pytest.mark.parametrize("number", ["1e400", "-1e400", "NaN", "Infinity"])
def test_a_number_beyond_all_is_refused_where_it_is_read(number: str) -> None:
    assert "not a usable number" in refused(f'{{"a": {number}}}')


@pytest.mark.parametrize(
    ("unit", "size", "refusal"),
    [
        ("<a>", MB, "more than 40 elements inside each other"),
        ("<a/>", MB, "more than 100,000 elements"),
        ('<web autoStart="true"/>', MB // 4, ""),
    ],
)
def test_xml_of_too_many_elements_is_refused_before_it_becomes_a_tree(
    unit: str, size: int, refusal: str
) -> None:
    text = "<serverconf>" + unit * (size // len(unit)) + ("" if refusal else "</serverconf>")
    found: list[FactsDocument] = []
    most = peak(lambda: found.append(outputs({"conf/config-prod.xml": text})))
    assert [refusal in one.reason for one in found[0].not_observed or ()] == [True] * bool(refusal)
    assert most < 16 * MB + 48 * size


def test_a_namespace_changes_no_name() -> None:
    kept = keep(b'<serverconf xmlns="urn:x" xmlns:y="urn:y"><y:web httpPort="8080"/></serverconf>')
    assert kept == b'<serverconf><web httpPort="8080" /></serverconf>'


def test_the_engine_forgets_facts_whose_names_never_come_again() -> None:
    def meet() -> None:
        joins = Joins(())
        for number in range(20_000):
            fields = {"module": "web", "instance": f"i{number}", "state": "running"}
            assert not list(joins.take(number, number, "process", fields))

    assert peak(meet) < 4 * MB
