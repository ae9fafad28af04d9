"""Distances and what light needs for them."""

from __future__ import annotations

import pytest

from catenet.lab.model.geography import check_position, fibre_delay_ns, great_circle_m


def test_a_quarter_of_the_earth() -> None:
    quarter = 6_371_008.8 * 3.141592653589793 / 2
    assert great_circle_m((0.0, 0.0), (0.0, 90.0)) == pytest.approx(quarter)
    assert great_circle_m((0.0, 0.0), (90.0, 0.0)) == pytest.approx(quarter)


def test_antipodes_and_the_date_line() -> None:
    assert great_circle_m((0.0, 0.0), (0.0, 180.0)) == pytest.approx(2 * great_circle_m((0.0, 0.0), (0.0, 90.0)))
    assert great_circle_m((10.0, 179.5), (10.0, -179.5)) == pytest.approx(great_circle_m((10.0, 0.5), (10.0, -0.5)))


def test_new_york_to_london() -> None:
    # 5,570 km, by any atlas
    assert great_circle_m((40.7128, -74.0060), (51.5074, -0.1278)) == pytest.approx(5_570_000, rel=0.001)


def test_light_in_a_fibre_takes_about_five_microseconds_for_a_kilometre() -> None:
    assert fibre_delay_ns(1000) == 5003


@pytest.mark.parametrize("position", [(91.0, 0.0), (0.0, -181.0)])
def test_positions_off_the_earth_are_refused(position: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="must lie between"):
        check_position(position)
