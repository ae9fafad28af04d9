"""What a candidate and a leader do: gather promises, fill the gaps, propose, count, send again."""

from __future__ import annotations

from typing import Final

from catenet.application.consensus.effects import Accepted as Placed
from catenet.application.consensus.entry import CHANGE, COMMAND, READMISSION, Entry, mark_octets
from catenet.application.consensus.events import ChangeMembership, Propose, Readmit
from catenet.application.consensus.interface import ROLE_CANDIDATE, ROLE_LEADER
from catenet.application.consensus.paxos.ballot import above
from catenet.application.consensus.paxos.multi import log_catch_up as catching_up
from catenet.application.consensus.paxos.multi.core import Gathered, PaxosCore, Peer, Wish
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
    TakeOver,
)
from catenet.application.consensus.paxos.multi.reads import confirmed_round, release_reads

MOST_BEATS: Final = 64
"""Heartbeats under way that are remembered."""

# -- phase 1


def campaign(core: PaxosCore, taking_over: bool) -> None:
    """Ask for promises, with a ballot above all that were seen."""
    if not core.is_eligible():
        core.notice(f"{core.id} is no voter and cannot lead")
        return
    core.stand(above(core.seen, core.id, core.options.priority))
    core.taking_over = taking_over
    for voter in core.members.voters():
        _ask_promise(core, voter, core.log.chosen + 1, taking_over)


def _ask_promise(core: PaxosCore, voter: int, first: int, taking_over: bool) -> None:
    known = core.gathered.get(voter)
    attempt = 0 if known is None else known.attempt + 1
    core.gathered[voter] = Gathered(attempt, core.now_ns)
    # Not before the ballot is on disk: after a restart it must not be used again.
    core.reply(Prepare(core.id, voter, core.ballot, attempt, first, taking_over, core.mark))


def on_promise(core: PaxosCore, message: Promise) -> None:
    """Gather; with a quorum, lead."""
    if message.term != core.ballot or core.role not in (ROLE_CANDIDATE, ROLE_LEADER):
        return
    if not _gather(core, message):
        return
    if core.role == ROLE_CANDIDATE:
        first = core.log.chosen + 1
        if core.members.quorums_at(first).promised(_promised(core)):
            lead(core)


def _gather(core: PaxosCore, message: Promise) -> bool:
    """Whether all parts of an acceptor's promise are there now."""
    gathered = core.gathered.get(message.sender)
    if gathered is None or gathered.attempt != message.attempt:
        return False
    gathered.parts[message.part] = message.entries
    if message.last:
        gathered.count = message.part + 1
    if gathered.complete or len(gathered.parts) != gathered.count:
        return False
    if message.base > core.log.chosen:
        _fall_behind(core, message.sender)
        return False
    gathered.complete = True
    before = core.log.chosen
    for part in range(gathered.count):
        for entry in gathered.parts[part]:
            _adopt(core, entry, message.chosen)
    gathered.parts.clear()
    if core.log.chosen > before:
        core.note_chosen(before)
    return True


def _fall_behind(core: PaxosCore, ahead: int) -> None:
    """Somebody has forgotten what this candidate does not know yet: it must catch up before it can lead."""
    core.send(Ask(core.id, ahead, core.ballot, core.log.chosen))
    if core.role == ROLE_CANDIDATE:
        core.notice(f"{core.id} is too far behind {ahead} to lead")
        core.follow(0)


def _adopt(core: PaxosCore, entry: Entry, chosen: int) -> None:
    """An acceptor has this; of several for one place, that of the highest ballot counts."""
    if entry.index <= chosen:
        core.learn(entry)
    if entry.index <= core.log.chosen or (core.role == ROLE_LEADER and entry.index < core.next_index):
        return
    if core.role == ROLE_LEADER and core.wishes:
        core.follow(0)  # the places that were given away belong to others
        return
    known = core.adopted.get(entry.index)
    if known is None or known.term < entry.term:
        core.adopted[entry.index] = entry
        core.adopted_to = max(core.adopted_to, entry.index)


def _promised(core: PaxosCore) -> list[int]:
    return [node for node, gathered in core.gathered.items() if gathered.complete]


def lead(core: PaxosCore) -> None:
    """A quorum has promised."""
    core.role = ROLE_LEADER
    core.leader = core.id
    core.next_index = core.log.chosen + 1
    core.adopted_to = max(core.adopted_to, core.log.chosen)
    core.votes, core.peers, core.wishes = {}, {}, []
    core.forget_decided()
    core.round_sent_ns = {}
    core.lease_void = False
    core.beat_since_ns = core.now_ns
    core.round_wanted = True


