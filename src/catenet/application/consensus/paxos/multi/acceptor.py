"""What an acceptor answers: to a candidate's prepare, to a leader's accept and heartbeat."""

from __future__ import annotations

from catenet.application.consensus.entry import NONE, Entry
from catenet.application.consensus.interface import ROLE_FOLLOWER
from catenet.application.consensus.paxos.multi.core import PaxosCore
from catenet.application.consensus.paxos.multi.log_catch_up import on_ask
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


def on_prepare(core: PaxosCore, message: Prepare) -> None:
    """Promise, and tell all that was accepted from that place on."""
    if not _may_lead(core, message.sender):
        on_ask(core, Ask(message.sender, core.id, message.term, message.first - 1))  # it was removed: let it know
        return
    if message.sender != core.id and not message.taking_over and held_back(core, message.sender):
        return
    if message.term < core.promised:
        core.send(Reject(core.id, message.sender, core.promised, message.term))
        return
    if core.is_listening():
        return
    if message.first <= core.log.base or message.mark < core.log.last_mark():
        # It may count on a promise that was forgotten before this mark: let it learn the mark, and ask again then.
        core.seen = max(core.seen, message.term)
        on_ask(core, Ask(message.sender, core.id, message.term, message.first - 1))
        return
    core.promise(message.term)
    if message.sender != core.id and core.leader not in (NONE, message.sender):
        core.follow(NONE)
    log, part, first = core.log, 0, message.first
    while True:
        entries = log.slice(first, log.last + 1, core.options.max_message_octets)
        first = entries[-1].index + 1 if entries else log.last + 1
        last = first > log.last
        core.reply(
            Promise(core.id, message.sender, message.term, message.attempt, part, last, log.base, log.chosen, entries)
        )
        if last:
            return
        part += 1


def _may_lead(core: PaxosCore, candidate: int) -> bool:
    return not core.members.voters() or core.members.is_voter(candidate)


def held_back(core: PaxosCore, candidate: int = NONE) -> bool:
    """Another leader than the candidate was heard so recently that its lease may still run."""
    if not core.options.leases:
        return False
    led = core.leader not in (NONE, candidate)
    return core.now_ns < core.grace_until_ns or (led and core.elector.within_lease(core.now_ns))


def _is_led_by(core: PaxosCore, sender: int, ballot: int) -> bool:
    """Somebody speaks as leader: follow it, unless something higher was promised."""
    if not core.promise(ballot):
        core.send(Reject(core.id, sender, core.promised, ballot))
        return False
    if sender != core.id:
        if core.role != ROLE_FOLLOWER or core.leader != sender:
            if held_back(core, sender):
                # It leads where others decide; here the lease of the one before may run until then.
                core.grace_until_ns = max(core.grace_until_ns, core.now_ns + core.policy.minimum_ns)
            core.follow(sender)
        core.elector.heard(core.now_ns)
        core.heard()
    return True


def on_accept(core: PaxosCore, message: Accept) -> None:
    """Accept what is not chosen already; and what was accepted in this ballot may be known as chosen now."""
    if not _is_led_by(core, message.sender, message.term):
        return
    for entry in message.entries:
        if entry.index > core.log.chosen:
            core.log.put(Entry(message.term, entry.index, entry.kind, entry.data))
    if message.entries:
        first, last = message.entries[0].index, message.entries[-1].index
        core.reply(Accepted(core.id, message.sender, message.term, first, last))
    choose(core, message.term, message.chosen)


def on_heartbeat(core: PaxosCore, message: Heartbeat) -> None:
    """Tell the leader how far one is."""
    if not _is_led_by(core, message.sender, message.term):
        return
    core.policy.heartbeat_heard(message.round, message.rtt_ns)
    choose(core, message.term, message.chosen)
    accepted = core.log.run_of(message.term)
    core.reply(HeartbeatReply(core.id, message.sender, message.term, message.round, core.log.chosen, accepted))


def choose(core: PaxosCore, ballot: int, limit: int) -> None:
    """The leader of that ballot says that all up to ``limit`` is chosen."""
    before = core.log.chosen
    core.log.choose_run(ballot, limit)
    if core.log.chosen > before:
        core.note_chosen(before)
