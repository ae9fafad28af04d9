"""An LSA's age in a database, when it ends, and what counts as news (RFC 2328 sections 12.2, 13.2, 14)."""

from __future__ import annotations

import pytest

from catenet.kernel.kernel import NEVER
from catenet.network.routing.ospf.database.database import OWN, Database, Entry
from catenet.network.routing.ospf.lsa.lsa import Lsa
from catenet.network.routing.ospf.lsa.opaque_lsa import GRACE, Grace
from tests.unit.network.routing.ospf.link_state_maps import external, ip, line, lsa, network, router, stub, summary

S = 1_000_000_000


def entry(said: Lsa, age: int = 0, now_s: int = 0) -> Entry:
    return Entry(said, age, now_s * S, OWN, True)


@pytest.mark.parametrize(("age", "now_s"), [(0, 0), (0, 50), (1000, 0), (1000, 50), (3599, 7)])
def test_an_lsa_grows_a_second_older_each_second_and_ends_at_3600(age: int, now_s: int) -> None:
    """One that ends too late leads packets to a router that is gone; too early, and a living one is forgotten."""
    kept = entry(router(1), age, now_s)
    end_ns = (now_s + 3600 - age) * S
    assert kept.expires_ns() == end_ns
    assert (kept.age(now_s * S), kept.age(end_ns - 1), kept.age(end_ns), kept.age(end_ns + 99 * S)) == (
        age, 3599, 3600, 3600,
    )  # fmt: skip
    assert not kept.is_flushed
    assert kept.describe(end_ns - 1).age == 3599


def test_one_that_came_at_maxage_is_flushed() -> None:
    kept = entry(router(1), 3600)
    assert (kept.is_flushed, kept.age(0), kept.waiting) == (True, 3600, 0)
    assert kept.resent_ns == -3600 * S, "an answer to an older instance is never too soon"


def test_what_is_news_and_what_is_a_mere_refresh() -> None:
    """Each news makes all routers of the area calculate."""
    database = Database(0)
    first, again, other = router(1, stub("10.1.0.0/16", 1)), router(1, stub("10.1.0.0/16", 1)), router(1)
    key = first.key
    kept = [entry(first), entry(again), entry(other), entry(other, 3600), entry(other, 3600), entry(first)]
    assert [database.install(one) for one in kept] == [True, False, True, True, False, True]
    assert [one.is_change for one in kept] == [True, False, True, True, False, True]
    assert database.changed == [(key, None, first), (key, again, other), (key, other, None), (key, None, first)]
    assert database.get(key) is kept[-1]
    assert len(database) == 1


def test_an_lsa_that_is_made_to_end_says_nothing_once() -> None:
    database = Database(0)
    kept = entry(router(1))
    database.install(kept)
    database.changed.clear()
    database.expire(kept)
    database.expire(kept)
    assert kept.is_flushed
    assert database.changed == [(kept.lsa.key, kept.lsa, None)]
    database.remove(kept.lsa.key)
    assert (len(database), database.get(kept.lsa.key)) == (0, None)


def test_routes_depend_on_all_types_that_ospf_reads_and_on_no_other() -> None:
    """RFC 5250: what others put into opaque LSAs is passed on, and costs no calculation."""
    database = Database(0)
    read = [
        router(1),
        network(ip("10.9.1.1"), 0xFFFFFF00, [1]),
        summary(1, "10.1.0.0/16", 1),
        external(1, "10.2.0.0/16", 1),
        external(1, "10.3.0.0/16", 1, kind=7),
    ]
    opaque = lsa(9, GRACE << 24, 1, Grace(60, 1).body())
    assert [database.install(entry(one)) for one in [*read, opaque]] == [True] * 6
    assert [new for _, _, new in database.changed] == read


def test_the_database_knows_when_its_first_lsa_ends() -> None:
    database = Database(0)
    assert database.next_expiry_ns == NEVER
    database.install(entry(router(1), 100))
    assert database.next_expiry_ns == 3500 * S
    database.install(entry(router(2, line(1, 1)), 50))
    assert database.next_expiry_ns == 3500 * S
    database.install(entry(router(3), 3600))
    assert database.next_expiry_ns == 3500 * S, "what is flushed already does not end again"
    database.install(entry(router(4), 200, 1))
    assert database.next_expiry_ns == 3401 * S


def test_those_whose_time_is_over_are_found_and_the_next_look_is_when_another_s_is() -> None:
    database = Database(0)
    for number, age in ((1, 3000), (2, 3000), (3, 2000), (4, 3600)):
        database.install(entry(router(number), age))
    assert database.expired(600 * S - 1) == []
    assert database.next_expiry_ns == 601 * S - 1, "no more than one look through the database in a second"
    found = database.expired(600 * S)
    assert [int(one.lsa.advertising_router) for one in found] == [1, 2]
    assert database.next_expiry_ns == 1600 * S
    for one in found:
        database.expire(one)
    assert database.expired(600 * S) == []
    (last,) = database.expired(1600 * S)
    assert last.lsa.advertising_router == 3
    assert database.next_expiry_ns == NEVER
