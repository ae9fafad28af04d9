"""The members of a group behind a port: the tables of RFC 3376, sections 6.4.1 and 6.4.2."""

from __future__ import annotations

import pytest

from catenet.link.multicast.group_record import GroupRecord
from catenet.link.switching.snooping.port_group import PortGroup

GROUP = 0xEF000001
INTERVAL = 260
IS_IN, IS_EX, TO_IN, TO_EX, ALLOW, BLOCK = range(1, 7)
A, B, C, D = 1, 2, 3, 4
NOW = 1000


def include(*sources: int) -> PortGroup:
    """INCLUDE of these sources, half of their time gone."""
    known = PortGroup(4)
    known.hear(GroupRecord(IS_IN, GROUP, sources), 0, NOW - INTERVAL // 2, INTERVAL)
    return known


def exclude(requested: tuple[int, ...], excluded: tuple[int, ...]) -> PortGroup:
    """EXCLUDE of these, where the requested sources have a timer."""
    known = include(*requested)
    known.hear(GroupRecord(IS_EX, GROUP, (*requested, *excluded)), 0, NOW - INTERVAL // 2, INTERVAL)
    return known


def state(known: PortGroup, now: int = NOW) -> tuple[bool, list[int], list[int]]:
    wanted, blocked = known.wanted(now), known.blocked(now)
    return known.exclude, wanted, blocked


INCLUDES = [
    (IS_IN, (B, C), (False, [A, B, C], []), False, ()),
    (IS_EX, (B, C), (True, [B], [C]), False, ()),
    (ALLOW, (B, C), (False, [A, B, C], []), False, ()),
    (BLOCK, (B, C), (False, [A, B], []), False, (B,)),
    (TO_EX, (B, C), (True, [B], [C]), False, (B,)),
    (TO_IN, (B, C), (False, [A, B, C], []), False, (A,)),
    (TO_IN, (), (False, [A, B], []), False, (A, B)),
]


@pytest.mark.parametrize(("kind", "sources", "after", "group", "asked"), INCLUDES)
def test_of_an_including_group(
    kind: int, sources: tuple[int, ...], after: tuple[bool, list[int], list[int]], group: bool, asked: tuple[int, ...]
) -> None:
    known = include(A, B)
    asks = known.hear(GroupRecord(kind, GROUP, sources), 0, NOW, INTERVAL)
    assert (*state(known), asks.group, asks.sources) == (*after, group, asked)


EXCLUDES = [
    (IS_IN, (B, C, D), (True, [A, B, C, D], []), False, ()),
    (IS_EX, (B, C, D), (True, [B, D], [C]), False, ()),
    (ALLOW, (B, C, D), (True, [A, B, C, D], []), False, ()),
    (BLOCK, (B, C, D), (True, [A, B, D], [C]), False, (B, D)),
    (TO_EX, (B, C, D), (True, [B, D], [C]), False, (B, D)),
    (TO_IN, (B,), (True, [A, B], [C]), True, (A,)),
    (TO_IN, (), (True, [A, B], [C]), True, (A, B)),
]


@pytest.mark.parametrize(("kind", "sources", "after", "group", "asked"), EXCLUDES)
def test_of_an_excluding_group(
    kind: int, sources: tuple[int, ...], after: tuple[bool, list[int], list[int]], group: bool, asked: tuple[int, ...]
) -> None:
    known = exclude((A, B), (C,))
    assert state(known) == (True, [A, B], [C])
    asks = known.hear(GroupRecord(kind, GROUP, sources), 0, NOW, INTERVAL)
    assert (*state(known), asks.group, asks.sources) == (*after, group, asked)


def test_what_is_forwarded() -> None:
    known = exclude((A,), (C,))
    assert [known.forwards(source, NOW) for source in (A, C, D)] == [True, False, True]
    known = include(A)
    assert [known.forwards(source, NOW) for source in (A, C, D)] == [True, False, False]


def test_new_sources_of_an_excluding_group_have_the_time_of_the_record() -> None:
    """IS_EX gives (A-X-Y) the Group Membership Interval; TO_EX and BLOCK the group's timer."""
    for kind, until in ((IS_EX, NOW + INTERVAL), (TO_EX, NOW + INTERVAL // 2), (BLOCK, NOW + INTERVAL // 2)):
        known = exclude((), ())
        known.hear(GroupRecord(kind, GROUP, (D,)), 0, NOW, INTERVAL)
        assert known.forwards(D, until - 1)
        known.hear(GroupRecord(IS_EX, GROUP, (D,)), 0, until - 1, INTERVAL)  # keep the mode, and D's timer
        assert not known.forwards(D, until)


def test_when_an_excluding_group_expires_its_requested_sources_stay() -> None:
    known = exclude((), (C,))
    known.hear(GroupRecord(ALLOW, GROUP, (A,)), 0, NOW, INTERVAL)
    end = NOW + INTERVAL // 2
    assert state(known, end - 1) == (True, [A], [C])
    assert state(known, end) == (False, [A], [])
    assert known.has_members(end + 129)
    assert known.last_ns(end) == NOW + INTERVAL
    assert not known.has_members(NOW + INTERVAL)


def test_a_query_lowers_timers_and_a_report_restores_them() -> None:
    known = exclude((A,), ())
    known.lower((), NOW + 2, NOW)
    assert known.is_pending(0, NOW + 2)
    known.hear(GroupRecord(IS_EX, GROUP, (A,)), 0, NOW + 1, INTERVAL)
    assert not known.is_pending(0, NOW + 2)
    known.lower((A, D), NOW + 2, NOW)
    assert known.is_pending(A, NOW + 2)
    assert not known.is_pending(D, NOW + 2)
    assert state(known, NOW + 2) == (True, [], [A])


@pytest.mark.parametrize(
    ("version", "older", "kind", "members"),
    [(4, 2, BLOCK, True), (4, 1, TO_IN, True), (4, 2, TO_IN, False), (6, 1, TO_IN, False), (6, 1, BLOCK, True)],
)
def test_with_older_hosts(version: int, older: int, kind: int, members: bool) -> None:
    """RFC 3376 section 7.3.2: BLOCK is ignored, sources of TO_EX as well; leaving, too, with an IGMPv1 host."""
    known = PortGroup(version)
    known.hear(GroupRecord(IS_EX, GROUP), older, NOW, INTERVAL)
    known.hear(GroupRecord(TO_EX, GROUP, (A,)), 0, NOW, INTERVAL)
    assert known.forwards(A, NOW)
    asks = known.hear(GroupRecord(kind, GROUP, (A,) if kind == BLOCK else ()), 0, NOW, INTERVAL)
    assert asks.group == (not members)
    assert asks.sources == ()
    assert state(known) == (True, [], [])


def test_a_record_of_no_kind_is_ignored() -> None:
    known = include(A)
    known.hear(GroupRecord(7, GROUP, (B,)), 0, NOW, INTERVAL)
    assert state(known) == (False, [A], [])
