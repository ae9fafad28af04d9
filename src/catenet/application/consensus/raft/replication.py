"""Log replication (§5.3): a leader's appends and heartbeats, a follower's answers, and what those teach the leader."""

from __future__ import annotations

from catenet.application.consensus.entry import COMMAND, NONE, STRIPPED, Entry
from catenet.application.consensus.raft.log import NO_TERM
from catenet.application.consensus.raft.messages import AppendEntries, AppendReply, Heartbeat, HeartbeatReply
from catenet.application.consensus.raft.progress import PROBE, REPLICATE, SNAPSHOT, Progress
from catenet.application.consensus.raft.quorum import WON
from catenet.application.consensus.raft.server import RaftServer
from catenet.application.consensus.raft.snapshot import send_piece, send_snapshot
from catenet.application.consensus.server import ROLE_LEADER

ROUNDS_KEPT = 64


# The leader's own log


def append_own(server: RaftServer, proposals: list[Entry]) -> bool:
    """Put proposals at the end of the log. False if that would leave too much uncommitted.

    Empty ones are never refused, and the first is not either, however large.
    """
    assert server.role == ROLE_LEADER, "only a leader adds entries of its own"
    leading = server.leading
    octets = 0
    for proposal in proposals:
        octets += len(proposal.data)
    most = server.options.max_uncommitted_octets
    if most and octets and leading.uncommitted_octets and leading.uncommitted_octets + octets > most:
        return False
    leading.uncommitted_octets += octets
    index = server.log.last_index
    term = server.term
    entries: list[Entry] = []
    for proposal in proposals:
        index += 1
        entries.append(Entry(term, index, proposal.kind, proposal.data))
    server.log.append(entries)
    assert server.log.last_index == index, "a leader only appends to its log (§5.3)"
    if server.options.batching:
        leading.acknowledge_wanted = True
    else:
        acknowledge_own(server)
    return True


def acknowledge_own(server: RaftServer) -> None:
    """A leader counts its own log only as far as its own disk has it: it answers itself as others do."""
    server.reply(AppendReply(server.id, server.id, server.term, server.log.last_index))


def commit_known(server: RaftServer) -> bool:
    """The commit index moves to what a majority has, if that is of this term (§5.4.2)."""
    index = server.members.agreed({member: known.match for member, known in server.leading.progress.items()})
    if index <= server.commit_index or server.log.term(index) != server.term:
        return False  # Figure 8: an older term's entry on a majority may still be replaced
    assert server.role == ROLE_LEADER, "only the leader counts (§5.3)"
    server.volatile.commit_to(index)
    assert committed_in_term(server), "an entry of this term is committed, and all before it with it (§5.4.2)"
    return True


def committed_in_term(server: RaftServer) -> bool:
    """An entry of this term is committed: everything before this leader's time is known to be (§8)."""
    return server.log.term(server.commit_index) == server.term


def quorum_active(server: RaftServer) -> bool:
    """A majority was heard of since the last check (dissertation §6.2)."""
    votes = {member: known.active for member, known in server.leading.progress.items() if not known.learner}
    return server.members.vote_result(votes) == WON


# The leader speaks


def send_append(server: RaftServer, to: int, even_empty: bool) -> bool:
    """Send a follower what comes next, or a snapshot where that is discarded. False if nothing was sent."""
    assert server.role == ROLE_LEADER, "only a leader replicates its log (§5.3)"
    known = server.leading.progress[to]
    assert known.match < known.next, f"{to} is sent again what it has: {known.next}"
    if known.paused():
        return False
    log = server.log
    commit = server.commit_index
    assert known.next <= log.last_index + 1, f"nothing is to be sent from {known.next} on"
    prev_index = known.next - 1
    prev_term = log.term(prev_index)
    if prev_term == NO_TERM:
        # §7: what it lacks is discarded here.
        return send_snapshot(server, to, known)
    # With all of what may be in flight lost, an empty append still gets through, and its answer clears the way.
    may_carry = known.next <= log.last_index and (known.state != REPLICATE or not known.inflight.full())
    entries = entries_for(server, to, known.next) if may_carry else []
    if not entries and not even_empty:
        return False
    server.send(AppendEntries(server.id, to, server.term, prev_index, prev_term, entries, commit))
    octets = 0
    for entry in entries:
        octets += len(entry.data)
    known.sent(len(entries), octets, commit)
    return True


