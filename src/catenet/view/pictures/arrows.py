"""Arrows between boxes, and label placement: a label avoids boxes, arrowheads and other labels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

from catenet.view.pictures.svg_text import width_px

HEAD_PX: Final = 9.0
"""Length of an arrowhead."""
LABEL_KIND: Final = "why small"
_LABEL_HEIGHT: Final = 13.0
_APART: Final = 34.0
"""Distance between two arrows that join the same boxes."""
_ALONG: Final = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82)
_ASIDE: Final = (0.0, 14.0, -14.0, 28.0, -28.0, 44.0, -44.0, 60.0, -60.0, 80.0, -80.0, 110.0, -110.0)
_ABOVE: Final = (0.0, -14.0, 14.0, -28.0, 28.0, -42.0, 42.0, -56.0, 56.0)


class Box(NamedTuple):
    """A rectangle on the page, in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """True if the two overlap."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def holds(self, other: Box) -> bool:
        """True if the other is completely inside."""
        across = self.left <= other.left and other.right <= self.right
        return across and self.top <= other.top and other.bottom <= self.bottom


class Arrow(NamedTuple):
    """A quadratic Bézier curve with its control point ``bend``, and a label."""

    start: tuple[float, float]
    bend: tuple[float, float]
    end: tuple[float, float]
    label: str

    @classmethod
    def between(cls, source: Box, target: Box, label: str, number: int) -> Arrow:
        """From the edge of one box to the edge of another; ``number`` counts the arrows between the same two."""
        down = target.top > source.top
        aside = (24.0 if down else -24.0) + number * _APART
        start = (_near_left(source) + aside / 2, source.bottom if down else source.top)
        end = (_near_left(target) + aside / 2, target.top if down else target.bottom)
        if source.top == target.top:  # in one lane the arrow has to pass above the bars
            start, end = (start[0], source.top), (end[0], target.top)
            return cls(start, ((start[0] + end[0]) / 2, source.top - 26 - 8 * number), end, label)
        return cls(start, ((start[0] + end[0]) / 2 + aside, (start[1] + end[1]) / 2), end, label)

    def at(self, part: float) -> tuple[float, float]:
        """The point of the curve at ``part``, from 0 (start) to 1 (end)."""
        rest = 1 - part
        weights = (rest * rest, 2 * rest * part, part * part)
        points = (self.start, self.bend, self.end)
        return (
            sum(weight * point[0] for weight, point in zip(weights, points, strict=True)),
            sum(weight * point[1] for weight, point in zip(weights, points, strict=True)),
        )

    def steps(self) -> str:
        """The curve as an SVG path."""
        (x, y), (bend_x, bend_y), (end_x, end_y) = self.start, self.bend, self.end
        return f"M{x:.1f} {y:.1f}Q{bend_x:.1f} {bend_y:.1f} {end_x:.1f} {end_y:.1f}"

    def head_steps(self) -> str:
        """The arrowhead as an SVG path."""
        angle = math.atan2(self.end[1] - self.bend[1], self.end[0] - self.bend[0])
        corners = [self.end]
        for turn in (0.42, -0.42):
            corners.append(
                (self.end[0] - HEAD_PX * math.cos(angle + turn), self.end[1] - HEAD_PX * math.sin(angle + turn))
            )
        return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in corners) + "z"

    def head_box(self) -> Box:
        """The rectangle around the arrowhead."""
        x, y = self.end
        return Box(x - HEAD_PX, y - HEAD_PX, x + HEAD_PX, y + HEAD_PX)


def place_labels(arrows: Sequence[Arrow], boxes: Sequence[Box], page: Box) -> list[tuple[float, float]]:
    """The middle of each label's baseline: on or near its curve, at a free place if there is one nearby."""
    taken = [*boxes, *(arrow.head_box() for arrow in arrows)]
    found = []
    for arrow in arrows:
        width = width_px(arrow.label, LABEL_KIND)
        candidates = [
            _label_box(arrow.at(part)[0] + aside, arrow.at(part)[1] + above, width)
            for above in _ABOVE
            for aside in _ASIDE
            for part in _ALONG
        ]
        inside = [box for box in candidates if page.holds(box)] or candidates
        free = next((box for box in inside if not any(box.meets(other) for other in taken)), inside[0])
        taken.append(free)
        found.append(((free.left + free.right) / 2, free.bottom - 3))
    return found


def _label_box(x: float, y: float, width: float) -> Box:
    return Box(x - width / 2 - 2, y - _LABEL_HEIGHT / 2, x + width / 2 + 2, y + _LABEL_HEIGHT / 2)


def _near_left(box: Box) -> float:
    return (box.left + min(box.right, box.left + 200)) / 2
