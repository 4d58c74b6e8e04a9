"""YAML into plain data, and the lines of what stands in it.

YAML is parsed by its library; what is added here is the refusal of what would silently lose
something: double keys, aliases, foreign tags, endless nesting. Apart from ``reading``, because a
diagnosis with compiled knowledge needs no YAML at all.
"""

from __future__ import annotations

from typing import Any

import yaml

from ccexpert.errors import CcexpertError

_MAX_DEPTH = 50

try:
    _Loader: Any = yaml.CSafeLoader
except AttributeError:  # PyYAML built without libyaml: slower, the same result
    _Loader = yaml.SafeLoader


def parse(text: str, name: str, problem: type[CcexpertError]) -> Any:
    """Parse one YAML document of mappings, lists and scalars; anything else is refused with
    ``problem``, in which it is called ``name``."""
    try:
        node = yaml.compose(text, Loader=_Loader)
        return None if node is None else _plain(node, name, problem, set())
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        where = f"{name}, line {line}" if line else name
        raise problem(f"not valid YAML: {error.problem or error.context}", where) from None
    except yaml.YAMLError as error:
        raise problem(f"not valid YAML: {error}".replace("\n", " "), name) from None
    except RecursionError:
        raise problem("nested too deeply", name) from None


_scalars = yaml.SafeLoader("")
_PLAIN = {
    f"tag:yaml.org,2002:{kind}"
    for kind in ("str", "int", "float", "bool", "null", "timestamp", "seq", "map")
}


def _plain(
    node: Any, name: str, problem: type[CcexpertError], seen: set[int], depth: int = 0
) -> Any:
    def refuse(what: str) -> CcexpertError:
        return problem(what, f"{name}, line {node.start_mark.line + 1}")

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
            return _scalars.construct_object(node)
        except (ValueError, OverflowError) as error:
            raise refuse(f"not a value: {error}") from None
    if isinstance(node, yaml.SequenceNode):
        return [_plain(child, name, problem, seen, depth + 1) for child in node.value]
    found: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = _plain(key_node, name, problem, seen, depth + 1)
        if isinstance(key, (list, dict)):
            raise refuse("a key must be a plain word")
        if key in found:
            place = f"{name}, line {key_node.start_mark.line + 1}"
            raise problem(f"the key '{key}' stands twice in one mapping", place)
        found[key] = _plain(value_node, name, problem, seen, depth + 1)
    return found


def line_of(text: str, path: tuple[str | int, ...] = ()) -> int:
    """The line (from 1) of the field at ``path``, or of the nearest thing around it; 0 when it
    cannot be told."""
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
    """The node one step down, and the node whose line to show for it."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return value, key
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step]
    return node, None
