"""What else is wrong with a card that cannot be read.

Reading stops at a mistake, and whatever is checked on a card that was read would wait for another
round. So the card is read again with an allowed word in place of each mistake, until it can be
read or a mistake is left for which no word stands in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ccexpert.errors import CcexpertError, KnowledgeError, Steps
from ccexpert.facts.vocabulary import Vocabulary
from ccexpert.knowledge.cards import Card
from ccexpert.reading import parse_yaml, read_source, validated

#: Rounds of reading; in each, one mistake of every part is found.
_ROUNDS = 20

#: Stands in for a text or a number.
_ANYTHING = "1"
_LANGUAGES = {"en": _ANYTHING, "sv": _ANYTHING}

#: Stand in for fields that are missing.
_FIELDS: Mapping[str, Any] = {
    **_LANGUAGES,
    **dict.fromkeys(("title", "meaning", "because", "text", "warning"), _LANGUAGES),
    "target": _ANYTHING,
    "certainty": "weak",
    "verdict": "fault",
    "impact": 1,
}


def rest_of(
    path: Path, refused: CcexpertError, vocabulary: Vocabulary
) -> Iterator[CcexpertError | Card]:
    """The mistakes that reading has not reached, and at last the card, if one comes of it."""
    try:
        source = read_source(path, KnowledgeError)
        data = parse_yaml(source, KnowledgeError)
    except CcexpertError:
        return
    for _ in range(_ROUNDS):
        data, all_stand = _with_stand_ins(data, (refused, *refused.further))
        if not all_stand:
            return
        try:
            yield validated(Card, data, source, KnowledgeError, {"vocabulary": vocabulary})
            return
        except CcexpertError as error:
            refused = error
            yield from (error, *error.further)


def _with_stand_ins(data: Any, mistakes: Sequence[CcexpertError]) -> tuple[Any, bool]:
    """The data with an allowed word in place of each mistake, and whether each has one."""
    for mistake in mistakes:
        path, given = mistake.where.field, mistake.given
        if path and path[-1] == given:
            changed = _without(data, path)
        elif given and mistake.allowed:
            near = get_close_matches(given, mistake.allowed, 1)
            changed = _replaced(data, path, given, (*near, mistake.allowed[0])[0])
            changed = _without_key(data, path, given) if changed == data else changed
        else:
            changed = _filled(data, path, given or mistake.lacking)
        if changed == data:
            return data, False
        data = changed
    return data, True


def _filled(data: Any, path: Steps, name: str) -> Any:
    """The data with something in place of a value, or of the missing field ``name``, at ``path``; a
    diagnosis without a reason gets one."""
    if path:
        step, *further = path
        return _with(data, step, _filled(data[step], tuple(further), name))
    if isinstance(data, dict):
        return data | {name: _FIELDS[name]} if name in _FIELDS and name not in data else data
    if isinstance(data, str) and data == name:
        return {"cards": [name], "because": _LANGUAGES}
    return data if isinstance(data, list) else _ANYTHING


def _without(data: Any, path: Steps) -> Any:
    """The data without the field at ``path``."""
    step, *further = path
    if not further:
        return {name: value for name, value in data.items() if name != step}
    return _with(data, step, _without(data[step], tuple(further)))


def _replaced(data: Any, path: Steps, given: str, word: str) -> Any:
    """The data with ``word`` for ``given``, whole or as a variable in a text, below ``path``."""
    if path:
        step, *further = path
        return _with(data, step, _replaced(data[step], tuple(further), given, word))
    if isinstance(data, (dict, list)):
        for step in data if isinstance(data, dict) else range(len(data)):
            data = _with(data, step, _replaced(data[step], (), given, word))
        return data
    if isinstance(data, str) and given.startswith("$"):
        return data.replace(given, word)
    return word if str(data) == given else data


def _without_key(data: Any, path: Steps, key: str) -> Any:
    """The data without a field of a pattern, somewhere below ``path``."""
    if path:
        step, *further = path
        return _with(data, step, _without_key(data[step], tuple(further), key))
    if isinstance(data, list):
        return [_without_key(one, (), key) for one in data]
    if isinstance(data, dict):
        return {name: _without_key(one, (), key) for name, one in data.items() if name != key}
    return data


def _with(data: Any, step: Any, value: Any) -> Any:
    """The data with another value at one step."""
    if isinstance(data, dict):
        return {**data, step: value}
    return [value if at == step else one for at, one in enumerate(data)]
