"""The protocols by name, with their defaults, and a codec for all that their electors say."""

from __future__ import annotations

import pytest

from catenet.application.consensus.ballot_election import BallotElector, HBRequest
from catenet.application.consensus.effects import Message
from catenet.application.consensus.entry import founding
from catenet.application.consensus.paxos.multi.replica import PaxosReplica
from catenet.application.consensus.raft.replica import RaftReplica
from catenet.application.replication import protocols
from catenet.application.replication.protocols import PAXOS_CODEC, RAFT_CODEC, make_protocol

MS = 1_000_000


def test_protocols_by_name() -> None:
    assert [make_protocol(name).name for name in protocols.PROTOCOLS] == ["raft", "multi-paxos"]
    mine = protocols.raft()
    assert make_protocol(mine) is mine
    with pytest.raises(ValueError, match="there is no protocol 'zab'; there are raft, multi-paxos"):
        make_protocol("zab")


def test_by_default_leases_hold_and_reads_may_rely_on_them() -> None:
    raft = protocols.raft().replica(1, founding((1, 2, 3)))
    assert isinstance(raft, RaftReplica)
    assert (raft.server.options.lease_reads, raft.server.options.forward_proposals) == (True, False)
    paxos = protocols.multi_paxos().replica(1, founding((1, 2, 3)))
    assert isinstance(paxos, PaxosReplica)
    assert paxos.server.options.leases


@pytest.mark.parametrize("make", [protocols.raft, protocols.multi_paxos])
def test_with_ballot_election_nobody_keeps_leases(make) -> None:  # type: ignore[no-untyped-def]
    """It elects over the head of a leader that is heard: a read by a lease would be stale."""
    replica = make(ballot_round_ns=300 * MS).replica(7, founding((7,)))
    elector = replica.server.elector
    assert isinstance(elector, BallotElector)
    assert (elector.id, elector.round_ns) == (7, 300 * MS)
    options = replica.server.options
    assert not (options.lease_reads if isinstance(replica, RaftReplica) else options.leases)


def test_timeouts_for_a_wide_area() -> None:
    policy = protocols.wide_area()
    assert (policy.minimum_ns, policy.heartbeat_ns()) == (500 * MS, 100 * MS)
    assert protocols.MS == MS


@pytest.mark.parametrize("codec", [RAFT_CODEC, PAXOS_CODEC])
def test_an_elector_s_messages_go_with_either_protocol(codec: protocols.Codec) -> None:
    found = codec.parse(codec.emit(HBRequest(1, 2, 3)))
    assert isinstance(found, HBRequest)
    assert (found.sender, found.to, found.round) == (1, 2, 3)
    for octets in (b"", b"\xff\x01\x01\x01"):
        with pytest.raises(ValueError):
            codec.parse(octets)
    with pytest.raises(TypeError):
        codec.emit(Message(1, 2, 3))
