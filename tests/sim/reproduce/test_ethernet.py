"""Ethernet's published figures: a share of each, and all with time."""

from __future__ import annotations

import pytest

from catenet.experiments.ethernet import efficiency, ethernet
from catenet.experiments.ethernet.collisions import collisions, quantile
from catenet.experiments.ethernet.efficiency import TOLERANCES, Case, expected, fresh_contention, measure
from catenet.experiments.ethernet.full_duplex import full_duplex


@pytest.mark.slow
def test_a_link_of_one_gigabit() -> None:
    assert [(figure.holds, round(figure.measured, 2)) for figure in full_duplex()] == [(True, 1_488_095), (True, 97.53)]


def test_the_formula_as_its_paper_has_it() -> None:
    """Metcalfe and Boggs, section 6: the mean number of slots of contention, W, by the number of stations."""
    waited = {}
    for stations in (2, 5, 10, 32):
        bits = 72 * 8
        waited[stations] = round((bits / expected(stations, 64) - bits) / 512, 2)
    assert waited == {2: 1.0, 5: 1.44, 10: 1.58, 32: 1.68}


def test_a_sole_station_needs_no_contention() -> None:
    assert expected(1, 64) == 1.0


@pytest.mark.slow
@pytest.mark.parametrize("stations", [2, 5, 10])
def test_a_fresh_contention_is_as_efficient_as_the_formula(stations: int) -> None:
    case = Case(stations, 256, 3)
    measured, late = fresh_contention(case, 200)
    assert abs(measured - expected(stations, 256)) < TOLERANCES[stations]
    assert late == 0


@pytest.mark.slow
def test_saturated_stations_capture_the_medium() -> None:
    found = measure(Case(2, 1518, 3))
    assert found.saturated > expected(2, 1518)
    assert found.in_a_row > 10, "a fair coin would give 2"


@pytest.mark.slow
def test_collisions() -> None:
    assert [figure.what for figure in collisions(2) if not figure.holds] == []


@pytest.mark.long
def test_ethernet_as_it_is_published() -> None:
    assert [figure.what for figure in ethernet.ethernet(1) if not figure.holds] == []


@pytest.mark.parametrize(
    ("degrees", "normal", "table"), [(15, 3.09, 37.70), (15, -3.09, 3.48), (191, 3.09, 257.13), (191, -3.09, 136.25)]
)
def test_quantiles_of_chi_square(degrees: int, normal: float, table: float) -> None:
    """The approximation of Wilson and Hilferty, against tables."""
    assert quantile(degrees, normal) == pytest.approx(table, rel=0.03)


def test_every_case_has_a_tolerance() -> None:
    assert set(efficiency.STATIONS) == set(efficiency.TOLERANCES) == set(efficiency.ROUNDS)
