"""No text of any picture leaves its page, lies on another, or is hard to read: as a browser lays it out."""

from __future__ import annotations

from pathlib import Path

import pytest

from .browser import CHROMIUM, faults, layout_of
from .cases import CASES, strips

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed: nothing to lay pictures out with"),
]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", CASES)
def test_all_that_is_written_can_be_read(name: str, dark: bool, tmp_path: Path) -> None:
    layout = layout_of(CASES[name](), tmp_path, dark)
    assert len(layout.texts) > 2
    assert faults(layout) == []


DOCUMENTS = Path(__file__).resolve().parents[3] / "docs" / "pictures"


@pytest.mark.parametrize("path", sorted(DOCUMENTS.glob("*.svg")), ids=lambda path: path.stem)
def test_the_documents_pictures_can_be_read(path: Path, tmp_path: Path) -> None:
    assert faults(layout_of(path.read_text(), tmp_path)) == []


def test_what_is_wrong_is_seen(tmp_path: Path) -> None:
    """Planted faults: a text over another, one off the page, a dark one on dark."""
    wrong = strips().replace(
        "</svg>",
        '<text x="40" y="40">over the title</text><text x="-20" y="200">off</text>'
        '<rect x="300" y="100" width="90" height="30" fill="#333"/><text x="310" y="120">dark</text></svg>',
    )
    told = "\n".join(faults(layout_of(wrong, tmp_path)))
    assert "'trial' lies on 'over the title'" in told
    assert "leaves the page: 'off'" in told
    assert "hard to read: 'dark'" in told
