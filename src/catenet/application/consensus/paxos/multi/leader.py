"""What a candidate and a leader do: gather promises, fill the gaps, propose, count, send again."""

from __future__ import annotations

from typing import Final

from catenet.application.consensus.effects import Accepted as Placed
from catenet.application.consensus.entry import CHANGE, COMMAND, READMISSION, Entry, mark_octets
from catenet.application.consensus.events import ChangeMembership, Propose, Readmit
from catenet.application.consensus.interface import ROLE_CANDIDATE, ROLE_LEADER
from catenet.application.consensus.messages import TimeoutNow
from catenet.application.consensus.paxos.ballot import above
from catenet.application.consensus.paxos.multi import log_catch_up as catching_up
from catenet.application.consensus.paxos.multi.members import changed, emit
from catenet.application.consensus.paxos.multi.messages import (
    Accept,
    Accepted,
    Ask,
    Heartbeat,
    HeartbeatReply,
    Prepare,
    Promise,
    Reject,
)
from catenet.application.consensus.paxos.multi.reads import confirmed_round, release_reads
from catenet.application.consensus.paxos.multi.server import Gathered, PaxosServer, Peer, Wish

MOST_BEATS: Final = 64
"""Heartbeats under way that are remembered."""

# -- phase 1


def campaign(server: PaxosServer, taking_over: bool) -> None:
    """Ask for promises, with a ballot above all that were seen."""
    if not server.is_eligible():
        server.notice(f"{server.id} is no voter and cannot lead")
        return
    server.stand(above(server.seen, server.id, server.options.priority))
    server.taking_over = taking_over
    for voter in server.members.voters():
        _ask_promise(server, voter, server.log.chosen + 1, taking_over)


def _ask_promise(server: PaxosServer, voter: int, first: int, taking_over: bool) -> None:
    known = server.gathered.get(voter)
    attempt = 0 if known is None else known.attempt + 1
    server.gathered[voter] = Gathered(attempt, server.now_ns)
    # Not before the ballot is on disk: after a restart it must not be used again.
    server.reply(Prepare(server.id, voter, server.ballot, attempt, first, taking_over, server.mark))


def on_promise(server: PaxosServer, message: Promise) -> None:
    """Gather; with a quorum, lead."""
    if message.term != server.ballot or server.role not in (ROLE_CANDIDATE, ROLE_LEADER):
        return
    if not _gather(server, message):
        return
    if server.role == ROLE_CANDIDATE:
        first = server.log.chosen + 1
        if server.members.quorums_at(first).promised(_promised(server)):
            lead(server)


def _gather(server: PaxosServer, message: Promise) -> bool:
    """Whether all parts of an acceptor's promise are there now."""
    gathered = server.gathered.get(message.sender)
    if gathered is None or gathered.attempt != message.attempt:
        return False
    gathered.parts[message.part] = message.entries
    if message.last:
        gathered.count = message.part + 1
    if gathered.complete or len(gathered.parts) != gathered.count:
        return False
    if message.base > server.log.chosen:
        _fall_behind(server, message.sender)
        return False
    gathered.complete = True
    before = server.log.chosen
    for part in range(gathered.count):
        for entry in gathered.parts[part]:
            _adopt(server, entry, message.chosen)
    gathered.parts.clear()
    if server.log.chosen > before:
        server.note_chosen(before)
    return True


def _fall_behind(server: PaxosServer, ahead: int) -> None:
    """Somebody has forgotten what this candidate does not know yet: it must catch up before it can lead."""
    server.send(Ask(server.id, ahead, server.ballot, server.log.chosen))
    if server.role == ROLE_CANDIDATE:
        server.notice(f"{server.id} is too far behind {ahead} to lead")
        server.follow(0)


def _adopt(server: PaxosServer, entry: Entry, chosen: int) -> None:
    """An acceptor has this; of several for one place, that of the highest ballot counts."""
    if entry.index <= chosen:
        server.learn(entry)
    if entry.index <= server.log.chosen or (server.role == ROLE_LEADER and entry.index < server.next_index):
        return
    if server.role == ROLE_LEADER and server.wishes:
        server.follow(0)  # the places that were given away belong to others
        return
    known = server.adopted.get(entry.index)
    if known is None or known.term < entry.term:
        server.adopted[entry.index] = entry
        server.adopted_to = max(server.adopted_to, entry.index)


def _promised(server: PaxosServer) -> list[int]:
    return [node for node, gathered in server.gathered.items() if gathered.complete]


