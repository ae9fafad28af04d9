"""What a browser makes of a picture: every text with its place, as headless Chromium lays it out."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from html import unescape
from pathlib import Path
from typing import NamedTuple

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
MIN_CONTRAST = 4.5
"""WCAG 2.2, success criterion 1.4.3."""

MEASURE = """
const svg = document.querySelector('svg');
const page = svg.getBoundingClientRect();
const colour = text => { const n = text.match(/[0-9.]+/g).map(Number); return n.length < 4 || n[3] > 0 ? n : null; };
const linear = v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
const light = c => { const [r, g, b] = c.slice(0, 3).map(v => linear(v / 255));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
const contrast = (a, b) => { const [x, y] = [light(a), light(b)].sort(); return (y + 0.05) / (x + 0.05); };
const shapes = [...svg.querySelectorAll('rect, polygon, path, circle')];
const found = [...svg.querySelectorAll('text')].map(text => {
  const box = text.getBoundingClientRect();
  const own = colour(getComputedStyle(text).fill);
  let behind = null;
  for (const shape of shapes) {
    if (!(shape.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING) || shape.tagName !== 'rect') continue;
    const s = shape.getBoundingClientRect();
    const fill = colour(getComputedStyle(shape).fill);
    const meets = s.left < box.right && box.left < s.right && s.top < box.bottom - 3 && box.top + 3 < s.bottom;
    if (fill && meets) behind = fill;
  }
  const words = [...text.childNodes].filter(n => n.nodeType === 3).map(n => n.data).join('');
  return [words, box.left - page.left, box.top - page.top, box.right - page.left, box.bottom - page.top,
    behind ? contrast(own, behind) : 21];
});
const heads = [...svg.querySelectorAll('.tip')].map(head => { const b = head.getBoundingClientRect();
  return [b.left - page.left, b.top - page.top, b.right - page.left, b.bottom - page.top]; });
document.body.innerHTML = '<pre id="found"></pre>';
const all = {width: page.width, height: page.height, texts: found, heads};
document.getElementById('found').textContent = JSON.stringify(all);
"""


class Text(NamedTuple):
    """A text of a picture, in pixels, and its contrast with what lies behind it."""

    words: str
    left: float
    top: float
    right: float
    bottom: float
    contrast: float


class Layout(NamedTuple):
    """All of it."""

    width: float
    height: float
    texts: list[Text]
    heads: list[tuple[float, float, float, float]]


def layout_of(svg: str, folder: Path, dark: bool = False) -> Layout:
    """Lay a picture out, on a light page or on a dark one."""
    assert CHROMIUM is not None
    page = folder / "picture.html"
    page.write_text(f"<!doctype html><meta charset=utf-8><body style='margin:0'>{svg}<script>{MEASURE}</script>")
    dom = chromium(folder, "--dump-dom", *(["--blink-settings=preferredColorScheme=0"] if dark else []), page.as_uri())
    found = json.loads(unescape(dom.split('<pre id="found">')[1].split("</pre>")[0]))
    return Layout(
        found["width"], found["height"], [Text(*each) for each in found["texts"]], [tuple(h) for h in found["heads"]]
    )


def chromium(folder: Path, *arguments: str) -> str:
    """Run it headless, with a profile of its own."""
    assert CHROMIUM is not None
    base = [CHROMIUM, "--headless", "--disable-gpu", "--no-first-run", f"--user-data-dir={folder / 'profile'}"]
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    done = subprocess.run([*base, *root, *arguments], capture_output=True, text=True, timeout=120, check=True)
    return done.stdout


def faults(layout: Layout) -> list[str]:
    """What is wrong: text that leaves the page, lies on other text or on an arrowhead, or is hard to read."""
    told = []
    for place, text in enumerate(layout.texts):
        if text.left < -0.5 or text.top < -0.5 or text.right > layout.width + 0.5 or text.bottom > layout.height + 0.5:
            told.append(f"leaves the page: {text.words!r} at {text.left:.0f}–{text.right:.0f} of {layout.width:.0f}")
        if text.contrast < MIN_CONTRAST:
            told.append(f"hard to read: {text.words!r}, contrast {text.contrast:.2f}")
        told += [f"{text.words!r} lies on {o.words!r}" for o in layout.texts[place + 1 :] if overlap(text[1:5], o[1:5])]
        told += [f"an arrowhead lies on {text.words!r}" for head in layout.heads if overlap(text[1:5], head)]
    return told


def overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    """True if two boxes share more than what fonts keep free above and below the letters."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    along = min(one[3], other[3]) - max(one[1], other[1])
    return across > 0.5 and along > 3.5
