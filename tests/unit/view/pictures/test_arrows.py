"""Arrows between boxes: labels keep clear of boxes, heads and each other where the page has room."""

from __future__ import annotations

from catenet.view.pictures.arrows import LABEL_KIND, Arrow, Box, place_labels
from catenet.view.pictures.svg_text import width_px

LANE, BAR = 56, 26


def label_box(arrow: Arrow, place: tuple[float, float]) -> Box:
    half = width_px(arrow.label, LABEL_KIND) / 2
    return Box(place[0] - half, place[1] - 9, place[0] + half, place[1] + 2)


def test_labels_of_arrows_between_two_boxes_are_side_by_side() -> None:
    upper, lower = Box(100, 0, 300, BAR), Box(120, LANE, 320, LANE + BAR)
    kinds = ("ww", "realtime", "wr")
    arrows = [Arrow.between(upper, lower, kind, number) for number, kind in enumerate(kinds)]
    places = place_labels(arrows, [upper, lower], Box(0, -50, 500, 200))
    boxes = [label_box(arrow, place) for arrow, place in zip(arrows, places, strict=True)]
    taken = [upper, lower, *(arrow.head_box() for arrow in arrows)]
    for place, box in enumerate(boxes):
        assert not any(box.meets(other) for other in [*taken, *boxes[:place]])


def test_an_arrow_begins_at_one_box_and_ends_at_the_other() -> None:
    upper, lower = Box(100, 0, 300, BAR), Box(120, LANE, 320, LANE + BAR)
    down, up = Arrow.between(upper, lower, "ww", 0), Arrow.between(lower, upper, "rw", 0)
    assert (down.start[1], down.end[1]) == (BAR, LANE)
    assert (up.start[1], up.end[1]) == (LANE, BAR)
    aside = Arrow.between(upper, Box(400, 0, 500, BAR), "ww", 0)
    assert (aside.start[1], aside.end[1]) == (0, 0)
    assert aside.at(0.5)[1] < 0