def on_reject(core: PaxosCore, message: Reject) -> None:
    """Somebody has promised more: what was asked for in a lower ballot is over."""
    core.seen = max(core.seen, message.term)
    if message.refused == core.ballot and message.term > core.ballot and core.role in (ROLE_CANDIDATE, ROLE_LEADER):
        core.follow(0)


# -- phase 2


def on_propose(core: PaxosCore, event: Propose) -> None:
    """Take commands; each has its place at once, though it may have to wait until it is sent there."""
    if core.role != ROLE_LEADER:
        core.refuse(event.tag, "this replica does not lead")
    elif len(core.wishes) + len(event.commands) > core.options.max_pending:
        core.refuse(event.tag, "too much waits already")
    else:
        _wish(core, event.tag, [Wish(COMMAND, command) for command in event.commands])


def on_change(core: PaxosCore, event: ChangeMembership) -> None:
    """Take a change of membership, one at a time."""
    if core.role != ROLE_LEADER:
        core.refuse(event.tag, "this replica does not lead")
    elif core.members.pending or _is_changing(core):
        core.refuse(event.tag, "another change is under way")
    else:
        try:
            membership = changed(core.members.latest, event.changes)
        except ValueError as error:
            core.refuse(event.tag, str(error))
            return
        _wish(core, event.tag, [Wish(CHANGE, emit(membership))])


def on_readmit(core: PaxosCore, event: Readmit) -> None:
    """Mark the place from which a replica that lost its disk counts again, and know nothing of it any more."""
    if core.role != ROLE_LEADER or event.replica == core.id:
        core.refuse(event.tag, "this replica does not lead")
    elif len(core.wishes) >= core.options.max_pending:
        core.refuse(event.tag, "too much waits already")
    else:
        core.peers[event.replica] = Peer(core.log.chosen)
        _wish(core, event.tag, [Wish(READMISSION, mark_octets(event.replica))])


def _is_changing(core: PaxosCore) -> bool:
    """Whether a change waits, has been proposed, or is to be again, that is not chosen."""
    if any(wish.kind == CHANGE for wish in core.wishes):
        return True
    if any(entry.kind == CHANGE for entry in core.adopted.values()):
        return True
    for index in range(core.log.chosen + 1, core.next_index):
        entry = core.log.get(index)
        if entry is not None and entry.kind == CHANGE:
            return True
    return False


def _wish(core: PaxosCore, tag: int, wishes: list[Wish]) -> None:
    place = max(core.next_index, core.adopted_to + 1) + len(core.wishes)
    core.wishes.extend(wishes)
    core.notes.append(Placed(tag, place, core.ballot))


def propose_all(core: PaxosCore) -> None:
    """Propose whatever may be: first what others may have chosen, nothing in the gaps between, then what is new.

    It is called once for all events that came together, whether they brought a promise, a choice or a command.
    """
    _ask_new_members(core)
    promised = _promised(core)
    while core.next_index <= core.log.chosen + core.options.window:
        index = core.next_index
        if not core.members.quorums_at(index).promised(promised):
            return
        adopted = core.adopted.pop(index, None)
        if adopted is not None:
            _propose(core, adopted.kind, adopted.data)
        elif index <= core.adopted_to:
            _propose(core, COMMAND, b"")
        elif core.wishes:
            wish = core.wishes.pop(0)
            _propose(core, wish.kind, wish.data)
        elif core.members.pending and index < core.members.pending_from:
            _propose(core, COMMAND, b"")  # so that the change counts soon
        else:
            return


def _propose(core: PaxosCore, kind: int, data: bytes) -> None:
    entry = Entry(core.ballot, core.next_index, kind, data)
    if kind == READMISSION:
        core.mark = entry.index
    core.next_index += 1
    core.log.put(entry)
    core.votes[entry.index] = {}


def _ask_new_members(core: PaxosCore) -> None:
    """Who will decide later must promise, too."""
    for voter in core.members.voters():
        if voter not in core.gathered:
            _ask_promise(core, voter, core.next_index, core.taking_over)


def accept_own(core: PaxosCore, entries: list[Entry]) -> None:
    """What is written now counts as accepted here, once it is on disk."""
    own = [entry.index for entry in entries if entry.term == core.ballot]
    if core.role == ROLE_LEADER and own:
        core.reply(Accepted(core.id, core.id, core.ballot, own[0], own[-1]))


