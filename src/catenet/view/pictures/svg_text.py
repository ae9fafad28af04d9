"""Estimates the size of text in a picture, and shortens or wraps text to fit.

The viewer of an SVG file chooses the font.  The widths here are those of DejaVu Sans, which is wider than the default
fonts of macOS, Windows and most Linux desktops, so text that fits here also fits there.
"""

from __future__ import annotations

import unicodedata
from typing import Final

LINE_RATIO: Final = 1.35
"""Line height, as a multiple of the font size."""
_SIZES_PX: Final = {"title": 19, "head": 14, "small": 11}
_SIZE_PX: Final = 13
_BOLD: Final = {"title", "head"}
_BOLD_RATIO: Final = 1.13
_OTHER_EM: Final = 0.66
_WIDE_EM: Final = 1.02
_WIDTHS_EM: Final[dict[str, float]] = {
    character: width
    for characters, width in (
        ("ijl'|", 0.34),
        (" .,:;!`", 0.41),
        ('ftr()[]{}-/\\"I1', 0.47),
        ("csvxyz?*^_", 0.6),
        ("023456789abdeghknopquLFEJSTZPsY$", 0.66),
        ("ABCDGHKNOQRUVX&=+<>#~→←±×≤≥", 0.86),
        ("mwMW@%…—", 1.04),
    )
    for character in characters
}


def font_px(kind: str = "") -> int:
    """The font size of a class, or of several (``"quiet small"``), in pixels."""
    return next((_SIZES_PX[name] for name in kind.split() if name in _SIZES_PX), _SIZE_PX)


def line_px(kind: str = "") -> float:
    """The line height for a class, in pixels."""
    return font_px(kind) * LINE_RATIO


def width_px(words: str, kind: str = "") -> float:
    """An upper estimate of the width of a line of text, in pixels."""
    em = sum(_em(character) for character in words)
    return em * font_px(kind) * (_BOLD_RATIO if _BOLD.intersection(kind.split()) else 1.0)


def _em(character: str) -> float:
    known = _WIDTHS_EM.get(character)
    if known is not None:
        return known
    if unicodedata.combining(character):
        return 0.0
    return _WIDE_EM if unicodedata.east_asian_width(character) in "WF" else _OTHER_EM if character.isascii() else 0.9


def shortened(words: str, width: float, kind: str = "") -> str:
    """The text if it fits into ``width`` pixels, else its beginning and end with ``…`` between them."""
    if width_px(words, kind) <= width:
        return words
    for kept in range(len(words) - 1, 0, -1):
        head, tail = words[: (kept + 1) // 2], words[len(words) - kept // 2 :]
        if width_px(f"{head}…{tail}", kind) <= width:
            return f"{head}…{tail}"
    return "…"


def wrapped(words: str, width: float, kind: str = "", max_lines: int = 3) -> list[str]:
    """The text in at most ``max_lines`` lines of ``width`` pixels, broken at spaces if possible; the last is cut."""
    lines: list[str] = []
    rest = words.strip()
    while rest and len(lines) < max_lines - 1 and width_px(rest, kind) > width:
        end = _fitting(rest, width, kind)
        space = rest.rfind(" ", 1, end + 1)
        end = space if space > 0 else end
        lines.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [*lines, shortened(rest, width, kind)] if rest or not lines else lines


def _fitting(words: str, width: float, kind: str) -> int:
    """The number of characters that fit, at least one."""
    end = len(words)
    while end > 1 and width_px(words[:end], kind) > width:
        end -= 1
    return end
