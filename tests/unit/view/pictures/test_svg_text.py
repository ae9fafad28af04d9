"""Text that has to fit: nothing wider than it may be, and nothing lost without a sign."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.view.pictures.svg_text import line_px, shortened, width_px, wrapped

texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=120)
kinds = st.sampled_from(["", "head", "title", "quiet small"])


def test_width_grows_with_the_font_and_with_the_script() -> None:
    assert width_px("wide", "title") > width_px("wide", "head") > width_px("wide") > width_px("wide", "small")
    assert width_px("서울") > 1.9 * width_px("ab") / 1.4
    assert line_px("title") > line_px("small")


@pytest.mark.slow
@given(texts, st.floats(30, 900), kinds)
def test_what_is_shortened_fits_and_says_so(words: str, width: float, kind: str) -> None:
    told = shortened(words, width, kind)
    assert width_px(told, kind) <= width
    assert told == words or "…" in told


@pytest.mark.slow
@given(texts, st.floats(60, 900), kinds, st.integers(1, 5))
def test_lines_fit_and_hold_all_unless_the_last_says_otherwise(words: str, width: float, kind: str, most: int) -> None:
    lines = wrapped(words, width, kind, most)
    assert 1 <= len(lines) <= most
    assert all(width_px(line, kind) <= width for line in lines)
    whole = "".join("".join(lines).split())
    assert whole == "".join(words.split()) or "…" in lines[-1]


def test_lines_break_at_spaces_where_there_are_any() -> None:
    assert wrapped("one two three four", width_px("one two thr")) == ["one two", "three four"]
    assert wrapped("unbroken" * 4, width_px("unbroken" * 2), max_lines=2) == ["unbroken" * 2, "unbroken" * 2]
