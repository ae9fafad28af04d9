"""Bugs to plant in the store: each is a mistake that somebody has made somewhere, as a change of the source.

A change names a file of the package, a piece of its text, which must stand there once, and what takes its place.
"""

from __future__ import annotations

from typing import NamedTuple

RAFT = "application/consensus/raft"
PAXOS = "application/consensus/paxos/multi"
KV = "application/kv"
PERSISTENCE = "application/replication/persistence.py"


class Change(NamedTuple):
    """In ``file``, ``new`` instead of ``old``."""

    file: str
    old: str
    new: str


class Bug(NamedTuple):
    """A mistake, and the protocol and engine that it is looked for with; ``hidden`` says why it is not found, if so."""

    name: str
    changes: tuple[Change, ...]
    protocol: str = "raft"
    engine: str = "wal"
    hidden: str = ""


def raft(name: str, *changes: tuple[str, str, str]) -> Bug:
    """A bug in Raft; files are those of its folder."""
    return Bug(name, tuple(Change(f"{RAFT}/{file}", old, new) for file, old, new in changes))


def paxos(name: str, *changes: tuple[str, str, str]) -> Bug:
    """A bug in Multi-Paxos; files are those of its folder."""
    return Bug(
        f"Paxos: {name}", tuple(Change(f"{PAXOS}/{file}", old, new) for file, old, new in changes), "multi-paxos"
    )


def store(name: str, *changes: tuple[str, str, str]) -> Bug:
    """A bug in the store on top of them."""
    return Bug(name, tuple(Change(f"{KV}/{file}", old, new) for file, old, new in changes))


A_ROUND_TOO_EARLY = Change("application/consensus/heartbeat_rounds.py", "self.newest + 1, lease", "self.newest, lease")
NO_GRACE = Change("application/consensus/server.py", "now_ns + policy.minimum_ns if leases and restarts else 0", "0")

ELECTION = [
    raft(
        "vote twice",
        (
            "votes.py",
            "    return vote == candidate or (vote == NONE and server.leader == NONE)",
            "    return server.leader in (NONE, candidate)",
        ),
    ),
    raft(
        "vote forgotten",
        (
            "replica.py",
            "HardState(persistent.term, persistent.vote, commit) if changed",
            "HardState(persistent.term, NONE, commit) if changed",
        ),
    ),
    raft(
        "term forgotten",
        (
            "replica.py",
            "HardState(persistent.term, persistent.vote, commit) if changed",
            "HardState(0, persistent.vote, commit) if changed",
        ),
    ),
    raft(
        "election ignores the log",
        ("log.py", "return last_term > ours or (last_term == ours and last_index >= self.last_index)", "return True"),
    ),
    raft(
        "elected by a minority",
        ("quorum.py", "needed = majority(len(voters)) if", "needed = max(1, len(voters) // 2) if"),
    ),
    raft("campaign with a pending change", ("votes.py", "elif has_pending_changes(server):", "elif False:")),
]

