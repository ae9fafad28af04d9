"""Linearizable reads without an entry in the log.

A leader that hears from a quorum of acceptors, after the read came, that none of them has promised anything to another
is still the only one that can have chosen anything: whoever leads next needs the promise of one of them.  What was
chosen before it led is below the last place that it found accepted: by those who decide about the next place, whoever
they are by then.  A lease saves the round trip.
"""

from __future__ import annotations

from catenet.application.consensus.interface import ROLE_LEADER
from catenet.application.consensus.paxos.multi.core import PaxosCore, PaxosRead


def on_read(core: PaxosCore, tag: int, lease: bool) -> None:
    """Answer at once where the lease says so, else after the next round of heartbeats."""
    if core.role != ROLE_LEADER:
        core.refuse(tag, "this replica does not lead")
        return
    index = max(core.log.chosen, core.adopted_to)
    if lease_holds(core, lease):
        core.answer_read(tag, index)
    else:
        core.reads.append(PaxosRead(tag, index, core.round + 1))
        core.round_wanted = True


def release_reads(core: PaxosCore) -> None:
    """Answer those whose round has been heard."""
    if not core.reads or not knows_all(core):
        return
    confirmed = confirmed_round(core)
    waiting: list[PaxosRead] = []
    for read in core.reads:
        if read.round <= confirmed:
            core.answer_read(read.tag, max(read.index, core.log.chosen))
        else:
            waiting.append(read)
    core.reads = waiting


def knows_all(core: PaxosCore) -> bool:
    """Whether this leader knows what was chosen before it led.

    It has been promised its ballot by a quorum of those who decide about the next place, and they have accepted nothing
    there.  While it has yet to choose again what it found, a change of membership may be among that: then others have
    decided about later places, and may not have been asked.
    """
    if core.adopted_to > core.log.chosen:
        return False
    promised = [node for node, gathered in core.gathered.items() if gathered.complete]
    return core.members.quorums_at(core.log.chosen + 1).promised(promised)


def confirmed_round(core: PaxosCore) -> int:
    """The newest round of heartbeats that enough acceptors have answered, of each membership that counts or will."""
    lowest = core.round
    for quorums in core.members.all_quorums():
        rounds = [core.round if node == core.id else _round_of(core, node) for node in quorums.members]
        rounds.sort(reverse=True)
        lowest = min(lowest, rounds[quorums.second - 1])
    return lowest


def _round_of(core: PaxosCore, node: int) -> int:
    peer = core.peers.get(node)
    return 0 if peer is None else peer.round


def lease_holds(core: PaxosCore, wanted: bool) -> bool:
    """Whether nobody else can have been promised anything yet."""
    if core.lease_void or not core.options.leases or not (wanted or core.options.lease_reads):
        return False
    if not knows_all(core):
        return False
    sent_ns = core.round_sent_ns.get(confirmed_round(core))
    if sent_ns is None:
        return False
    return core.now_ns < sent_ns + int(core.policy.minimum_ns * (1.0 - core.options.clock_drift))
