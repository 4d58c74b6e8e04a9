"""Parses YAML to plain data and finds the lines of its fields.

The library parses the YAML; this module refuses input that would silently lose something (duplicate
keys, aliases, foreign tags) or is nested too deeply. It is separate from ``reading`` because a
diagnosis with compiled knowledge needs no YAML.
"""

from __future__ import annotations

from typing import Any

import yaml

from ccexpert.errors import CcexpertError, Place, Steps

_MAX_DEPTH = 50

#: A longer text (in characters) is scanned first, because a tree of its values may take a hundred
#: #: times its size.
_LONG = 64 * 1024
_MOST_VALUES = 100_000

try:
    _Loader: Any = yaml.CSafeLoader
except AttributeError:  # PyYAML built without libyaml: slower, the same result
    _Loader = yaml.SafeLoader


def parse(text: str, name: str, problem: type[CcexpertError]) -> Any:
    """Parse one YAML document of mappings, lists and scalars; raises ``problem``, which cites
    ``name``, for anything else."""
    try:
        if _too_many(text):
            raise problem(f"more than {_MOST_VALUES:,} values", Place(name))
        node = yaml.compose(text, Loader=_Loader)
        return None if node is None else _plain(node, name, problem, set())
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        place = Place(name, line)
        raise problem(f"not valid YAML: {error.problem or error.context}", place) from None
    except yaml.YAMLError as error:
        raise problem(f"not valid YAML: {error}".replace("\n", " "), Place(name)) from None
    except RecursionError:
        raise problem("nested too deeply", Place(name)) from None


def _too_many(text: str) -> bool:
    return len(text) > _LONG and any(
        number > 2 * _MOST_VALUES for number, _ in enumerate(yaml.parse(text, Loader=_Loader))
    )


_scalars = yaml.SafeLoader("")
_PLAIN = {
    f"tag:yaml.org,2002:{kind}"
    for kind in ("str", "int", "float", "bool", "null", "timestamp", "seq", "map")
}


def _plain(
    node: Any, name: str, problem: type[CcexpertError], seen: set[int], depth: int = 0
) -> Any:
    def refuse(what: str) -> CcexpertError:
        return problem(what, Place(name, node.start_mark.line + 1))

    if depth > _MAX_DEPTH:
        raise refuse("nested too deeply")
    if id(node) in seen:
        raise refuse("anchors and aliases are not allowed here")
    seen.add(id(node))
    if node.tag not in _PLAIN:
        raise refuse(f"the tag {node.tag} is not allowed here")
    if isinstance(node, yaml.ScalarNode):
        if node.tag.endswith(":timestamp"):
            return node.value
        try:
            # not through construct_object, which keeps every node it ever saw
            return _scalars.yaml_constructors[node.tag](_scalars, node)
        except (ValueError, OverflowError, LookupError):
            raise refuse(f"not a value: '{node.value[:60]}'") from None
    if isinstance(node, yaml.SequenceNode):
        return [_plain(child, name, problem, seen, depth + 1) for child in node.value]
    found: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = _plain(key_node, name, problem, seen, depth + 1)
        if isinstance(key, (list, dict)):
            raise refuse("a key must be a plain word")
        if key in found:
            place = Place(name, key_node.start_mark.line + 1)
            raise problem(f"the key '{key}' occurs twice in one mapping", place)
        found[key] = _plain(value_node, name, problem, seen, depth + 1)
    return found


def line_of(text: str, path: Steps = ()) -> int:
    """The line (from 1) of the field at ``path``, or of its nearest existing parent; 0 if
    unknown."""
    try:
        node = yaml.compose(text, Loader=_Loader)
    except (yaml.YAMLError, RecursionError):
        return 0
    line = 1 if node is None else int(node.start_mark.line) + 1
    for step in path:
        node, at = _child(node, step)
        if at is None:
            break
        line = int(at.start_mark.line) + 1
    return line


def _child(node: Any, step: str | int) -> tuple[Any, Any]:
    """The node one step down, and the node whose line represents it."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return value, key
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step]
    return node, None
