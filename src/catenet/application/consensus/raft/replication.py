"""Log replication (§5.3): a leader's appends and heartbeats, a follower's answers, and what those teach the leader."""

from __future__ import annotations

from catenet.application.consensus.entry import NONE
from catenet.application.consensus.raft.core import RaftCore
from catenet.application.consensus.raft.log import NO_TERM
from catenet.application.consensus.raft.messages import AppendEntries, AppendReply, Heartbeat, HeartbeatReply
from catenet.application.consensus.raft.progress import PROBE, REPLICATE, SNAPSHOT, Progress
from catenet.application.consensus.raft.snapshot import send_piece, send_snapshot

ROUNDS_KEPT = 64


# The leader speaks


def send_append(core: RaftCore, to: int, even_empty: bool) -> bool:
    """Send a follower what comes next, or a snapshot where that is discarded. False if nothing was sent."""
    known = core.progress[to]
    if known.paused():
        return False
    log = core.log
    prev_index = known.next - 1
    prev_term = log.term(prev_index)
    if prev_term == NO_TERM:
        return send_snapshot(core, to, known)
    # With all of what may be in flight lost, an empty append still gets through, and its answer clears the way.
    may_carry = known.next <= log.last_index and (known.state != REPLICATE or not known.inflight.full())
    entries = core.entries_for(to, known.next) if may_carry else []
    if not entries and not even_empty:
        return False
    core.send(AppendEntries(core.id, to, core.term, prev_index, prev_term, entries, log.committed))
    octets = 0
    for entry in entries:
        octets += len(entry.data)
    known.sent(len(entries), octets, log.committed)
    return True


def send_all(core: RaftCore, to: int) -> None:
    """As much as a follower may have in flight."""
    while send_append(core, to, even_empty=False):
        pass


def broadcast_append(core: RaftCore) -> None:
    """To all: there are new entries, or a new commit index."""
    for peer in core.peers:
        send_append(core, peer, even_empty=True)


def send_to_witnesses(core: RaftCore) -> None:
    """More of this leader's log is on its disk."""
    for witness in core.membership.witnesses:
        if witness in core.progress and witness != core.id:
            send_all(core, witness)


def want_append(core: RaftCore) -> None:
    """Broadcast now, or once for all that is handled before the effects are taken."""
    if core.options.batching:
        core.append_wanted = True
    else:
        broadcast_append(core)


def broadcast_heartbeat(core: RaftCore) -> None:
    """A new round. A follower is told no commit index beyond what is known to match in its log."""
    core.round += 1
    core.round_wanted = False
    core.round_sent_ns[core.round] = core.now_ns
    core.round_sent_ns.pop(core.round - ROUNDS_KEPT, 0)
    for peer in core.peers:
        known = core.progress[peer]
        commit = min(known.match, core.log.committed)
        core.send(Heartbeat(core.id, peer, core.term, commit, core.round, known.rtt_ns))
        known.sent_commit = commit


# A follower answers


def on_append_entries(core: RaftCore, message: AppendEntries) -> None:
    """Append what matches, and say up to where; else say where it could (§5.3)."""
    log = core.log
    if message.prev_index < log.committed:
        core.reply(AppendReply(core.id, message.sender, core.term, log.committed))
        return
    if log.merge(message.prev_index, message.prev_term, message.entries):
        last = message.prev_index + len(message.entries)
        log.commit_to(min(message.commit, last))
        core.reply(AppendReply(core.id, message.sender, core.term, last))
        return
    hint_index, hint_term = log.last_at_most(min(message.prev_index, log.last_index), message.prev_term)
    core.reply(AppendReply(core.id, message.sender, core.term, message.prev_index, True, hint_index, hint_term))


def on_heartbeat(core: RaftCore, message: Heartbeat) -> None:
    """All up to its commit index is known to match here; who lost its disk may have less than the leader believes."""
    core.log.commit_to(min(message.commit, core.log.last_index) if core.is_listening() else message.commit)
    core.policy.heartbeat_heard(message.round, message.rtt_ns)
    if core.options.lease_reads:
        # Its leader counts on this answer, even if this replica hears of a higher term now and knows of no leader.
        core.grace_until_ns = core.now_ns + core.policy.minimum_ns
    core.send(HeartbeatReply(core.id, message.sender, core.term, message.round))


# The leader learns


def on_rejection(core: RaftCore, message: AppendReply, known: Progress) -> None:
    """Go back to where the logs may match: at most one probe for each term that they differ in (§5.3)."""
    hint = message.hint_index
    if message.hint_term > 0:
        hint = core.log.last_at_most(message.hint_index, message.hint_term)[0]
    if known.reject(message.index, hint):
        if known.state == REPLICATE:
            known.become_probe()
        send_append(core, message.sender, even_empty=True)


def on_acknowledgment(core: RaftCore, message: AppendReply, known: Progress) -> bool:
    """The follower's log matches further than was known: commit, and send on. False if it is no news."""
    news = known.acknowledge(message.index)
    if not news and not (known.match == message.index and known.state == PROBE):
        return False
    if known.state == PROBE:
        known.become_replicate()
    elif known.state == REPLICATE:
        known.inflight.acknowledge(message.index)
    elif known.match >= core.log.base:
        # At whatever index it got its snapshot: our log can take it from there.
        known.become_replicate()
    elif known.match >= known.snapshot_index:
        known.become_probe()  # it has its snapshot, and our log begins later by now: it needs another
    return True


def commit_and_continue(core: RaftCore, peer: int) -> bool:
    """After an acknowledgment: is more committed now? Then all hear of it. Send ``peer`` what it can take."""
    known = core.progress[peer]
    advanced = core.commit_known()
    if advanced:
        want_append(core)
    elif peer != core.id and known.may_raise_commit(core.log.committed):
        send_append(core, peer, even_empty=True)
    if peer != core.id and not core.append_wanted:
        send_all(core, peer)
    return advanced


def on_heartbeat_reply(core: RaftCore, message: HeartbeatReply, known: Progress) -> None:
    """It is there: go on with what was held back."""
    known.active = True
    known.waiting = False
    if message.round > known.round:
        known.round = message.round
        sent_ns = core.round_sent_ns.get(message.round, -1)
        if sent_ns >= 0:
            known.measure(max(core.now_ns - sent_ns, 1))
    if known.state == SNAPSHOT:
        retry_snapshot(core, message.sender, known)
    elif known.match < core.log.last_index or known.state == PROBE:
        send_append(core, message.sender, even_empty=True)


def retry_snapshot(core: RaftCore, peer: int, known: Progress) -> None:
    """A piece, or its answer, was lost."""
    wait_ns = core.options.snapshot_retry_ns
    snapshot = known.snapshot
    if not wait_ns or snapshot is None or core.now_ns - known.snapshot_sent_ns < wait_ns:
        return
    if snapshot.index < core.log.base:
        send_snapshot(core, peer, known)  # even if it arrived, our log could not go on from there
    else:
        send_piece(core, peer, known)


def on_unreachable(core: RaftCore, peer: int) -> None:
    """What was sent ahead is most likely lost."""
    known = core.progress.get(peer, None) if peer != NONE else None
    if known is not None and known.state == REPLICATE:
        known.become_probe()
