"""How much a leader takes in before it is committed and applied: it says no before its memory is full."""

from __future__ import annotations

from catenet.application.consensus import effects as asked
from catenet.application.consensus import events
from catenet.application.consensus.entry import Entry
from tests.unit.application.consensus.pure_cluster import MS, Cluster, Host

from .test_reads import maker


def propose(host: Host, octets: int) -> list[str]:
    """Why a command of so many octets was refused; nothing if it was taken."""
    effects = host.replica.step(events.Propose([b"x" * octets], 7), host.cluster.now)
    refused = [effect.reason for effect in effects if isinstance(effect, asked.Refused)]
    host.do(effects)
    host.cluster.run(200 * MS)
    return refused


def test_what_is_applied_makes_room_for_as_much_and_for_no_more() -> None:
    """With all forgotten at the first entry that is applied, a slow application would be drowned."""
    cluster = Cluster(maker(max_uncommitted_octets=100), 3, 1)
    leader = cluster.stabilize()
    waiting: list[Entry] = []
    leader.apply = waiting.extend  # type: ignore[method-assign]
    assert propose(leader, 40) == []
    assert propose(leader, 40) == []
    assert propose(leader, 21) == ["too much is uncommitted"]
    first, second = waiting
    server = leader.replica.server  # type: ignore[attr-defined]
    assert server.leading.uncommitted_octets == 80
    leader.step(events.Applied(first.index))
    assert server.leading.uncommitted_octets == 40
    assert propose(leader, 61) == ["too much is uncommitted"]
    assert propose(leader, 60) == []
    leader.step(events.Applied(second.index))
    leader.step(events.Applied(second.index))
    assert server.leading.uncommitted_octets == 60
    leader.step(events.Applied(waiting[-1].index))
    assert server.leading.uncommitted_octets == 0
    assert propose(leader, 500) == [], "one that is larger than all is taken when nothing else waits"
    assert propose(leader, 0) == [], "an empty one always is"
    assert propose(leader, 1) == ["too much is uncommitted"]


def test_a_new_leader_owes_nothing_for_what_the_one_before_it_took_in() -> None:
    cluster = Cluster(maker(max_uncommitted_octets=100), 3, 1)
    leader = cluster.stabilize()
    leader.apply = list[Entry]().extend  # type: ignore[method-assign]
    assert propose(leader, 90) == []
    cluster.isolate(leader.number)
    cluster.run(3000 * MS)
    cluster.cut = set()
    other = cluster.stabilize()
    assert other is not leader
    assert leader.replica.server.leading.uncommitted_octets <= 0  # type: ignore[attr-defined]
    assert propose(other, 100) == []
