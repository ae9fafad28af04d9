"""Drawings as PNG: the same calls as :class:`~catenet.view.pictures.svg.Drawing`, painted by Matplotlib."""

from __future__ import annotations

import io
import math
import re
from typing import Final

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Patch, Rectangle

from catenet.view.pictures.svg import STYLE, Drawing
from catenet.view.pictures.svg_text import font_px, shortened

SCALE: Final = 2
"""Pixels of the file for each pixel of the drawing."""
_DPI: Final = 72
_WEIGHT: Final = "font-weight"


class RasterDrawing(Drawing):
    """A drawing that becomes a PNG; it has the light page's colours.  Rectangles, lines and text are painted."""

    def __init__(self, width: float, height: float, title: str, style: str = "") -> None:
        super().__init__(width, height, title, style)
        self._rules: Final = _rules(STYLE.split("@media", maxsplit=1)[0]) | _rules(style.split("@media", maxsplit=1)[0])
        self._figure: Final = Figure(figsize=(width / _DPI, height / _DPI), dpi=_DPI * SCALE, facecolor="#ffffff")
        self._axes: Final = self._figure.add_axes((0, 0, 1, 1))
        self._axes.set_xlim(0, width)
        self._axes.set_ylim(height, 0)
        self._axes.axis("off")
        self._order = 1

    def rectangle(self, x: float, y: float, width: float, height: float, kind: str, radius: float = 0) -> None:
        look = self._look(kind)
        fill, stroke = look.get("fill", "#000000"), look.get("stroke", "none")
        patch: Patch = Rectangle((x, y), width, height)
        if radius:
            patch = FancyBboxPatch((x, y), width, height, boxstyle=f"round,pad=0,rounding_size={radius}")
        patch.set_facecolor(fill)
        patch.set_edgecolor(stroke)
        patch.set_linewidth(float(look.get("stroke-width", 1)) if stroke != "none" else 0.0)
        patch.set_zorder(self._next())
        self._axes.add_patch(patch)

    def line(self, x1: float, y1: float, x2: float, y2: float, kind: str) -> None:
        look = self._look(kind)
        dashes = look.get("stroke-dasharray")
        self._axes.plot(
            (x1, x2),
            (y1, y2),
            color=look.get("stroke", "#000000"),
            linewidth=float(look.get("stroke-width", 1)),
            linestyle=(0, tuple(map(float, dashes.split()))) if dashes else "-",
            solid_capstyle=look.get("stroke-linecap", "butt"),
            zorder=self._next(),
        )

    def text(
        self, x: float, y: float, words: str, kind: str = "", anchor: str = "start", width: float = math.inf
    ) -> None:
        look = self._look(kind)
        self._axes.text(
            x,
            y,
            shortened(words, width, kind).replace("$", r"\$"),
            fontsize=font_px(kind),
            color=look.get("fill", "#1f2933"),
            fontweight="bold" if _WEIGHT in look else "normal",
            horizontalalignment={"start": "left", "middle": "center", "end": "right"}[anchor],
            verticalalignment="baseline",
            zorder=self._next(),
        )

    def png(self) -> bytes:
        """The complete PNG file."""
        file = io.BytesIO()
        with mpl.rc_context({"font.family": "DejaVu Sans"}):
            self._figure.savefig(file, format="png", metadata={"Software": None})
        return file.getvalue()

    def _look(self, kind: str) -> dict[str, str]:
        """The properties of classes; later rules of the style sheet prevail."""
        named = set(kind.split())
        return {key: value for name, rule in self._rules.items() if name in named for key, value in rule.items()}

    def _next(self) -> int:
        """Later elements lie on top."""
        self._order += 1
        return self._order


def _rules(style: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for name, body in re.findall(r"\.([\w-]+) \{([^}]*)\}", style):
        pairs = (part.split(":", 1) for part in body.split(";") if ":" in part)
        found[name] = {key.strip(): value.strip() for key, value in pairs}
    return found
