"""What an acceptor answers: to a candidate's prepare, to a leader's accept and heartbeat."""

from __future__ import annotations

from catenet.application.consensus.entry import NONE, Entry
from catenet.application.consensus.paxos.multi.log_catch_up import on_catch_up_request
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
from catenet.application.consensus.paxos.multi.server import PaxosServer
from catenet.application.consensus.server import ROLE_FOLLOWER


def on_prepare(server: PaxosServer, message: Prepare) -> None:
    """Promise, and tell all that was accepted from that place on."""
    if not _may_lead(server, message.sender):
        on_catch_up_request(
            server, CatchUpRequest(message.sender, server.id, message.term, message.first - 1)
        )  # it was removed: let it know
        return
    if message.sender != server.id and not message.taking_over and server.holds_back(message.sender):
        return  # a promise would let another choose while a leader answers reads by its lease
    # Section 2.2, phase 1b: only a ballot above all promised ones; who is below is told, to abandon its own.
    if message.term < server.acceptor.promised:
        server.send(Reject(server.id, message.sender, server.acceptor.promised, message.term))
        return
    if server.is_listening():
        return  # its promises may be lost with its disk: it would count twice
    if message.first <= server.log.base or message.mark < server.log.last_mark():
        # It may count on a promise that was forgotten before this mark: let it learn the mark, and ask again then.
        server.proposer.seen = max(server.proposer.seen, message.term)
        on_catch_up_request(server, CatchUpRequest(message.sender, server.id, message.term, message.first - 1))
        return
    server.promise(message.term)
    assert server.acceptor.promised == message.term, "phase 1b: the highest ballot of all that asked"
    if message.sender != server.id and server.leader not in (NONE, message.sender):
        server.follow(NONE)
    log, part, first = server.log, 0, message.first
    while True:
        entries = log.slice(first, log.last + 1, server.options.max_message_octets)
        assert not entries or entries[-1].term <= message.term, "it has accepted in no higher ballot than it promised"
        first = entries[-1].index + 1 if entries else log.last + 1
        last = first > log.last
        server.reply(
            Promise(server.id, message.sender, message.term, message.attempt, part, last, log.base, log.chosen, entries)
        )
        if last:
            return
        part += 1


def _may_lead(server: PaxosServer, candidate: int) -> bool:
    return not server.members.voters() or server.members.is_voter(candidate)


def _is_led_by(server: PaxosServer, sender: int, ballot: int) -> bool:
    """Somebody speaks as leader: follow it, unless something higher was promised."""
    # Section 2.2, phase 2b: it has promised not to accept in a lower ballot.
    if not server.promise(ballot):
        server.send(Reject(server.id, sender, server.acceptor.promised, ballot))
        return False
    if sender != server.id:
        if server.role != ROLE_FOLLOWER or server.leader != sender:
            if server.holds_back(sender):
                # It leads where others decide; here the lease of the one before may run until then.
                server.grace_until_ns = max(server.grace_until_ns, server.now_ns + server.policy.minimum_ns)
            server.follow(sender)
        server.elector.heard(server.now_ns)
        server.learner.heard(server.now_ns)
    assert server.acceptor.promised == ballot, "who speaks as leader has the highest ballot here (section 2.2)"
    return True


def on_accept(server: PaxosServer, message: Accept) -> None:
    """Accept what is not chosen already; and what was accepted in this ballot may be known as chosen now."""
    if not _is_led_by(server, message.sender, message.term):
        return
    assert server.acceptor.promised == message.term, "phase 2b: it accepts in no lower ballot than it promised"
    for entry in message.entries:
        # Section 2.2: what is chosen is chosen in all higher ballots, too: there is nothing to accept.
        if entry.index > server.log.chosen:
            server.log.put(Entry(message.term, entry.index, entry.kind, entry.data))
    if message.entries:
        first, last = message.entries[0].index, message.entries[-1].index
        assert last <= max(server.log.last, server.log.chosen), "what is answered for was accepted, or is chosen"
        server.reply(Accepted(server.id, message.sender, message.term, first, last))
    choose(server, message.term, message.chosen)


def on_heartbeat(server: PaxosServer, message: Heartbeat) -> None:
    """Tell the leader how far one is."""
    if not _is_led_by(server, message.sender, message.term):
        return
    server.policy.heartbeat_heard(message.round, message.rtt_ns)
    choose(server, message.term, message.chosen)
    accepted = server.log.run_of(message.term)
    assert accepted >= server.log.chosen, "the run goes on from what is chosen"
    server.reply(HeartbeatReply(server.id, message.sender, message.term, message.round, server.log.chosen, accepted))


def choose(server: PaxosServer, ballot: int, limit: int) -> None:
    """The leader of that ballot says that all up to ``limit`` is chosen."""
    before = server.log.chosen
    server.log.choose_run(ballot, limit)
    assert server.log.chosen >= before, "what is chosen stays chosen"
    if server.log.chosen > before:
        server.update_chosen(before)
