"""Whatever comes in whatever order, the table is what a calculation from nothing would give."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from .maps import AREAS, AS_SCOPE, Say, calculation, lines_of, lsas

from catenet.network.routing.ospf.calculation import Calculation
from catenet.network.routing.ospf.lsa import Lsa
from catenet.network.routing.ospf.routes import OspfRoute

Step = tuple[Say, bool, bool]
"""An LSA, whether it comes or goes, and whether the table is calculated then."""


class Follower:
    """A calculation that is told of one change after another, and what its changes add up to."""

    def __init__(self, rfc1583_compatible: bool) -> None:
        self.compatible = rfc1583_compatible
        self.calculation: Calculation = calculation(1, AREAS, [], rfc1583_compatible=rfc1583_compatible)
        self.database: dict[tuple[int, int], Lsa] = {}
        self.table: dict[int, OspfRoute] = {}

    def change(self, say: Say, comes: bool) -> None:
        area_id, lsa = say
        place = area_id, lsa.key
        old = self.database.get(place)
        if comes:
            self.database[place] = lsa
            self.calculation.change(area_id, old, lsa)
        elif old is not None:
            del self.database[place]
            self.calculation.change(area_id, old, None)

    def run(self) -> None:
        for change in self.calculation.run():
            assert self.table.get(change.key) is change.old
            assert change.old is None or change.new is None or not change.old.is_same(change.new)
            if change.new is None:
                del self.table[change.key]
            else:
                self.table[change.key] = change.new
        assert not self.calculation.is_pending

    def check(self) -> None:
        said = [(area_id, lsa) for (area_id, _), lsa in sorted(self.database.items())]
        anew = calculation(1, AREAS, said, rfc1583_compatible=self.compatible)
        assert lines_of(self.calculation.routes) == lines_of(anew.routes)
        assert lines_of(self.table) == lines_of(anew.routes)


steps = st.lists(st.tuples(lsas(), st.sampled_from((True, True, True, False)), st.booleans()), max_size=40)


@given(steps, st.booleans())
@settings(max_examples=300)
def test_following_changes_is_calculating_anew(steps: list[Step], compatible: bool) -> None:
    follower = Follower(compatible)
    for say, comes, runs in steps:
        follower.change(say, comes)
        if runs:
            follower.run()
            follower.check()
    follower.run()
    follower.check()


@given(st.lists(lsas(), max_size=40))
@settings(max_examples=50)
def test_what_came_and_went_leaves_nothing(said: list[Say]) -> None:
    follower = Follower(False)
    for say in said:
        follower.change(say, True)
    follower.run()
    for say in said:
        follower.change(say, False)
    follower.run()
    assert follower.table == {}
    assert follower.calculation.routes == {}
    assert follower.calculation.destinations.by_key == {}
