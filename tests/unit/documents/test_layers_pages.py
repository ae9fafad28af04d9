"""The pages on the seven layers, English and Korean: their paths exist, and both show the same."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PAGES = [ROOT / "docs" / name for name in ("layers.md", "layers.ko.md")]
LAYERS = 7


def test_the_paths_exist() -> None:
    for page in PAGES:
        paths = re.findall(r"`(src/[^`]+)`", page.read_text(encoding="utf-8"))
        assert len(paths) >= 3 * LAYERS
        assert [path for path in paths if not (ROOT / path).exists()] == []


def test_each_layer_has_its_section_with_code_and_a_command() -> None:
    for page in PAGES:
        sections = re.split(r"^## ", page.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
        assert [section.split()[0] for section in sections] == [str(number) for number in range(LAYERS, 0, -1)]
        for section in sections:
            rows = [line for line in section.splitlines() if line.startswith("| ") and not line.startswith("| |")]
            assert len(rows) == 4, "promise, need, what goes wrong, code"
            assert "`src/catenet/" in rows[-1]
            assert re.search(r"^catenet \w", section, re.MULTILINE)
            assert section.count("**") == 2, "what it does to consensus and placement"


def test_both_languages_show_the_same_commands_paths_and_links() -> None:
    texts = [page.read_text(encoding="utf-8") for page in PAGES]
    for pattern in (r"^catenet .*$", r"`(src/[^`]+)`", r"\]\((?!layers)([^)]+)\)"):
        english, korean = (re.findall(pattern, text, re.MULTILINE) for text in texts)
        assert english == korean


def test_the_page_fits_its_lines() -> None:
    for page in PAGES:
        for line in page.read_text(encoding="utf-8").splitlines():
            assert len(line) <= 120 or line.startswith("|"), line