REPLICATION = [
    raft(
        "Figure 8",
        (
            "replication.py",
            "if index <= server.commit_index or server.log.term(index) != server.term:",
            "if index <= server.commit_index:",
        ),
    ),
    raft(
        "no consistency check",
        (
            "log.py",
            "        if not self.matches(prev_index, prev_term):\n            return False\n        for",
            "        if prev_index > self.last_index:\n            return False\n        for",
        ),
    ),
    raft(
        "commit past the match",
        (
            "replication.py",
            "        commit = min(known.match, server.commit_index)",
            "        commit = server.commit_index",
        ),
        (
            "state.py",
            '            assert index <= last, f"commit index {index} is past the last entry {last}"\n'
            "            self.commit_index = index",
            "            self.commit_index = min(index, last)",
        ),
    ),
    raft(
        "acknowledge the whole log",
        (
            "replication.py",
            "server.reply(AppendReply(server.id, message.sender, server.term, last))",
            "server.reply(AppendReply(server.id, message.sender, server.term, log.last_index))",
        ),
    )._replace(
        hidden="it does no harm here: the first append that matches begins where the two logs part, so what is not the"
        " leader's has been cut off when it is acknowledged"
    ),
    raft(
        "always truncate",
        (
            "log.py",
            "            if not self.matches(entry.index, entry.term):",
            "            if entry.index > commit_index:",
        ),
    ),
    raft(
        "learner in a quorum",
        (
            "state.py",
            "joint_agreed_index(self.membership.voters, ",
            "joint_agreed_index(self.membership.voters + self.membership.learners, ",
        ),
    ),
    raft(
        "minority in a quorum",
        (
            "quorum.py",
            "indexes[len(indexes) - majority(len(indexes))]",
            "indexes[len(indexes) - max(1, len(indexes) // 2)]",
        ),
    ),
    raft(
        "apply before commit",
        (
            "state.py",
            "return self.commit_index if unstable_too else min(self.commit_index, self.log.stable)",
            "return self.log.stable",
        ),
        (
            "state.py",
            'assert index <= self.commit_index, f"applied {index}, but only {self.commit_index} is committed"',
            "pass",
        ),
    ),
    raft(
        "snapshot over a newer log",
        (
            "snapshot.py",
            "    if message.index <= server.commit_index:\n        server.incoming = None",
            "    if message.index <= server.log.base:\n        server.incoming = None",
        ),
        (
            "snapshot.py",
            "    if snapshot.index <= server.commit_index or server.role != ROLE_FOLLOWER:",
            "    if server.role != ROLE_FOLLOWER:",
        ),
        (
            "state.py",
            '        assert snapshot.index >= self.commit_index, "a snapshot would undo what is committed"\n',
            "",
        ),
        (
            "snapshot.py",
            "    if log.matches(snapshot.index, snapshot.term):",
            "    if snapshot.index > server.commit_index and log.matches(snapshot.index, snapshot.term):",
        ),
    ),
    raft(
        "snapshot dropping the suffix",
        ("snapshot.py", "    if log.matches(snapshot.index, snapshot.term):", "    if False:"),
    ),
]

READS = [
    raft(
        "read unconfirmed",
        (
            "reads.py",
            "elif server.members.is_single() or (lease and lease_holds(server)):",
            "else:\n        _answer(server, tag, requester, committed)\n    if False:",
        ),
    ),
    raft(
        "read before an own commit",
        (
            "reads.py",
            "    elif not committed_in_term(server):\n        server.leading.early",
            "    elif False:\n        server.leading.early",
        ),
    ),
    Bug("read with a round too early", (A_ROUND_TOO_EARLY,)),
    Bug(
        "read without waiting for the index",
        (Change("application/replication/pending.py", "        if index <= applied:", "        if index >= 0:"),),
    ),
    raft(
        "lease twice as long",
        ("reads.py", "(confirmed, server.policy.minimum_ns,", "(confirmed, 2 * server.policy.minimum_ns,"),
    ),
    raft(
        "lease four times as long",
        ("reads.py", "(confirmed, server.policy.minimum_ns,", "(confirmed, 4 * server.policy.minimum_ns,"),
    ),
    raft(
        "lease counted from the answer",
        (
            "replication.py",
            "            known.measure(max(server.now_ns - sent_ns, 1))",
            "            known.measure(max(server.now_ns - sent_ns, 1))\n"
            "            server.leading.rounds.sent_ns[message.round] = server.now_ns",
        ),
    ),
    raft("lease not void on transfer", ("transfer.py", "    server.leading.rounds.lease_void = True\n", "")),
    raft(
        "lease ignored by voters",
        (
            "votes.py",
            "return server.options.check_quorum and server.within_lease(NONE)",
            "return False",
        ),
    ),
    Bug("no grace on restart", (NO_GRACE,)),
]

