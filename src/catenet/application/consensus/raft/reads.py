"""Linearizable reads without an entry in the log (§8, dissertation §6.4).

ReadIndex: the leader notes its commit index, and serves the read from there once a majority has answered a
round of heartbeats *begun after* the read came: nobody else led at that time. A lease saves the round: no
other leader can be elected within a minimum election timeout of a round that a majority answered, by this
leader's clock, shortened by what clocks may differ.
"""

from __future__ import annotations

from catenet.application.consensus.effects import ReadReady
from catenet.application.consensus.entry import NONE
from catenet.application.consensus.interface import ROLE_FOLLOWER, ROLE_LEADER
from catenet.application.consensus.raft.core import PendingRead, RaftCore
from catenet.application.consensus.raft.messages import ReadReply, ReadRequest
from catenet.application.consensus.raft.replication import broadcast_heartbeat


def on_read(core: RaftCore, tag: int, lease: bool) -> None:
    """The application here asks, and may be content with a lease."""
    if core.role == ROLE_LEADER:
        lead_read(core, tag, core.id, lease)
    elif core.role == ROLE_FOLLOWER and core.leader != NONE:
        core.send(ReadRequest(core.id, core.leader, tag))
    else:
        core.refuse(tag, "no leader")


def on_read_request(core: RaftCore, message: ReadRequest) -> None:
    """A follower's application asks; who no longer leads does not answer."""
    if core.role == ROLE_LEADER:
        lead_read(core, message.tag, message.sender, lease=False)


def lead_read(core: RaftCore, tag: int, requester: int, lease: bool) -> None:
    """Answer at once, or after the next round; but not before this term has committed anything (§8)."""
    committed = core.log.committed
    if core.id not in core.progress:
        _fail(core, tag, requester)
    elif not core.committed_in_term():
        core.early_reads.append(PendingRead(tag, requester, 0, 0, lease))
    elif core.is_single() or (lease and lease_holds(core)):
        _answer(core, tag, requester, committed)
    else:
        core.reads.append(PendingRead(tag, requester, committed, core.round + 1, lease))
        core.round_wanted = True
        if not core.options.batching:
            broadcast_heartbeat(core)


def on_read_reply(core: RaftCore, message: ReadReply) -> None:
    """The leader says from which index it may be served."""
    core.notes.append(ReadReady(message.tag, message.index))


def release_early(core: RaftCore) -> None:
    """Once the term has committed its first entry."""
    if core.early_reads and core.committed_in_term():
        early, core.early_reads = core.early_reads, []
        for read in early:
            lead_read(core, read.tag, read.requester, read.lease)


def release_confirmed(core: RaftCore) -> None:
    """Reads whose round a majority has answered."""
    if not core.reads:
        return
    round_ = confirmed_round(core)
    waiting: list[PendingRead] = []
    for read in core.reads:
        if read.round <= round_:
            _answer(core, read.tag, read.requester, read.index)
        else:
            waiting.append(read)
    core.reads = waiting


def confirmed_round(core: RaftCore) -> int:
    """The newest round of heartbeats that a majority, this leader among it, has answered."""
    answered = {member: known.round for member, known in core.progress.items()}
    answered[core.id] = core.round
    return core.agreed(answered)


def lease_until_ns(core: RaftCore) -> int:
    """Until when no other leader can be elected; 0 if that is not known."""
    if core.lease_void or core.role != ROLE_LEADER:
        return 0
    sent_ns = core.round_sent_ns.get(confirmed_round(core), -1)
    if sent_ns < 0:
        return 0
    return sent_ns + int(core.policy.minimum_ns * (1.0 - core.options.clock_drift))


def lease_holds(core: RaftCore) -> bool:
    """Reads may be answered alone."""
    return core.options.lease_reads and core.now_ns < lease_until_ns(core)


def _answer(core: RaftCore, tag: int, requester: int, index: int) -> None:
    if requester == core.id:
        core.notes.append(ReadReady(tag, index))
    else:
        core.send(ReadReply(core.id, requester, core.term, index, tag))


def _fail(core: RaftCore, tag: int, requester: int) -> None:
    if requester == core.id:
        core.refuse(tag, "no member")