def on_accepted(core: PaxosCore, message: Accepted) -> None:
    """Count."""
    if core.role == ROLE_LEADER and message.term == core.ballot:
        count(core, message.sender, message.first, message.last)


def count(core: PaxosCore, node: int, first: int, last: int) -> None:
    """An acceptor has accepted these places in this ballot."""
    for index in range(max(first, core.log.chosen + 1), last + 1):
        votes = core.votes.get(index)
        if votes is not None:
            votes[node] = None
    while True:
        index = core.log.chosen + 1
        votes = core.votes.get(index)
        if votes is None or not core.members.quorums_at(index).chosen(votes):
            break
        del core.votes[index]
        core.log.chosen = index
        core.note_chosen(index - 1)


# -- talking to the others


def peer_of(core: PaxosCore, node: int) -> Peer:
    """What is known of another replica."""
    peer = core.peers.get(node)
    if peer is None:
        peer = core.peers[node] = Peer(core.log.chosen)
    return peer


def send_accepts(core: PaxosCore) -> None:
    """What is new, to everyone; at least that more is chosen."""
    for node in core.members.everyone():
        if node == core.id:
            continue
        peer = peer_of(core, node)
        while peer.sent + 1 < core.next_index or peer.told < core.log.chosen:
            first = max(peer.sent, core.log.base) + 1
            entries = core.log.slice(first, core.next_index, core.options.max_message_octets)
            core.send(Accept(core.id, node, core.ballot, entries, core.log.chosen))
            peer.sent = entries[-1].index if entries else core.next_index - 1
            peer.told = core.log.chosen


def on_heartbeat_reply(core: PaxosCore, message: HeartbeatReply) -> None:
    """Count what it has; send again what has been lost on the way."""
    if core.role != ROLE_LEADER or message.term != core.ballot:
        return
    peer = peer_of(core, message.sender)
    if message.round <= peer.round:
        return
    sent_ns = core.round_sent_ns.get(message.round)
    if sent_ns is not None:
        peer.rtt_ns = core.now_ns - sent_ns
    sent, told = peer.beats.pop(message.round, (0, 0))
    for earlier in [round_ for round_ in peer.beats if round_ < message.round]:
        del peer.beats[earlier]
    peer.round, peer.chosen = message.round, message.chosen
    count(core, message.sender, message.chosen + 1, message.accepted)
    if max(message.accepted, core.log.chosen) < sent:
        peer.sent = max(message.accepted, core.log.chosen)
    if message.chosen < told:
        catching_up.help_along(core, message.sender, peer)
    release_reads(core)


def _ask_again(core: PaxosCore) -> None:
    """A promise that does not come may be lost, and a change of membership may wait for it."""
    for voter in core.members.voters():
        known = core.gathered.get(voter)
        if known is not None and not known.complete and core.now_ns - known.asked_ns >= core.policy.minimum_ns:
            _ask_promise(core, voter, core.next_index, core.taking_over)


def broadcast_heartbeat(core: PaxosCore) -> None:
    """A new round."""
    _ask_again(core)
    core.round += 1
    core.round_wanted = False
    core.round_sent_ns[core.round] = core.now_ns
    for node in core.members.everyone():
        if node == core.id:
            continue
        peer = peer_of(core, node)
        peer.told = max(peer.told, core.log.chosen)
        peer.beats[core.round] = (peer.sent, core.log.chosen)
        if len(peer.beats) > MOST_BEATS:
            del peer.beats[next(iter(peer.beats))]
        core.send(Heartbeat(core.id, node, core.ballot, core.log.chosen, core.round, peer.rtt_ns))
    confirmed = confirmed_round(core)
    for old in [round_ for round_ in core.round_sent_ns if round_ < min(confirmed, core.round - MOST_BEATS)]:
        del core.round_sent_ns[old]
    release_reads(core)


def hand_over(core: PaxosCore, to: int, tag: int) -> None:
    """Have another replica campaign now."""
    if core.role != ROLE_LEADER:
        core.refuse(tag, "this replica does not lead")
    elif to not in core.members.now.voters or to == core.id:
        core.refuse(tag, f"{to} cannot take over")
    else:
        core.lease_void = True  # from now on another may be promised, however late the message arrives
        core.send(TakeOver(core.id, to, core.ballot))
