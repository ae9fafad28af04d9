"""Everything that may go wrong with a group of replicas, one thing at a time, chosen by a stream of random numbers.

Messages are lost, doubled and reordered; disks are slow; machines crash and come back with what was on disk;
networks part; members come and go; snapshots are taken. Safety is checked after each; then all is mended, and the
group must agree.
"""

from __future__ import annotations

from random import Random

from catenet.application.consensus.effects import ReadReady
from catenet.application.consensus.entry import founding
from catenet.application.consensus.events import (
    ADD_LEARNER,
    ADD_VOTER,
    ADD_WITNESS,
    REMOVE,
    Campaign,
    Receive,
    Tick,
    Unreachable,
)

from .raft_cluster import MS, Cluster


def random_options(stream: Random) -> dict[str, object]:
    """Any of the variants that a group may run."""
    check_quorum = stream.random() < 0.5
    return {
        "pre_vote": stream.random() < 0.5,
        "check_quorum": check_quorum,
        "lease_reads": check_quorum and stream.random() < 0.5,
        "clock_drift": 0.0,
        "batching": stream.random() < 0.5,
        "max_append_octets": stream.choice((1, 40, 1 << 20)),
        "max_inflight": stream.choice((1, 3, 256)),
        "max_inflight_octets": stream.choice((0, 20)),
        "max_applying_octets": stream.choice((30, 1 << 62)),
        "snapshot_chunk_octets": stream.choice((3, 1 << 20)),
        "snapshot_retry_ns": 200 * MS,
        "keep_entries": stream.choice((0, 3)),
        "priorities": stream.choice((None, {1: 2, 2: 1})),
        "handicap_ns": 50 * MS,
    }


