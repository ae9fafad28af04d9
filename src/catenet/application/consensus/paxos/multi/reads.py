"""Linearizable reads without an entry in the log.

A leader that hears from a quorum of acceptors, after the read came, that none of them has promised anything to another
is still the only one that can have chosen anything: whoever leads next needs the promise of one of them.  What was
chosen before it led is below the last place that it found accepted: by those who decide about the next place, whoever
they are by then.  A lease saves the round trip.
"""

from __future__ import annotations

from catenet.application.consensus.interface import ROLE_LEADER
from catenet.application.consensus.paxos.multi.server import PaxosRead, PaxosServer


def on_read(server: PaxosServer, tag: int, lease: bool) -> None:
    """Answer at once where the lease says so, else after the next round of heartbeats."""
    if server.role != ROLE_LEADER:
        server.refuse(tag, "this replica does not lead")
        return
    index = max(server.log.chosen, server.adopted_to)
    if lease_holds(server, lease):
        server.answer_read(tag, index)
    else:
        server.reads.append(PaxosRead(tag, index, server.round + 1))
        server.round_wanted = True


def release_reads(server: PaxosServer) -> None:
    """Answer those whose round has been heard."""
    if not server.reads or not knows_all(server):
        return
    confirmed = confirmed_round(server)
    waiting: list[PaxosRead] = []
    for read in server.reads:
        if read.round <= confirmed:
            server.answer_read(read.tag, max(read.index, server.log.chosen))
        else:
            waiting.append(read)
    server.reads = waiting


def knows_all(server: PaxosServer) -> bool:
    """Whether this leader knows what was chosen before it led.

    It has been promised its ballot by a quorum of those who decide about the next place, and they have accepted nothing
    there.  While it has yet to choose again what it found, a change of membership may be among that: then others have
    decided about later places, and may not have been asked.
    """
    if server.adopted_to > server.log.chosen:
        return False
    promised = [node for node, gathered in server.gathered.items() if gathered.complete]
    return server.members.quorums_at(server.log.chosen + 1).promised(promised)


def confirmed_round(server: PaxosServer) -> int:
    """The newest round of heartbeats that enough acceptors have answered, of each membership that counts or will."""
    lowest = server.round
    for quorums in server.members.all_quorums():
        rounds = [server.round if node == server.id else _round_of(server, node) for node in quorums.members]
        rounds.sort(reverse=True)
        lowest = min(lowest, rounds[quorums.second - 1])
    return lowest


def _round_of(server: PaxosServer, node: int) -> int:
    peer = server.peers.get(node)
    return 0 if peer is None else peer.round


def lease_holds(server: PaxosServer, wanted: bool) -> bool:
    """Whether nobody else can have been promised anything yet."""
    if server.lease_void or not server.options.leases or not (wanted or server.options.lease_reads):
        return False
    if not knows_all(server):
        return False
    sent_ns = server.round_sent_ns.get(confirmed_round(server))
    if sent_ns is None:
        return False
    return server.now_ns < sent_ns + int(server.policy.minimum_ns * (1.0 - server.options.clock_drift))
