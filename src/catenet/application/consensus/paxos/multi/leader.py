"""What a candidate and a leader do: gather promises, fill the gaps, propose, count, send again."""

from __future__ import annotations

from typing import Final

from catenet.application.consensus.effects import Accepted as Placed
from catenet.application.consensus.entry import CHANGE, COMMAND, READMISSION, Entry, mark_octets
from catenet.application.consensus.events import ChangeMembership, Propose, Readmit
from catenet.application.consensus.messages import TimeoutNow
from catenet.application.consensus.paxos.ballot import above, node_of
from catenet.application.consensus.paxos.multi import log_catch_up as catching_up
from catenet.application.consensus.paxos.multi.members import changed, emit
from catenet.application.consensus.paxos.multi.messages import (
    Accept,
    Accepted,
    CatchUpRequest,
    Heartbeat,
    HeartbeatReply,
    Prepare,
    Promise,
    Reject,
)
from catenet.application.consensus.paxos.multi.reads import confirmed_round, release_reads
from catenet.application.consensus.paxos.multi.server import PaxosServer
from catenet.application.consensus.paxos.multi.state import GatheredPromise, Peer
from catenet.application.consensus.server import ROLE_CANDIDATE, ROLE_LEADER

MAX_BEATS: Final = 64
"""Heartbeats under way that are remembered."""

# -- phase 1


def campaign(server: PaxosServer, taking_over: bool) -> None:
    """Ask for promises, with a ballot above all that were seen."""
    if not server.is_eligible():
        server.notice(f"{server.id} is no voter and cannot lead")
        return
    server.stand(above(server.proposer.seen, server.id, server.options.priority))
    assert node_of(server.proposer.ballot) == server.id, "no two proposers share a ballot (section 2.5)"
    server.proposer.taking_over = taking_over
    for voter in server.members.voters():
        _ask_promise(server, voter, server.log.chosen + 1, taking_over)


def _ask_promise(server: PaxosServer, voter: int, first: int, taking_over: bool) -> None:
    known = server.proposer.gathered.get(voter)
    attempt = 0 if known is None else known.attempt + 1
    server.proposer.gathered[voter] = GatheredPromise(attempt, server.now_ns)
    # Not before the ballot is on disk: after a restart it must not be used again.
    server.reply(Prepare(server.id, voter, server.proposer.ballot, attempt, first, taking_over, server.proposer.mark))


def on_promise(server: PaxosServer, message: Promise) -> None:
    """Gather; with a quorum, lead."""
    if message.term != server.proposer.ballot or server.role not in (ROLE_CANDIDATE, ROLE_LEADER):
        return
    if not _gather(server, message):
        return
    if server.role == ROLE_CANDIDATE:
        first = server.log.chosen + 1
        # Section 2.2, phase 2a: a majority's promises.
        if server.members.quorums_at(first).promised(server.proposer.promised()):
            lead(server)


def _gather(server: PaxosServer, message: Promise) -> bool:
    """Whether all parts of an acceptor's promise are there now."""
    gathered = server.proposer.gathered.get(message.sender)
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
    assert gathered.count == len(gathered.parts) > 0, "a promise counts when all of it has come"
    gathered.complete = True
    before = server.log.chosen
    for part in range(gathered.count):
        for entry in gathered.parts[part]:
            _adopt(server, entry, message.chosen)
    gathered.parts.clear()
    if server.log.chosen > before:
        server.update_chosen(before)
    return True


def _fall_behind(server: PaxosServer, ahead: int) -> None:
    """Somebody has forgotten what this candidate does not know yet: it must catch up before it can lead."""
    server.send(CatchUpRequest(server.id, ahead, server.proposer.ballot, server.log.chosen))
    if server.role == ROLE_CANDIDATE:
        server.notice(f"{server.id} is too far behind {ahead} to lead")
        server.follow(0)


def _adopt(server: PaxosServer, entry: Entry, chosen: int) -> None:
    """An acceptor has this; of several for one place, that of the highest ballot counts."""
    if entry.index <= chosen:
        server.learn(entry)
    if entry.index <= server.log.chosen or (server.role == ROLE_LEADER and entry.index < server.proposer.next_index):
        return
    if server.role == ROLE_LEADER and server.proposer.proposals:
        server.follow(0)  # the places that were given away belong to others
        return
    assert entry.term <= server.proposer.ballot, "who promised this ballot has accepted in no higher one"
    known = server.proposer.adopted.get(entry.index)
    if known is None or known.term < entry.term:
        server.proposer.adopted[entry.index] = entry
        server.proposer.adopted_to = max(server.proposer.adopted_to, entry.index)