class Chaos:
    """One run."""

    def __init__(self, stream: Random, size: int = 3, weights: dict[str, int] | None = None, **options: object) -> None:
        """``weights`` makes other things likely, by name: those that it does not name do not happen."""
        self.stream = stream
        self.cluster = Cluster(size, seed=stream.randrange(1 << 30), **{**random_options(stream), **options})
        self.proposed = 0
        self.reads: dict[int, int] = {}  # tag -> what was committed when it was asked
        self.actions = [
            (40, self.deliver_one),
            (6, self.lose_one),
            (4, self.double_one),
            (10, self.deliver_all),
            (12, self.pass_time),
            (12, self.propose),
            (6, self.ask),
            (3, self.crash),
            (5, self.restart),
            (3, self.slow_disk),
            (10, self.sync_some),
            (2, self.part),
            (3, self.mend),
            (2, self.campaign),
            (2, self.transfer),
            (3, self.change),
            (3, self.snapshot),
            (1, self.report),
        ]
        if weights is not None:
            self.actions = [(weight, getattr(self, name)) for name, weight in weights.items()]
        self.weights = [weight for weight, _ in self.actions]

    def run(self, steps: int) -> None:
        """So many things happen."""
        for _ in range(steps):
            [(_, action)] = self.stream.choices(self.actions, self.weights)
            action()
            self.check_reads()

    def check_reads(self) -> None:
        """A read is served from no earlier than what was committed when it was asked."""
        for _, answer in self.cluster.take_answers():
            if isinstance(answer, ReadReady):
                floor = self.reads[answer.tag]
                assert answer.index >= floor, f"a read of {answer.index} after {floor} was committed"

    # The network

    def deliver_one(self) -> None:
        network = self.cluster.network
        if network:
            at = min(int(self.stream.expovariate(0.7)), len(network) - 1)
            message = network.pop(at)
            if message.sender == message.to or frozenset((message.sender, message.to)) not in self.cluster.cut:
                if message.to in self.cluster.members:
                    self.cluster[message.to].step(Receive(message))

    def lose_one(self) -> None:
        network = [message for message in self.cluster.network if message.sender != message.to]
        if network:
            lost = self.stream.choice(network)
            self.cluster.network.remove(lost)

    def double_one(self) -> None:
        if self.cluster.network:
            self.cluster.network.append(self.stream.choice(self.cluster.network))

    def deliver_all(self) -> None:
        self.cluster.deliver()

    def part(self) -> None:
        members = list(self.cluster.members)
        self.stream.shuffle(members)
        at = self.stream.randrange(1, len(members)) if len(members) > 1 else 1
        self.cluster.split(tuple(members[:at]), tuple(members[at:]))
        if self.stream.random() < 0.3 and len(members) > 2:  # a bridge: one reaches both sides
            self.cluster.cut = {pair for pair in self.cluster.cut if members[0] not in pair}

    def mend(self) -> None:
        self.cluster.heal()

    # Machines

    def crash(self) -> None:
        running = self.cluster.running()
        if running:
            gone = self.stream.choice(running)
            gone.sync(self.stream.randrange(3))
            gone.crash()
            self.cluster.network = [
                message for message in self.cluster.network if (message.sender, message.to) != (gone.id, gone.id)
            ]

    def restart(self) -> None:
        down = [member for member in self.cluster.members.values() if not member.up]
        if down:
            self.stream.choice(down).start()

    def slow_disk(self) -> None:
        member = self.stream.choice(list(self.cluster.members.values()))
        member.slow_disk = not member.slow_disk

    def sync_some(self) -> None:
        for member in self.cluster.running():
            if self.stream.random() < 0.7:
                member.sync(self.stream.randrange(1, 4))

    def pass_time(self) -> None:
        self.cluster.now_ns += self.stream.choice((5, 20, 60, 170)) * MS
        for member in self.cluster.running():
            if self.stream.random() < 0.8:
                member.step(Tick())

    # Requests

    def anyone(self) -> int:
        leaders = self.cluster.leaders()
        everyone = [member.id for member in self.cluster.running()] or [1]
        return leaders[-1] if leaders and self.stream.random() < 0.8 else self.stream.choice(everyone)

    def propose(self) -> None:
        self.proposed += 1
        self.cluster.propose(self.anyone(), b"c%d" % self.proposed, tag=self.proposed)

    def ask(self) -> None:
        tag = len(self.reads) + 1
        self.reads[tag] = self.cluster.invariants.last_committed
        self.cluster.read(self.anyone(), tag, lease=self.stream.random() < 0.5)

    def campaign(self) -> None:
        self.cluster[self.anyone()].step(Campaign())

    def transfer(self) -> None:
        self.cluster.transfer(self.anyone(), self.stream.choice(list(self.cluster.members)))

    def change(self) -> None:
        cluster = self.cluster
        steps = []
        for _ in range(self.stream.choice((1, 1, 1, 2, 3))):
            target = self.stream.choice((1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 7))
            if target not in cluster.members:
                cluster.add(target, founding(()))
            add = ADD_WITNESS if target > 6 else self.stream.choice((ADD_VOTER, ADD_VOTER, ADD_LEARNER))
            steps.append((self.stream.choice((add, add, add, REMOVE)), target))
        if self.stream.random() < 0.2:
            steps = []
        cluster.change(self.anyone(), *steps, transition=self.stream.choice((0, 0, 1, 2)))

    def snapshot(self) -> None:
        running = self.cluster.running()
        if running:
            member = self.stream.choice(running)
            if not member.raft.server.members.is_witness(member.id):
                member.snapshot()

    def report(self) -> None:
        self.cluster[self.anyone()].step(Unreachable(self.stream.choice(list(self.cluster.members))))

    # The end

    def recover(self) -> None:
        """All is mended: a leader is elected, a new command committed, and those who take part agree."""
        cluster = self.cluster
        cluster.heal()
        for member in list(cluster.members.values()):
            member.slow_disk = False
            if member.up:
                member.sync()
            else:
                member.start()
        for _ in range(100):
            cluster.advance(300)
            leaders = cluster.leaders()
            if leaders and self.converged(leaders[-1]):
                break
        else:
            raise AssertionError("no progress: " + self.picture())
        self.check_reads()

    def converged(self, leader_id: int) -> bool:
        cluster = self.cluster
        leader = cluster[leader_id]
        cluster.propose(leader_id, b"last")
        cluster.advance(120)
        members = leader.raft.membership
        taking_part = [cluster[member] for member in members.voters + members.learners]
        others = [member for member in taking_part if member.id not in members.witnesses]
        logs = {tuple(member.commands) for member in others}
        return len(logs) == 1 and leader.commands[-1:] == [b"last"]

    def picture(self) -> str:
        lines = []
        for member in self.cluster.members.values():
            raft = member.raft
            lines.append(
                f"{member.id}: up={member.up} role={raft.role} term={raft.term} leader={raft.leader} "
                f"log={raft.server.log.base}..{raft.server.log.last_index} commit={raft.commit_index} "
                f"applied={raft.applied_index} {raft.membership}"
            )
        return "\n".join(lines)
