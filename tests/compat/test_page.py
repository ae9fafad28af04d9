"""The page of compatible libraries is what the rows say."""

from __future__ import annotations

import pytest

from tests.compat.page import PAGE, page

pytestmark = pytest.mark.slow


def test_the_page_is_written_from_the_rows() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "PYTHONPATH=$PWD/src python -m tests.compat.page writes it"