def lead(server: PaxosServer) -> None:
    """A quorum has promised."""
    assert server.role == ROLE_CANDIDATE, "only who asked for promises leads"
    assert server.acceptor.promised == server.proposer.ballot, "it has promised nobody more than itself"
    server.role = ROLE_LEADER
    server.leader = server.id
    server.proposer.lead(server.log.chosen, server.now_ns)


def on_reject(server: PaxosServer, message: Reject) -> None:
    """Somebody has promised more: what was asked for in a lower ballot is over."""
    server.proposer.seen = max(server.proposer.seen, message.term)
    if (
        message.refused == server.proposer.ballot
        and message.term > server.proposer.ballot
        and server.role in (ROLE_CANDIDATE, ROLE_LEADER)
    ):
        server.follow(0)


# -- phase 2


def on_propose(server: PaxosServer, event: Propose) -> None:
    """Take commands; each has its place at once, though it may have to wait until it is sent there."""
    if server.role != ROLE_LEADER:
        server.refuse(event.tag, "this replica does not lead")
    elif len(server.proposer.proposals) + len(event.commands) > server.options.max_pending:
        server.refuse(event.tag, "too much waits already")
    else:
        _take(server, event.tag, [Entry(0, 0, COMMAND, command) for command in event.commands])


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
        _take(server, event.tag, [Entry(0, 0, CHANGE, emit(membership))])


def on_readmit(server: PaxosServer, event: Readmit) -> None:
    """Mark the place from which a replica that lost its disk counts again, and know nothing of it any more."""
    if server.role != ROLE_LEADER or event.replica == server.id:
        server.refuse(event.tag, "this replica does not lead")
    elif len(server.proposer.proposals) >= server.options.max_pending:
        server.refuse(event.tag, "too much waits already")
    else:
        server.proposer.peers[event.replica] = Peer(server.log.chosen)
        _take(server, event.tag, [Entry(0, 0, READMISSION, mark_octets(event.replica))])


def _is_changing(server: PaxosServer) -> bool:
    """Whether a change waits, has been proposed, or is to be again, that is not chosen."""
    if any(proposal.kind == CHANGE for proposal in server.proposer.proposals):
        return True
    if any(entry.kind == CHANGE for entry in server.proposer.adopted.values()):
        return True
    for index in range(server.log.chosen + 1, server.proposer.next_index):
        entry = server.log.get(index)
        if entry is not None and entry.kind == CHANGE:
            return True
    return False


def _take(server: PaxosServer, tag: int, proposals: list[Entry]) -> None:
    place = max(server.proposer.next_index, server.proposer.adopted_to + 1) + len(server.proposer.proposals)
    server.proposer.proposals.extend(proposals)
    server.effects.append(Placed(tag, place, server.proposer.ballot))


def propose_all(server: PaxosServer) -> None:
    """Propose whatever may be: first what others may have chosen, nothing in the gaps between, then what is new.

    It is called once for all events that came together, whether they brought a promise, a choice or a command.
    """
    _ask_new_members(server)
    promised = server.proposer.promised()
    while server.proposer.next_index <= server.log.chosen + server.options.window:
        index = server.proposer.next_index
        if not server.members.quorums_at(index).promised(promised):
            return
        adopted = server.proposer.adopted.pop(index, None)
        # Section 2.2, phase 2a: the value of the highest ballot among the promises; section 3: no-ops in the gaps.
        if adopted is not None:
            _propose(server, adopted.kind, adopted.data)
        elif index <= server.proposer.adopted_to:
            _propose(server, COMMAND, b"")
        elif server.proposer.proposals:
            proposal = server.proposer.proposals.pop(0)
            _propose(server, proposal.kind, proposal.data)
        elif server.members.pending and index < server.members.pending_from:
            _propose(server, COMMAND, b"")  # so that the change counts soon
        else:
            return


def _propose(server: PaxosServer, kind: int, data: bytes) -> None:
    assert server.role == ROLE_LEADER, "only a leader proposes (section 3)"
    assert node_of(server.proposer.ballot) == server.id, "no two proposers share a ballot (section 2.5)"
    entry = Entry(server.proposer.ballot, server.proposer.next_index, kind, data)
    if kind == READMISSION:
        server.proposer.mark = entry.index
    assert entry.index > server.log.chosen, "nothing is proposed where something is chosen"
    server.proposer.next_index += 1
    server.log.put(entry)
    server.proposer.votes[entry.index] = {}