def lead(server: PaxosServer) -> None:
    """A quorum has promised."""
    server.role = ROLE_LEADER
    server.leader = server.id
    server.next_index = server.log.chosen + 1
    server.adopted_to = max(server.adopted_to, server.log.chosen)
    server.votes, server.peers, server.wishes = {}, {}, []
    server.forget_decided()
    server.round_sent_ns = {}
    server.lease_void = False
    server.beat_since_ns = server.now_ns
    server.round_wanted = True


def on_reject(server: PaxosServer, message: Reject) -> None:
    """Somebody has promised more: what was asked for in a lower ballot is over."""
    server.seen = max(server.seen, message.term)
    if (
        message.refused == server.ballot
        and message.term > server.ballot
        and server.role in (ROLE_CANDIDATE, ROLE_LEADER)
    ):
        server.follow(0)


# -- phase 2


def on_propose(server: PaxosServer, event: Propose) -> None:
    """Take commands; each has its place at once, though it may have to wait until it is sent there."""
    if server.role != ROLE_LEADER:
        server.refuse(event.tag, "this replica does not lead")
    elif len(server.wishes) + len(event.commands) > server.options.max_pending:
        server.refuse(event.tag, "too much waits already")
    else:
        _wish(server, event.tag, [Wish(COMMAND, command) for command in event.commands])


def on_change(server: PaxosServer, event: ChangeMembership) -> None:
    """Take a change of membership, one at a time."""
    if server.role != ROLE_LEADER:
        server.refuse(event.tag, "this replica does not lead")
    elif server.members.pending or _is_changing(server):
        server.refuse(event.tag, "another change is under way")
    else:
        try:
            membership = changed(server.members.latest, event.changes)
        except ValueError as error:
            server.refuse(event.tag, str(error))
            return
        _wish(server, event.tag, [Wish(CHANGE, emit(membership))])


def on_readmit(server: PaxosServer, event: Readmit) -> None:
    """Mark the place from which a replica that lost its disk counts again, and know nothing of it any more."""
    if server.role != ROLE_LEADER or event.replica == server.id:
        server.refuse(event.tag, "this replica does not lead")
    elif len(server.wishes) >= server.options.max_pending:
        server.refuse(event.tag, "too much waits already")
    else:
        server.peers[event.replica] = Peer(server.log.chosen)
        _wish(server, event.tag, [Wish(READMISSION, mark_octets(event.replica))])


def _is_changing(server: PaxosServer) -> bool:
    """Whether a change waits, has been proposed, or is to be again, that is not chosen."""
    if any(wish.kind == CHANGE for wish in server.wishes):
        return True
    if any(entry.kind == CHANGE for entry in server.adopted.values()):
        return True
    for index in range(server.log.chosen + 1, server.next_index):
        entry = server.log.get(index)
        if entry is not None and entry.kind == CHANGE:
            return True
    return False


def _wish(server: PaxosServer, tag: int, wishes: list[Wish]) -> None:
    place = max(server.next_index, server.adopted_to + 1) + len(server.wishes)
    server.wishes.extend(wishes)
    server.notes.append(Placed(tag, place, server.ballot))


def propose_all(server: PaxosServer) -> None:
    """Propose whatever may be: first what others may have chosen, nothing in the gaps between, then what is new.

    It is called once for all events that came together, whether they brought a promise, a choice or a command.
    """
    _ask_new_members(server)
    promised = _promised(server)
    while server.next_index <= server.log.chosen + server.options.window:
        index = server.next_index
        if not server.members.quorums_at(index).promised(promised):
            return
        adopted = server.adopted.pop(index, None)
        if adopted is not None:
            _propose(server, adopted.kind, adopted.data)
        elif index <= server.adopted_to:
            _propose(server, COMMAND, b"")
        elif server.wishes:
            wish = server.wishes.pop(0)
            _propose(server, wish.kind, wish.data)
        elif server.members.pending and index < server.members.pending_from:
            _propose(server, COMMAND, b"")  # so that the change counts soon
        else:
            return


def _propose(server: PaxosServer, kind: int, data: bytes) -> None:
    entry = Entry(server.ballot, server.next_index, kind, data)
    if kind == READMISSION:
        server.mark = entry.index
    server.next_index += 1
    server.log.put(entry)
    server.votes[entry.index] = {}


def _ask_new_members(server: PaxosServer) -> None:
    """Who will decide later must promise, too."""
    for voter in server.members.voters():
        if voter not in server.gathered:
            _ask_promise(server, voter, server.next_index, server.taking_over)


