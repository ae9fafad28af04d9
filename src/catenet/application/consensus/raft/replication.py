"""Log replication (§5.3): a leader's appends and heartbeats, a follower's answers, and what those teach the leader."""

from __future__ import annotations

from catenet.application.consensus.entry import NONE
from catenet.application.consensus.raft.log import NO_TERM
from catenet.application.consensus.raft.messages import AppendEntries, AppendReply, Heartbeat, HeartbeatReply
from catenet.application.consensus.raft.progress import PROBE, REPLICATE, SNAPSHOT, Progress
from catenet.application.consensus.raft.server import RaftServer
from catenet.application.consensus.raft.snapshot import send_piece, send_snapshot

ROUNDS_KEPT = 64


# The leader speaks


def send_append(server: RaftServer, to: int, even_empty: bool) -> bool:
    """Send a follower what comes next, or a snapshot where that is discarded. False if nothing was sent."""
    known = server.progress[to]
    if known.paused():
        return False
    log = server.log
    prev_index = known.next - 1
    prev_term = log.term(prev_index)
    if prev_term == NO_TERM:
        return send_snapshot(server, to, known)
    # With all of what may be in flight lost, an empty append still gets through, and its answer clears the way.
    may_carry = known.next <= log.last_index and (known.state != REPLICATE or not known.inflight.full())
    entries = server.entries_for(to, known.next) if may_carry else []
    if not entries and not even_empty:
        return False
    server.send(AppendEntries(server.id, to, server.term, prev_index, prev_term, entries, log.committed))
    octets = 0
    for entry in entries:
        octets += len(entry.data)
    known.sent(len(entries), octets, log.committed)
    return True


def send_all(server: RaftServer, to: int) -> None:
    """As much as a follower may have in flight."""
    while send_append(server, to, even_empty=False):
        pass


def broadcast_append(server: RaftServer) -> None:
    """To all: there are new entries, or a new commit index."""
    for peer in server.peers:
        send_append(server, peer, even_empty=True)


def send_to_witnesses(server: RaftServer) -> None:
    """More of this leader's log is on its disk."""
    for witness in server.membership.witnesses:
        if witness in server.progress and witness != server.id:
            send_all(server, witness)


def want_append(server: RaftServer) -> None:
    """Broadcast now, or once for all that is handled before the effects are taken."""
    if server.options.batching:
        server.append_wanted = True
    else:
        broadcast_append(server)


def broadcast_heartbeat(server: RaftServer) -> None:
    """A new round. A follower is told no commit index beyond what is known to match in its log."""
    server.round += 1
    server.round_wanted = False
    server.round_sent_ns[server.round] = server.now_ns
    server.round_sent_ns.pop(server.round - ROUNDS_KEPT, 0)
    for peer in server.peers:
        known = server.progress[peer]
        commit = min(known.match, server.log.committed)
        server.send(Heartbeat(server.id, peer, server.term, commit, server.round, known.rtt_ns))
        known.sent_commit = commit


# A follower answers


def on_append_entries(server: RaftServer, message: AppendEntries) -> None:
    """Append what matches, and say up to where; else say where it could (§5.3)."""
    log = server.log
    if message.prev_index < log.committed:
        server.reply(AppendReply(server.id, message.sender, server.term, log.committed))
        return
    if log.merge(message.prev_index, message.prev_term, message.entries):
        last = message.prev_index + len(message.entries)
        log.commit_to(min(message.commit, last))
        server.reply(AppendReply(server.id, message.sender, server.term, last))
        return
    hint_index, hint_term = log.last_at_most(min(message.prev_index, log.last_index), message.prev_term)
    server.reply(AppendReply(server.id, message.sender, server.term, message.prev_index, True, hint_index, hint_term))


def on_heartbeat(server: RaftServer, message: Heartbeat) -> None:
    """All up to its commit index is known to match here; who lost its disk may have less than the leader believes."""
    server.log.commit_to(min(message.commit, server.log.last_index) if server.is_listening() else message.commit)
    server.policy.heartbeat_heard(message.round, message.rtt_ns)
    if server.options.lease_reads:
        # Its leader counts on this answer, even if this replica hears of a higher term now and knows of no leader.
        server.grace_until_ns = server.now_ns + server.policy.minimum_ns
    server.send(HeartbeatReply(server.id, message.sender, server.term, message.round))


# The leader learns


def on_rejection(server: RaftServer, message: AppendReply, known: Progress) -> None:
    """Go back to where the logs may match: at most one probe for each term that they differ in (§5.3)."""
    hint = message.hint_index
    if message.hint_term > 0:
        hint = server.log.last_at_most(message.hint_index, message.hint_term)[0]
    if known.reject(message.index, hint):
        if known.state == REPLICATE:
            known.become_probe()
        send_append(server, message.sender, even_empty=True)


def on_acknowledgment(server: RaftServer, message: AppendReply, known: Progress) -> bool:
    """The follower's log matches further than was known: commit, and send on. False if it is no news."""
    news = known.acknowledge(message.index)
    if not news and not (known.match == message.index and known.state == PROBE):
        return False
    if known.state == PROBE:
        known.become_replicate()
    elif known.state == REPLICATE:
        known.inflight.acknowledge(message.index)
    elif known.match >= server.log.base:
        # At whatever index it got its snapshot: our log can take it from there.
        known.become_replicate()
    elif known.match >= known.snapshot_index:
        known.become_probe()  # it has its snapshot, and our log begins later by now: it needs another
    return True


def commit_and_continue(server: RaftServer, peer: int) -> bool:
    """After an acknowledgment: is more committed now? Then all hear of it. Send ``peer`` what it can take."""
    known = server.progress[peer]
    advanced = server.commit_known()
    if advanced:
        want_append(server)
    elif peer != server.id and known.may_raise_commit(server.log.committed):
        send_append(server, peer, even_empty=True)
    if peer != server.id and not server.append_wanted:
        send_all(server, peer)
    return advanced


def on_heartbeat_reply(server: RaftServer, message: HeartbeatReply, known: Progress) -> None:
    """It is there: go on with what was held back."""
    known.active = True
    known.waiting = False
    if message.round > known.round:
        known.round = message.round
        sent_ns = server.round_sent_ns.get(message.round, -1)
        if sent_ns >= 0:
            known.measure(max(server.now_ns - sent_ns, 1))
    if known.state == SNAPSHOT:
        retry_snapshot(server, message.sender, known)
    elif known.match < server.log.last_index or known.state == PROBE:
        send_append(server, message.sender, even_empty=True)


def retry_snapshot(server: RaftServer, peer: int, known: Progress) -> None:
    """A piece, or its answer, was lost."""
    wait_ns = server.options.snapshot_retry_ns
    snapshot = known.snapshot
    if not wait_ns or snapshot is None or server.now_ns - known.snapshot_sent_ns < wait_ns:
        return
    if snapshot.index < server.log.base:
        send_snapshot(server, peer, known)  # even if it arrived, our log could not go on from there
    else:
        send_piece(server, peer, known)


def on_unreachable(server: RaftServer, peer: int) -> None:
    """What was sent ahead is most likely lost."""
    known = server.progress.get(peer, None) if peer != NONE else None
    if known is not None and known.state == REPLICATE:
        known.become_probe()
