"""SVG drawings: shapes and text with classes, and one style sheet for light and dark pages.

Coordinates are in pixels from the top left corner.  Later elements lie on top.
"""

from __future__ import annotations

import math
from html import escape
from typing import Final

from catenet.view.pictures.svg_text import shortened

STYLE: Final = """\
  text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; fill: #1f2933; }
  .title { font-size: 19px; font-weight: 600; }
  .head { font-size: 14px; font-weight: 600; }
  .quiet { fill: #616e7c; }
  .small { font-size: 11px; }
  .halo { paint-order: stroke; stroke: #ffffff; stroke-width: 3px; stroke-linejoin: round; }
  .page { fill: #ffffff; }
  .axis { stroke: #9aa5b1; stroke-width: 1; }
  .grid { stroke: #e4e7eb; stroke-width: 1; }
  .band { fill: #c6ead6; }
  .bound { stroke: #3ca671; stroke-width: 1.5; }
  .dot { fill: #2f6fde; fill-opacity: 0.55; stroke: #ffffff; stroke-width: 0.75; }
  .mark { fill: #1f2933; stroke: #ffffff; stroke-width: 1.5; }
  .wrong .mark { fill: #cf1f3a; }
  .shade0 { fill: #e8f1fc; } .shade1 { fill: #cfe0f8; } .shade2 { fill: #b0cdf3; } .shade3 { fill: #8db6ec; }
  .shade4 { fill: #6a9ee4; }
  .good { fill: #1d7a4c; }
  .bad { fill: #cf1f3a; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e4e7eb; } .quiet { fill: #9aa5b1; } .page { fill: #14181d; } .grid { stroke: #2a313a; }
    .axis { stroke: #616e7c; } .band { fill: #1d4a35; } .bound { stroke: #4fc58b; }
    .dot { fill: #7fb0ff; stroke: #14181d; } .mark { fill: #f5f7fa; stroke: #14181d; } .wrong .mark { fill: #ff6b81; }
    .shade0 { fill: #1c2530; } .shade1 { fill: #20344b; } .shade2 { fill: #244468; } .shade3 { fill: #285586; }
    .shade4 { fill: #2c66a5; }
    .good { fill: #4fc58b; } .bad { fill: #ff6b81; } .halo { stroke: #14181d; }
  }
"""


class Drawing:
    """A picture of a given size in pixels; each method adds an element.  ``style`` adds rules to the style sheet."""

    def __init__(self, width: float, height: float, title: str, style: str = "") -> None:
        self._width: Final = width
        self._height: Final = height
        self._title: Final = title
        self._style: Final = STYLE + style
        self._parts: Final[list[str]] = []

    def rectangle(self, x: float, y: float, width: float, height: float, kind: str, radius: float = 0) -> None:
        """A rectangle, its corners rounded by ``radius``."""
        rounded = f' rx="{_n(radius)}"' if radius else ""
        size = f'width="{_n(max(0.0, width))}" height="{_n(height)}"'
        self._parts.append(f'<rect x="{_n(x)}" y="{_n(y)}" {size}{rounded} class="{kind}"/>')

    def line(self, x1: float, y1: float, x2: float, y2: float, kind: str) -> None:
        """A straight line."""
        self._parts.append(f'<line x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}" class="{kind}"/>')

    def circle(self, x: float, y: float, radius: float, kind: str, tip: str = "") -> None:
        """A disc; ``tip`` is its tooltip."""
        inside = f"><title>{escape(tip)}</title></circle>" if tip else "/>"
        self._parts.append(f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}" class="{kind}"{inside}')

    def diamond(self, x: float, y: float, radius: float, kind: str, tip: str = "") -> None:
        """A square on its corner."""
        corners = [(x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y)]
        points = " ".join(f"{_n(a)},{_n(b)}" for a, b in corners)
        inside = f"><title>{escape(tip)}</title></polygon>" if tip else "/>"
        self._parts.append(f'<polygon points="{points}" class="{kind}"{inside}')

    def path(self, steps: str, kind: str, tip: str = "") -> None:
        """A path; ``steps`` are SVG path commands."""
        inside = f"><title>{escape(tip)}</title></path>" if tip else "/>"
        self._parts.append(f'<path d="{steps}" class="{kind}"{inside}')

    def text(
        self, x: float, y: float, words: str, kind: str = "", anchor: str = "start", width: float = math.inf
    ) -> None:
        """A line of text that begins, is centred (``"middle"``) or ends (``"end"``) at ``x``; ``y`` is its baseline.

        Text wider than ``width`` pixels is shortened; a tooltip shows all of it.
        """
        told = shortened(words, width, kind)
        classes = f' class="{kind}"' if kind else ""
        anchored = f' text-anchor="{anchor}"' if anchor != "start" else ""
        tip = f"<title>{escape(words)}</title>" if told != words else ""
        self._parts.append(f'<text x="{_n(x)}" y="{_n(y)}"{classes}{anchored}>{tip}{escape(told)}</text>')

    def begin(self, kind: str) -> None:
        """Begin a group with a class; :meth:`end` ends it."""
        self._parts.append(f'<g class="{kind}">')

    def end(self) -> None:
        """End the group that :meth:`begin` began."""
        self._parts.append("</g>")

    def svg(self) -> str:
        """The complete SVG file."""
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(self._width)} {_n(self._height)}" '
            f'width="{_n(self._width)}" height="{_n(self._height)}" role="img" aria-label="{escape(self._title)}">'
        )
        page = f'<rect width="{_n(self._width)}" height="{_n(self._height)}" class="page"/>'
        return "\n".join(
            [
                head,
                f"<title>{escape(self._title)}</title>",
                f"<style>\n{self._style}</style>",
                page,
                *self._parts,
                "</svg>\n",
            ]
        )


class Scale:
    """A linear scale from values to pixels.  ``low`` must be less than ``high``."""

    def __init__(self, low: float, high: float, left: float, right: float) -> None:
        self.low: Final = low
        self.high: Final = high
        self.left: Final = left
        self.right: Final = right

    def at(self, value: float) -> float:
        """The position of a value in pixels; values outside the scale are clamped."""
        share = (value - self.low) / (self.high - self.low)
        return self.left + min(1.0, max(0.0, share)) * (self.right - self.left)

    def ticks(self, most: int = 8) -> list[float]:
        """Round numbers, evenly spaced, at most ``most``."""
        step = round_step((self.high - self.low) / most)
        first = math.ceil(self.low / step - 1e-9)
        last = math.floor(self.high / step + 1e-9)
        return [round(number * step, 12) for number in range(first, last + 1)]


def round_step(least: float) -> float:
    """The smallest of 1, 2 and 5 times a power of ten that is not less than ``least``."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= least * (1 - 1e-9))


def _n(value: float) -> str:
    """A coordinate, to a hundredth of a pixel."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
