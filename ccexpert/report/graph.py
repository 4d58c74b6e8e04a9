"""Trees of causes and consequences, and the layout of their boxes and arrows on a page.

Takes a report whose consequences name their causes and returns coordinates in pixels. The page
decides how a box looks.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ccexpert.diagnosis import Diagnosis, PlainReport

BOX_WIDTH, BOX_HEIGHT = 252, 62
_INDENT, _GAP_Y = 24, 10
_LINE, _LINES = 32, 2  # characters per line and lines that fit in a box


@dataclass(frozen=True)
class Node:
    """A diagnosis and its consequences."""

    diagnosis: Diagnosis
    consequences: tuple[Node, ...]

    def below(self) -> Iterator[Diagnosis]:
        """All its direct and indirect consequences."""
        for node in self.consequences:
            yield node.diagnosis
            yield from node.below()


@dataclass(frozen=True)
class Box:
    """A diagnosis on the page: its upper left corner and the lines of its title."""

    diagnosis: Diagnosis
    x: float
    y: float
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Drawing:
    """Boxes and the arrows between them, on an area of ``width`` × ``height``."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    arrows: tuple[tuple[float, float, float, float], ...]
    """From the lower side of a cause to the left side of its consequence: x, y, x, y."""


def trees(report: PlainReport) -> tuple[Node, ...]:
    """One tree per ranked diagnosis, in ranking order."""
    found = (*report.diagnoses, *report.explained)
    children: dict[int, list[Diagnosis]] = {}
    for consequence in report.explained:
        cause = _cause(consequence, found)
        if cause is not None:
            children.setdefault(id(cause), []).append(consequence)

    def node(diagnosis: Diagnosis) -> Node:
        return Node(diagnosis, tuple(map(node, children.get(id(diagnosis), ()))))

    return tuple(map(node, report.diagnoses))


def _cause(consequence: Diagnosis, found: Sequence[Diagnosis]) -> Diagnosis | None:
    """The diagnosis that explains this one: on the same host, and of the same instance if any."""
    causes = [
        d
        for d in found
        if d is not consequence and d.id == consequence.explained_by and d.host == consequence.host
    ]
    own = [d for d in causes if d.instance == consequence.instance]
    return next(iter([*own, *causes]), None)


def draw(roots: Sequence[Node]) -> Drawing:
    """Lay out the trees one below another, consequences below their cause and further in: narrow
    enough for a telephone."""
    boxes: list[Box] = []
    arrows: list[tuple[float, float, float, float]] = []

    def place(node: Node, depth: int) -> Box:
        """Place ``node`` with everything below it."""
        y = len(boxes) * (BOX_HEIGHT + _GAP_Y)
        box = Box(node.diagnosis, depth * _INDENT, y, _wrapped(node.diagnosis.title))
        boxes.append(box)
        for child in node.consequences:
            below = place(child, depth + 1)
            arrows.append(
                (box.x + _INDENT / 2, box.y + BOX_HEIGHT, below.x, below.y + BOX_HEIGHT / 2)
            )
        return box

    for root in roots:
        place(root, 0)
    right = max((box.x + BOX_WIDTH for box in boxes), default=0)
    bottom = max((box.y + BOX_HEIGHT for box in boxes), default=0)
    return Drawing(right, bottom, tuple(boxes), tuple(arrows))


def _wrapped(title: str) -> tuple[str, ...]:
    return tuple(textwrap.wrap(title, _LINE, max_lines=_LINES, placeholder=" …"))