MEMBERSHIP = [
    raft(
        "change while one is pending",
        ("proposals.py", "    if server.leading.pending_change_index > server.last_applied:", "    if False:"),
    ),
    raft(
        "change before the no-op",
        ("votes.py", "    server.leading.pending_change_index = server.log.last_index\n", ""),
    ),
    raft(
        "many voters without joint",
        (
            "membership/config.py",
            "        return enter_joint(before, change.changes, change.leaves_by_itself())",
            "        draft = _Draft(before)\n"
            "        draft.apply(change.changes)\n"
            "        return draft.finish(auto_leave=False)",
        ),
    ),
]

DISK = [
    Bug(
        "reply before fsync",
        (Change(PERSISTENCE, "self._waiting.get(effect.after) if effect.after else None", "None"),),
    ),
    Bug("nothing is synced", (Change("host/disk/files.py", "        self._files.sync(self._inode)", "        pass"),)),
    Bug(
        "a failed sync ignored",
        (
            Change(
                "application/storage/store.py",
                """            self._poison = self._poison or error
            for _, future in together:
                if not future.done():
                    future.set_exception(PoisonedStore(f"a write to the store failed: {error}"))
                    future.exception()
            return
""",
                "            pass\n",
            ),
        ),
    ),
]

STORE = [
    store(
        "dedup off",
        ("state/slots.py", "        last = self._sessions.get(session)\n", "        last: Session | None = None\n"),
    ),
    store(
        "new sequence on retry",
        (
            "client.py",
            "            request = Request(self.session, slot_session.sequence, slot_session.born, operation)",
            "            slot_session.sequence += 1\n"
            "            request = Request(self.session, slot_session.sequence, slot_session.born, operation)",
        ),
    ),
    store(
        "silence taken as a no",
        (
            "client.py",
            "        if self.in_doubt:\n            return OutcomeUnknown",
            "        if False:\n            return OutcomeUnknown",
        ),
    ),
    store(
        "sessions lost on a move",
        (
            "state/store.py",
            "        self.slots[install.slot] = Slot.of(content)",
            "        self.slots[install.slot] = Slot.of(msgspec.structs.replace(content, sessions={}))",
        ),
    ),
    store(
        "sessions not in a snapshot",
        (
            "state/store.py",
            "slots = {number: slot.content({}) for",
            "slots = {number: msgspec.structs.replace(slot.content({}), sessions={}) for",
        ),
    ),
    store(
        "two owners of a slot",
        ("state/store.py", "        slot = self.slots.pop(number)\n", "        slot = self.slots[number]\n"),
    ),
    store(
        "slot forgotten early",
        (
            "migration.py",
            "            if isinstance(reply, protocol.HasSlotsReply) and reply.slots:\n"
            "                await self._member.propose(entry(Forget(number, reply.slots)))",
            "            if isinstance(reply, protocol.HasSlotsReply):\n"
            "                await self._member.propose(entry(Forget(number, tuple(slots))))",
        ),
    ),
    store(
        "slot moved unfrozen",
        (
            "state/store.py",
            "        return None if content is None else _encoder.encode(content)",
            "        if content is None and slot in self.slots:\n"
            "            content = self.slots[slot].content({})\n"
            "        return None if content is None else _encoder.encode(content)",
        ),
    ),
    store(
        "slot arrives empty",
        (
            "state/store.py",
            "        self.slots[install.slot] = Slot.of(content)",
            "        self.slots[install.slot] = Slot()",
        ),
    ),
]

