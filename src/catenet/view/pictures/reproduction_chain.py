"""A chain of effects: one panel for each quantity, one below the other, with a bar for each value of the parameter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from catenet.view.pictures.svg import Drawing
from catenet.view.pictures.svg_text import line_px, wrapped

HEAD: Final = 34
PANEL_HEIGHT: Final = 64
BAR_MAX: Final = 30
NAMES_WIDTH: Final = 136
STEP_WIDTH: Final = 60
GAP: Final = 6
MIN_BAR: Final = 1.5
FOOT: Final = 26


def chain_size(steps: Sequence[Mapping[str, Any]]) -> tuple[float, float]:
    """Width and height of the chain in pixels; 0 and 0 without steps."""
    if not steps:
        return 0.0, 0.0
    panels = len(steps[0]["chain"]["effects"])
    return NAMES_WIDTH + STEP_WIDTH * len(steps), HEAD + PANEL_HEIGHT * panels + FOOT


def draw_chain(drawing: Drawing, top: float, left: float, steps: Sequence[Mapping[str, Any]]) -> None:
    """Draw the effects of all steps; each panel has its own scale, from 0 to its largest value."""
    drawing.text(left, top + 14, "From cause to effect, each panel from 0 to its largest value", "head", width=796)
    names = [effect["name"] for effect in steps[0]["chain"]["effects"]]
    for row, name in enumerate(names):
        y = top + HEAD + PANEL_HEIGHT * row
        lines = wrapped(name, NAMES_WIDTH - 12, "quiet", 3)
        for number, line in enumerate(lines):
            drawing.text(left, y + 26 + number * line_px("quiet"), line, "quiet")
        effects = [step["chain"]["effects"][row] for step in steps]
        largest = max((effect["value"] for effect in effects), default=0.0) or 1.0
        for column, effect in enumerate(effects):
            x = left + NAMES_WIDTH + STEP_WIDTH * column
            height = max(MIN_BAR, BAR_MAX * effect["value"] / largest)
            drawing.rectangle(x, y + PANEL_HEIGHT - 12 - height, STEP_WIDTH - GAP, height, "band", 1)
            middle = x + (STEP_WIDTH - GAP) / 2
            drawing.text(middle, y + PANEL_HEIGHT - 16 - height, effect["text"], "small", "middle", STEP_WIDTH + 4)
    foot = top + HEAD + PANEL_HEIGHT * len(names) + 8
    for column, step in enumerate(steps):
        middle = left + NAMES_WIDTH + STEP_WIDTH * column + (STEP_WIDTH - GAP) / 2
        drawing.text(middle, foot, step["chain"]["step"], "quiet", "middle")