def entries_for(server: RaftServer, member: int, start: int) -> list[Entry]:
    """What to send to a follower next.

    A witness gets no commands, and nothing that this replica may still forget: if its log were ahead of
    all others', it could neither lead nor vote for any of them.
    """
    log = server.log
    if not server.members.is_witness(member):
        return log.since(start, server.options.max_append_octets)
    if start > log.stable:
        return []
    return [stripped(entry) for entry in log.slice(start, log.stable + 1, server.options.max_append_octets)]


def stripped(entry: Entry) -> Entry:
    """The entry without its command."""
    return Entry(entry.term, entry.index, STRIPPED, b"") if entry.kind == COMMAND and entry.data else entry


def send_all(server: RaftServer, to: int) -> None:
    """As much as a follower may have in flight."""
    while send_append(server, to, even_empty=False):
        pass


def broadcast_append(server: RaftServer) -> None:
    """To all: there are new entries, or a new commit index."""
    for peer in server.members.peers:
        send_append(server, peer, even_empty=True)


def send_to_witnesses(server: RaftServer) -> None:
    """More of this leader's log is on its disk."""
    for witness in server.membership.witnesses:
        if witness in server.leading.progress and witness != server.id:
            send_all(server, witness)


def want_append(server: RaftServer) -> None:
    """Broadcast now, or once for all that is handled before the effects are taken."""
    if server.options.batching:
        server.leading.append_wanted = True
    else:
        broadcast_append(server)


def broadcast_heartbeat(server: RaftServer) -> None:
    """A new round. A follower is told no commit index beyond what is known to match in its log."""
    assert server.role == ROLE_LEADER, "only a leader sends heartbeats (§5.2)"
    rounds = server.leading.rounds
    rounds.begin(server.now_ns)
    rounds.sent_ns.pop(rounds.newest - ROUNDS_KEPT, 0)
    for peer in server.members.peers:
        known = server.leading.progress[peer]
        commit = min(known.match, server.commit_index)
        server.send(Heartbeat(server.id, peer, server.term, commit, rounds.newest, known.rtt_ns))
        known.sent_commit = commit


# A follower answers


def on_append_entries(server: RaftServer, message: AppendEntries) -> None:
    """Append what matches, and say up to where; else say where it could (§5.3)."""
    log = server.log
    if message.prev_index < server.commit_index:
        # §5.4.3: what is committed matches in all logs: an old message need not be compared.
        server.reply(AppendReply(server.id, message.sender, server.term, server.commit_index))
        return
    if log.merge(message.prev_index, message.prev_term, message.entries, server.commit_index):
        # §5.3, log matching: all up to the last of these is as in the leader's log, and no more is known to be.
        last = message.prev_index + len(message.entries)
        assert last <= log.last_index, "what matches is here"
        server.volatile.commit_to(min(message.commit, last))
        server.reply(AppendReply(server.id, message.sender, server.term, last))
        return
    # §5.3: one refusal for each term that differs, not one for each entry.
    hint_index, hint_term = log.last_at_most(min(message.prev_index, log.last_index), message.prev_term)
    server.reply(AppendReply(server.id, message.sender, server.term, message.prev_index, True, hint_index, hint_term))


def on_heartbeat(server: RaftServer, message: Heartbeat) -> None:
    """All up to its commit index is known to match here; who lost its disk may have less than the leader believes."""
    server.volatile.commit_to(min(message.commit, server.log.last_index) if server.is_listening() else message.commit)
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
        return False  # an answer that was overtaken
    assert known.match >= message.index, "matchIndex only grows (Figure 2)"
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
    known = server.leading.progress[peer]
    advanced = commit_known(server)
    if advanced:
        want_append(server)
    elif peer != server.id and known.may_raise_commit(server.commit_index):
        send_append(server, peer, even_empty=True)
    if peer != server.id and not server.leading.append_wanted:
        send_all(server, peer)
    return advanced


def on_heartbeat_reply(server: RaftServer, message: HeartbeatReply, known: Progress) -> None:
    """It is there: go on with what was held back."""
    known.active = True
    known.waiting = False
    if message.round > known.round:
        known.round = message.round
        sent_ns = server.leading.rounds.sent_ns.get(message.round, -1)
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
    known = server.leading.progress.get(peer, None) if peer != NONE else None
    if known is not None and known.state == REPLICATE:
        known.become_probe()
