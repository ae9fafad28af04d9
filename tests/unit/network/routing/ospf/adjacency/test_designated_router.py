"""The election of designated routers (RFC 2328 section 9.4)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.network.routing.ospf.adjacency.designated_router import NOBODY, Candidate, elect


def test_all_begin_together_and_priority_wins() -> None:
    own = Candidate(1, 101, 1, 0, 0)
    others = [Candidate(2, 102, 5, 0, 0), Candidate(3, 103, 1, 0, 0)]
    # Nobody declares anything: the best becomes backup, is promoted, and the others see no backup yet.
    assert elect(own, others) == (102, 102)


def test_at_equal_priorities_the_higher_router_id_wins() -> None:
    own = Candidate(9, 101, 1, 0, 0)
    others = [Candidate(2, 102, 1, 0, 0)]
    assert elect(own, others) == (101, 102)


def test_who_wins_both_offices_keeps_one() -> None:
    own = Candidate(3, 103, 7, 0, 0)
    others = [Candidate(1, 101, 1, 0, 0), Candidate(2, 102, 2, 0, 0)]
    assert elect(own, others) == (103, 102)


def test_a_router_that_comes_later_takes_no_office() -> None:
    own = Candidate(9, 109, 255, 0, 0)
    others = [Candidate(1, 101, 1, 101, 102), Candidate(2, 102, 1, 101, 102)]
    assert elect(own, others) == (101, 102)


def test_the_backup_follows_and_the_next_best_becomes_backup() -> None:
    own = Candidate(2, 102, 1, 101, 102)
    others = [Candidate(3, 103, 1, 101, 102), Candidate(4, 104, 1, 101, 102)]
    assert elect(own, others) == (102, 104)


def test_priority_nothing_is_never_elected() -> None:
    assert elect(Candidate(9, 109, 0, 0, 0), [Candidate(8, 108, 0, 0, 0)]) == (NOBODY, NOBODY)
    assert elect(Candidate(9, 109, 0, 0, 0), [Candidate(1, 101, 1, 0, 0)]) == (101, 101)


def test_of_two_that_declare_themselves_dr_the_better_stays() -> None:
    """Two halves of a network are joined again."""
    own = Candidate(1, 101, 1, 101, 0)
    others = [Candidate(2, 102, 1, 102, 0)]
    assert elect(own, others) == (102, 101)


@st.composite
def settled(draw: st.DrawFn) -> list[Candidate]:
    """Routers of one network, with distinct ids and addresses."""
    count = draw(st.integers(1, 8))
    ids = draw(st.permutations(list(range(1, count + 1))))
    return [Candidate(ids[place], 100 + place, draw(st.integers(0, 3)), 0, 0) for place in range(count)]


@pytest.mark.slow
@given(settled())
def test_all_come_to_agree_and_stay_so(routers: list[Candidate]) -> None:
    """Each hears all and elects, round after round, as hellos make it happen."""
    for _ in range(4):
        results = [elect(own, [other for other in routers if other is not own]) for own in routers]
        for router, (dr, bdr) in zip(routers, results, strict=True):
            router.dr, router.bdr = dr, bdr
    eligible = sorted(
        (router for router in routers if router.priority > 0), key=lambda one: (one.priority, one.router_id)
    )
    expected_dr = eligible[-1].address if eligible else NOBODY
    expected_bdr = eligible[-2].address if len(eligible) > 1 else NOBODY
    assert {(router.dr, router.bdr) for router in routers} == {(expected_dr, expected_bdr)}
