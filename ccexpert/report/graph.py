"""Which diagnosis follows from which, as trees, and where their boxes and arrows stand on a page.

Comes in: a report, whose consequences name their cause. Goes out: coordinates in pixels; how a box
looks is the page's business.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ccexpert.diagnosis import Diagnosis, Report

BOX_WIDTH, BOX_HEIGHT = 252, 62
_GAP_X, _GAP_Y = 56, 14
_LINE, _LINES = 32, 2  # characters that fit a box at the size of its text, and lines


@dataclass(frozen=True)
class Node:
    """A diagnosis and what follows from it."""

    diagnosis: Diagnosis
    consequences: tuple[Node, ...]

    def below(self) -> Iterator[Diagnosis]:
        """Everything that follows from it, near or far."""
        for node in self.consequences:
            yield node.diagnosis
            yield from node.below()


@dataclass(frozen=True)
class Box:
    """A diagnosis on the page: its left upper corner and the lines of its title."""

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
    """From the right side of a cause to the left side of its consequence: x, y, x, y."""


def trees(report: Report) -> tuple[Node, ...]:
    """One tree a ranked diagnosis, in the order of the ranking."""
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
    """The diagnosis that explains this one: on its host, of its own instance if there is one."""
    causes = [
        d
        for d in found
        if d is not consequence and d.id == consequence.explained_by and d.host == consequence.host
    ]
    own = [d for d in causes if d.instance == consequence.instance]
    return next(iter([*own, *causes]), None)


def draw(roots: Sequence[Node]) -> Drawing:
    """The trees from left to right, below each other; a cause stands beside the middle of what
    follows from it."""
    boxes: list[Box] = []
    arrows: list[tuple[float, float, float, float]] = []
    bottom = 0.0

    def place(node: Node, depth: int) -> float:
        """Draw ``node`` with all below it; the height at which it stands."""
        nonlocal bottom
        rows = [place(child, depth + 1) for child in node.consequences]
        y = (rows[0] + rows[-1]) / 2 if rows else bottom
        if not rows:
            bottom += BOX_HEIGHT + _GAP_Y
        x = depth * (BOX_WIDTH + _GAP_X)
        boxes.append(Box(node.diagnosis, x, y, _wrapped(node.diagnosis.title)))
        middle = BOX_HEIGHT / 2
        arrows.extend((x + BOX_WIDTH, y + middle, x + BOX_WIDTH + _GAP_X, r + middle) for r in rows)
        return y

    for root in roots:
        place(root, 0)
    right = max((box.x + BOX_WIDTH for box in boxes), default=0)
    return Drawing(right, max(bottom - _GAP_Y, 0), tuple(boxes), tuple(arrows))


def _wrapped(title: str) -> tuple[str, ...]:
    return tuple(textwrap.wrap(title, _LINE, max_lines=_LINES, placeholder=" …"))