def _ask_new_members(server: PaxosServer) -> None:
    """Who will decide later must promise, too."""
    for voter in server.members.voters():
        if voter not in server.proposer.gathered:
            _ask_promise(server, voter, server.proposer.next_index, server.proposer.taking_over)


def accept_own(server: PaxosServer, entries: list[Entry]) -> None:
    """What is written now counts as accepted here, once it is on disk."""
    own = [entry.index for entry in entries if entry.term == server.proposer.ballot]
    if server.role == ROLE_LEADER and own:
        server.reply(Accepted(server.id, server.id, server.proposer.ballot, own[0], own[-1]))


def on_accepted(server: PaxosServer, message: Accepted) -> None:
    """Count."""
    if server.role == ROLE_LEADER and message.term == server.proposer.ballot:
        count(server, message.sender, message.first, message.last)


def count(server: PaxosServer, node: int, first: int, last: int) -> None:
    """An acceptor has accepted these places in this ballot."""
    for index in range(max(first, server.log.chosen + 1), last + 1):
        votes = server.proposer.votes.get(index)
        if votes is not None:
            votes[node] = None
    while True:
        index = server.log.chosen + 1
        votes = server.proposer.votes.get(index)
        if votes is None or not server.members.quorums_at(index).chosen(votes):
            break
        entry = server.log.get(index)
        assert entry is not None, "what is counted was proposed here"
        assert entry.term == server.proposer.ballot, "votes count in one ballot (section 2.2)"
        del server.proposer.votes[index]
        server.log.chosen = index
        server.update_chosen(index - 1)


# -- talking to the others


def peer_of(server: PaxosServer, node: int) -> Peer:
    """What is known of another replica."""
    peer = server.proposer.peers.get(node)
    if peer is None:
        peer = server.proposer.peers[node] = Peer(server.log.chosen)
    return peer


def send_accepts(server: PaxosServer) -> None:
    """What is new, to everyone; at least that more is chosen."""
    for node in server.members.everyone():
        if node == server.id:
            continue
        peer = peer_of(server, node)
        while peer.sent + 1 < server.proposer.next_index or peer.chosen_sent < server.log.chosen:
            first = max(peer.sent, server.log.base) + 1
            entries = server.log.slice(first, server.proposer.next_index, server.options.max_message_octets)
            server.send(Accept(server.id, node, server.proposer.ballot, entries, server.log.chosen))
            peer.sent = entries[-1].index if entries else server.proposer.next_index - 1
            peer.chosen_sent = server.log.chosen
            assert peer.sent < server.proposer.next_index, "nothing is sent that was not proposed"


def on_heartbeat_reply(server: PaxosServer, message: HeartbeatReply) -> None:
    """Count what it has; send again what has been lost on the way."""
    if server.role != ROLE_LEADER or message.term != server.proposer.ballot:
        return
    peer = peer_of(server, message.sender)
    if message.round <= peer.round:
        return
    sent_ns = server.proposer.rounds.sent_ns.get(message.round)
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
        known = server.proposer.gathered.get(voter)
        if known is not None and not known.complete and server.now_ns - known.asked_ns >= server.policy.minimum_ns:
            _ask_promise(server, voter, server.proposer.next_index, server.proposer.taking_over)


def broadcast_heartbeat(server: PaxosServer) -> None:
    """A new round."""
    _ask_again(server)
    rounds = server.proposer.rounds
    rounds.begin(server.now_ns)
    for node in server.members.everyone():
        if node == server.id:
            continue
        peer = peer_of(server, node)
        peer.chosen_sent = max(peer.chosen_sent, server.log.chosen)
        peer.beats[rounds.newest] = (peer.sent, server.log.chosen)
        if len(peer.beats) > MAX_BEATS:
            del peer.beats[next(iter(peer.beats))]
        server.send(Heartbeat(server.id, node, server.proposer.ballot, server.log.chosen, rounds.newest, peer.rtt_ns))
    confirmed = confirmed_round(server)
    for old in [round_ for round_ in rounds.sent_ns if round_ < min(confirmed, rounds.newest - MAX_BEATS)]:
        del rounds.sent_ns[old]
    release_reads(server)


def hand_over(server: PaxosServer, to: int, tag: int) -> None:
    """Have another replica campaign now."""
    if server.role != ROLE_LEADER:
        server.refuse(tag, "this replica does not lead")
    elif to not in server.members.now.voters or to == server.id:
        server.refuse(tag, f"{to} cannot take over")
    else:
        server.proposer.rounds.lease_void = True  # from now on another may be promised, however late it arrives
        server.send(TimeoutNow(server.id, to, server.proposer.ballot))