MULTI_PAXOS = [
    paxos(
        "lower ballot accepted",
        (
            "acceptor.py",
            "    if not server.promise(ballot):\n"
            "        server.send(Reject(server.id, sender, server.acceptor.promised, ballot))\n"
            "        return False\n",
            "    server.promise(ballot)\n",
        ),
    ),
    paxos(
        "lower ballot promised",
        (
            "acceptor.py",
            "    if message.term < server.acceptor.promised:\n"
            "        server.send(Reject(server.id, message.sender, server.acceptor.promised, message.term))\n"
            "        return\n",
            "",
        ),
    ),
    paxos(
        "accepted not told",
        (
            "acceptor.py",
            "entries = log.slice(first, log.last + 1, server.options.max_message_octets)",
            "entries = log.slice(first, log.chosen + 1, server.options.max_message_octets)",
        ),
    ),
    paxos("accepted ignored", ("leader.py", "    if known is None or known.term < entry.term:\n", "    if False:\n")),
    paxos(
        "lowest instead of the highest",
        ("leader.py", "known is None or known.term < entry.term", "known is None or known.term > entry.term"),
    ),
    paxos("first instead of the highest", ("leader.py", "known is None or known.term < entry.term", "known is None")),
    paxos(
        "promise forgotten",
        (
            "replica.py",
            "acceptor.saved = HardState(acceptor.promised, NONE, chosen)",
            "acceptor.saved = HardState(0, NONE, chosen)",
        ),
    ),
    paxos(
        "gap skipped",
        (
            "leader.py",
            '        elif index <= server.proposer.adopted_to:\n            _propose(server, COMMAND, b"")',
            "        elif index <= server.proposer.adopted_to:\n            server.proposer.next_index += 1",
        ),
    ),
    paxos("read unconfirmed", ("reads.py", "    if lease_holds(server, lease):\n", "    if server.id:\n")),
    paxos(
        "read below what was adopted",
        ("reads.py", "index = max(server.log.chosen, server.proposer.adopted_to)", "index = server.log.chosen"),
    ),
    Bug("Paxos: read with a round too early", (A_ROUND_TOO_EARLY,), "multi-paxos"),
    paxos(
        "lease twice as long",
        ("reads.py", "(confirmed, server.policy.minimum_ns,", "(confirmed, 2 * server.policy.minimum_ns,"),
    ),
    paxos(
        "lease counted from the answer",
        (
            "leader.py",
            "        peer.rtt_ns = server.now_ns - sent_ns\n",
            "        peer.rtt_ns = server.now_ns - sent_ns\n"
            "        server.proposer.rounds.sent_ns[message.round] = server.now_ns\n",
        ),
    ),
    paxos(
        "lease not void on transfer",
        (
            "leader.py",
            "        server.proposer.rounds.lease_void = True  # from now on another may be promised, "
            "however late it arrives\n",
            "",
        ),
    ),
    paxos(
        "lease ignored by acceptors",
        ("server.py", "return self.options.leases and self.within_lease(candidate)", "return False"),
    ),
    Bug("Paxos: no grace on restart", (NO_GRACE,), "multi-paxos"),
    Bug(
        "Paxos: minority in a quorum",
        (
            Change(
                "application/consensus/paxos/quorums.py",
                "return self._count(nodes) >= self.second",
                "return self._count(nodes) >= max(1, self.second - 1)",
            ),
        ),
        "multi-paxos",
    ),
    Bug(
        "Paxos: elected by a minority",
        (
            Change(
                "application/consensus/paxos/quorums.py",
                "return self._count(nodes) >= self.first",
                "return self._count(nodes) >= max(1, self.first - 1)",
            ),
        ),
        "multi-paxos",
    ),
    Bug(
        "Paxos: learner in a quorum",
        (
            Change(
                "application/consensus/paxos/quorums.py",
                "dict.fromkeys(node for node in nodes if node in self.members)",
                "dict.fromkeys(nodes)",
            ),
        ),
        "multi-paxos",
    ),
    paxos(
        "change while one is pending",
        (
            "leader.py",
            "    elif server.members.pending or _is_changing(server):\n",
            "    elif False:\n",
        ),
    ),
    paxos(
        "change counts at once",
        ("server.py", "parse(entry.data), index + self.options.window)", "parse(entry.data), index + 1)"),
    ),
    Bug(
        "Paxos: reply before fsync",
        (Change(PERSISTENCE, "self._waiting.get(effect.after) if effect.after else None", "None"),),
        "multi-paxos",
    ),
]

BUGS = [*ELECTION, *REPLICATION, *READS, *MEMBERSHIP, *DISK, *STORE, *MULTI_PAXOS]
BY_NAME = {bug.name: bug for bug in BUGS}
