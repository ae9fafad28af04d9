"""The page on the public interface tells all that `import catenet` offers, as it is."""

from __future__ import annotations

from api import PAGE, SECTIONS, page

import catenet


def test_the_page_is_as_the_program_is() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "python tests/sim/documents/api.py writes it anew"


def test_the_page_tells_of_every_name() -> None:
    assert sorted([*(name for names in SECTIONS.values() for name in names), "__version__"]) == sorted(catenet.__all__)
