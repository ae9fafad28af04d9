"""Linearizable reads without an entry in the log (§8, dissertation §6.4).

ReadIndex: the leader notes its commit index, and serves the read from there once a majority has answered a
round of heartbeats *begun after* the read came: nobody else led at that time. A lease saves the round: no
other leader can be elected within a minimum election timeout of a round that a majority answered, by this
leader's clock, shortened by what clocks may differ.
"""

from __future__ import annotations

from catenet.application.consensus.effects import ReadReady
from catenet.application.consensus.entry import NONE
from catenet.application.consensus.heartbeat_rounds import PendingRead
from catenet.application.consensus.raft.messages import ReadReply, ReadRequest
from catenet.application.consensus.raft.replication import broadcast_heartbeat, committed_in_term
from catenet.application.consensus.raft.server import RaftServer
from catenet.application.consensus.server import ROLE_FOLLOWER, ROLE_LEADER


def on_read(server: RaftServer, tag: int, lease: bool) -> None:
    """The application here asks, and may be content with a lease."""
    if server.role == ROLE_LEADER:
        lead_read(server, tag, server.id, lease)
    elif server.role == ROLE_FOLLOWER and server.leader != NONE:
        server.send(ReadRequest(server.id, server.leader, tag))
    else:
        server.refuse(tag, "no leader")


def on_read_request(server: RaftServer, message: ReadRequest) -> None:
    """A follower's application asks; who no longer leads does not answer."""
    if server.role == ROLE_LEADER:
        lead_read(server, message.tag, message.sender, lease=False)


def lead_read(server: RaftServer, tag: int, requester: int, lease: bool) -> None:
    """Answer at once, or after the next round; but not before this term has committed anything (§8)."""
    assert server.role == ROLE_LEADER, "only a leader answers reads (§8)"
    committed = server.commit_index
    if server.id not in server.leading.progress:
        _fail(server, tag, requester)
    elif not committed_in_term(server):
        server.leading.early_reads.append(PendingRead(tag, requester, 0, 0, lease))
    elif server.members.is_single() or (lease and lease_holds(server)):
        _answer(server, tag, requester, committed)
    else:
        server.leading.rounds.wait(tag, requester, committed, lease)
        if not server.options.batching:
            broadcast_heartbeat(server)


def on_read_reply(server: RaftServer, message: ReadReply) -> None:
    """The leader says from which index it may be served."""
    server.effects.append(ReadReady(message.tag, message.index))


def release_early(server: RaftServer) -> None:
    """Once the term has committed its first entry."""
    if server.leading.early_reads and committed_in_term(server):
        early, server.leading.early_reads = server.leading.early_reads, []
        for read in early:
            lead_read(server, read.tag, read.requester, read.lease)


def release_confirmed(server: RaftServer) -> None:
    """Reads whose round a majority has answered."""
    rounds = server.leading.rounds
    if rounds.reads:
        for read in rounds.take_confirmed(confirmed_round(server)):
            _answer(server, read.tag, read.requester, read.index)


def confirmed_round(server: RaftServer) -> int:
    """The newest round of heartbeats that a majority, this leader among it, has answered."""
    answered = {member: known.round for member, known in server.leading.progress.items()}
    answered[server.id] = server.leading.rounds.newest
    return server.members.agreed(answered)


def lease_until_ns(server: RaftServer) -> int:
    """Until when no other leader can be elected; 0 if that is not known."""
    if server.role != ROLE_LEADER:
        return 0
    confirmed = confirmed_round(server)
    return server.leading.rounds.lease_until_ns(confirmed, server.policy.minimum_ns, server.options.clock_drift)


def lease_holds(server: RaftServer) -> bool:
    """Reads may be answered alone."""
    return server.options.lease_reads and server.now_ns < lease_until_ns(server)


def _answer(server: RaftServer, tag: int, requester: int, index: int) -> None:
    assert committed_in_term(server), "a leader does not know what is committed before an entry of its term is (§8)"
    assert index <= server.commit_index, f"a read at {index}, and only {server.commit_index} is committed"
    if requester == server.id:
        server.effects.append(ReadReady(tag, index))
    else:
        server.send(ReadReply(server.id, requester, server.term, index, tag))


def _fail(server: RaftServer, tag: int, requester: int) -> None:
    if requester == server.id:
        server.refuse(tag, "no member")
