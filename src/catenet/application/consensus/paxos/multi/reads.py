"""Linearizable reads without an entry in the log.

A leader that hears from a quorum of acceptors, after the read came, that none of them has promised anything to another
is still the only one that can have chosen anything: whoever leads next needs the promise of one of them.  What was
chosen before it led is below the last place that it found accepted: by those who decide about the next place, whoever
they are by then.  A lease saves the round trip.
"""

from __future__ import annotations

from catenet.application.consensus.effects import ReadReady
from catenet.application.consensus.paxos.multi.server import PaxosServer
from catenet.application.consensus.server import ROLE_LEADER


def on_read(server: PaxosServer, tag: int, lease: bool) -> None:
    """Answer at once where the lease says so, else after the next round of heartbeats."""
    if server.role != ROLE_LEADER:
        server.refuse(tag, "this replica does not lead")
        return
    index = max(server.log.chosen, server.proposer.adopted_to)
    if lease_holds(server, lease):
        server.effects.append(ReadReady(tag, index))
    else:
        server.proposer.rounds.wait(tag, server.id, index, lease)


def release_reads(server: PaxosServer) -> None:
    """Answer those whose round has been heard."""
    assert server.role == ROLE_LEADER, "only a leader answers reads"
    rounds = server.proposer.rounds
    if rounds.reads and knows_all(server):
        for read in rounds.take_confirmed(confirmed_round(server)):
            server.effects.append(ReadReady(read.tag, max(read.index, server.log.chosen)))


def knows_all(server: PaxosServer) -> bool:
    """Whether this leader knows what was chosen before it led.

    It has been promised its ballot by a quorum of those who decide about the next place, and they have accepted nothing
    there.  While it has yet to choose again what it found, a change of membership may be among that: then others have
    decided about later places, and may not have been asked.
    """
    if server.proposer.adopted_to > server.log.chosen:
        return False
    return server.members.quorums_at(server.log.chosen + 1).promised(server.proposer.promised())


def confirmed_round(server: PaxosServer) -> int:
    """The newest round of heartbeats that enough acceptors have answered, of each membership that counts or will."""
    lowest = server.proposer.rounds.newest
    for quorums in server.members.all_quorums():
        rounds = [
            server.proposer.rounds.newest if node == server.id else _round_of(server, node) for node in quorums.members
        ]
        rounds.sort(reverse=True)
        lowest = min(lowest, rounds[quorums.second - 1])
    return lowest


def _round_of(server: PaxosServer, node: int) -> int:
    peer = server.proposer.peers.get(node)
    return 0 if peer is None else peer.round


def lease_holds(server: PaxosServer, wanted: bool) -> bool:
    """Whether nobody else can have been promised anything yet."""
    if not server.options.leases or not (wanted or server.options.lease_reads):
        return False
    if not knows_all(server):
        return False
    rounds, confirmed = server.proposer.rounds, confirmed_round(server)
    return server.now_ns < rounds.lease_until_ns(confirmed, server.policy.minimum_ns, server.options.clock_drift)