def accept_own(server: PaxosServer, entries: list[Entry]) -> None:
    """What is written now counts as accepted here, once it is on disk."""
    own = [entry.index for entry in entries if entry.term == server.ballot]
    if server.role == ROLE_LEADER and own:
        server.reply(Accepted(server.id, server.id, server.ballot, own[0], own[-1]))


def on_accepted(server: PaxosServer, message: Accepted) -> None:
    """Count."""
    if server.role == ROLE_LEADER and message.term == server.ballot:
        count(server, message.sender, message.first, message.last)


def count(server: PaxosServer, node: int, first: int, last: int) -> None:
    """An acceptor has accepted these places in this ballot."""
    for index in range(max(first, server.log.chosen + 1), last + 1):
        votes = server.votes.get(index)
        if votes is not None:
            votes[node] = None
    while True:
        index = server.log.chosen + 1
        votes = server.votes.get(index)
        if votes is None or not server.members.quorums_at(index).chosen(votes):
            break
        del server.votes[index]
        server.log.chosen = index
        server.note_chosen(index - 1)


# -- talking to the others


def peer_of(server: PaxosServer, node: int) -> Peer:
    """What is known of another replica."""
    peer = server.peers.get(node)
    if peer is None:
        peer = server.peers[node] = Peer(server.log.chosen)
    return peer


def send_accepts(server: PaxosServer) -> None:
    """What is new, to everyone; at least that more is chosen."""
    for node in server.members.everyone():
        if node == server.id:
            continue
        peer = peer_of(server, node)
        while peer.sent + 1 < server.next_index or peer.told < server.log.chosen:
            first = max(peer.sent, server.log.base) + 1
            entries = server.log.slice(first, server.next_index, server.options.max_message_octets)
            server.send(Accept(server.id, node, server.ballot, entries, server.log.chosen))
            peer.sent = entries[-1].index if entries else server.next_index - 1
            peer.told = server.log.chosen


def on_heartbeat_reply(server: PaxosServer, message: HeartbeatReply) -> None:
    """Count what it has; send again what has been lost on the way."""
    if server.role != ROLE_LEADER or message.term != server.ballot:
        return
    peer = peer_of(server, message.sender)
    if message.round <= peer.round:
        return
    sent_ns = server.round_sent_ns.get(message.round)
    if sent_ns is not None:
        peer.rtt_ns = server.now_ns - sent_ns
    sent, told = peer.beats.pop(message.round, (0, 0))
    for earlier in [round_ for round_ in peer.beats if round_ < message.round]:
        del peer.beats[earlier]
    peer.round, peer.chosen = message.round, message.chosen
    count(server, message.sender, message.chosen + 1, message.accepted)
    if max(message.accepted, server.log.chosen) < sent:
        peer.sent = max(message.accepted, server.log.chosen)
    if message.chosen < told:
        catching_up.help_along(server, message.sender, peer)
    release_reads(server)


def _ask_again(server: PaxosServer) -> None:
    """A promise that does not come may be lost, and a change of membership may wait for it."""
    for voter in server.members.voters():
        known = server.gathered.get(voter)
        if known is not None and not known.complete and server.now_ns - known.asked_ns >= server.policy.minimum_ns:
            _ask_promise(server, voter, server.next_index, server.taking_over)


def broadcast_heartbeat(server: PaxosServer) -> None:
    """A new round."""
    _ask_again(server)
    server.round += 1
    server.round_wanted = False
    server.round_sent_ns[server.round] = server.now_ns
    for node in server.members.everyone():
        if node == server.id:
            continue
        peer = peer_of(server, node)
        peer.told = max(peer.told, server.log.chosen)
        peer.beats[server.round] = (peer.sent, server.log.chosen)
        if len(peer.beats) > MOST_BEATS:
            del peer.beats[next(iter(peer.beats))]
        server.send(Heartbeat(server.id, node, server.ballot, server.log.chosen, server.round, peer.rtt_ns))
    confirmed = confirmed_round(server)
    for old in [round_ for round_ in server.round_sent_ns if round_ < min(confirmed, server.round - MOST_BEATS)]:
        del server.round_sent_ns[old]
    release_reads(server)


def hand_over(server: PaxosServer, to: int, tag: int) -> None:
    """Have another replica campaign now."""
    if server.role != ROLE_LEADER:
        server.refuse(tag, "this replica does not lead")
    elif to not in server.members.now.voters or to == server.id:
        server.refuse(tag, f"{to} cannot take over")
    else:
        server.lease_void = True  # from now on another may be promised, however late it arrives
        server.send(TimeoutNow(server.id, to, server.ballot))
