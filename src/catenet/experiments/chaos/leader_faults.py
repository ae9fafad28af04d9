"""Faults of the current leader: a plan drawn before the run hits a leader only by chance.

Some faults hit the leader at random times.  Others are triggered by messages that bind their sender (a vote, an
acknowledgment, a promise) or start something (a transfer, a snapshot), or by an event at a leader.  All are drawn from
the run's seed, appear in the timeline, and are over when the phase of faults ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from catenet.application.consensus.effects import Message
from catenet.application.consensus.messages import InstallSnapshot, TimeoutNow
from catenet.application.consensus.paxos.multi import messages as paxos
from catenet.application.consensus.raft import messages as raft
from catenet.experiments.chaos.coverage import Coverage
from catenet.experiments.chaos.invariants import CHANGED, COMMITTED, ELECTED, HOLED
from catenet.experiments.chaos.profile import Profile
from catenet.kernel.quantity import NS_PER_MS, duration_text
from catenet.lab.faults.schedule import At

if TYPE_CHECKING:
    from catenet.experiments.chaos.invariants import Invariants
    from catenet.internet import Internet

STREAM: Final = "storm"
"""This constant must not change: a seed from an older report must give the same faults."""
BINDING: Final[tuple[type[Message], ...]] = (
    raft.VoteReply,
    raft.RequestVote,
    TimeoutNow,
    paxos.Promise,
    paxos.Prepare,
)
"""Rare messages, which trigger a fault ten times as often."""
TRIGGERS: Final[tuple[type[Message], ...]] = (
    *BINDING,
    raft.AppendReply,
    InstallSnapshot,
    paxos.Accept,
    paxos.Accepted,
)

EVENT_WEIGHTS: Final = {COMMITTED: 1, ELECTED: 6, CHANGED: 6, HOLED: 50}
"""The probability of a fault at these events, relative to that at a commit."""


class LeaderFaults:
    """The faults from ``start_ns`` to ``end_ns``, of ``hosts`` (by node number) and ``clients``."""

    def __init__(
        self,
        net: Internet,
        invariants: Invariants,
        profile: Profile,
        hosts: dict[int, str],
        clients: list[str],
        coverage: Coverage,
    ) -> None:
        self._net: Final = net
        self._invariants: Final = invariants
        self._profile: Final = profile
        self._hosts: Final = hosts
        self._clients: Final = clients
        self._coverage: Final = coverage
        self._dice: Final = net._world.kernel.streams.stream(STREAM)
        self._end_ns = 0
        self._parted_until_ns = 0
        self._down: Final[dict[int, int]] = {}
        """The time until which each node is down or paused."""
        self._triggered_until_ns = 0
        self.report: Final[list[str]] = []

    def begin(self, start_ns: int, end_ns: int) -> None:
        """Begin the faults, which end at ``end_ns``."""
        self._end_ns = end_ns
        if self._profile.leader_faults:
            self._net._world.kernel.call_at(start_ns + self._gap_ns(), self._strike)
        if self._profile.message_faults or self._profile.event_faults:
            self._net._world.kernel.call_at(start_ns, self._listen)

    def _listen(self) -> None:
        self._invariants.on_message = self.said
        self._invariants.on_event = self.happened

    def _gap_ns(self) -> int:
        return max(NS_PER_MS, int(self._dice.exponential(self._profile.leader_fault_every_ms * NS_PER_MS)))

    def _length_ns(self) -> int:
        lasting_ns = self._profile.leader_fault_lasting_ms * NS_PER_MS
        wanted_ns = self._dice.between(lasting_ns // 2, lasting_ns * 3 // 2)
        return max(NS_PER_MS, min(wanted_ns, self._end_ns - int(self._net._world.kernel.now_ns)))

    # -- faults of the leader

    def _strike(self) -> None:
        now_ns = int(self._net._world.kernel.now_ns)
        if now_ns >= self._end_ns:
            return
        leader = self._invariants.leader(1 + self._dice.below(self._profile.groups) if self._dice.below(8) else 0)
        if leader and self._one(
            self._profile.leader_faults[self._dice.below(len(self._profile.leader_faults))], leader
        ):
            self._coverage.met("faults of leaders")
        self._net._world.kernel.call_at(now_ns + self._gap_ns(), self._strike)

    def _one(self, shape: str, leader: int) -> bool:
        others = [node for node in self._hosts if node != leader]
        other = others[self._dice.below(len(others))]
        match shape:
            case "pause" | "crash":
                return self._stop(shape, leader, self._length_ns())
            case "asleep":
                return self._part(shape, [leader], others, with_clients=True) and self._stop(
                    "pause", leader, min(self._length_ns(), 700 * NS_PER_MS)
                )
            case "alone, then crash":
                began = self._part(shape, [leader], others, with_clients=True)
                back_ns = self._parted_until_ns - int(self._net._world.kernel.now_ns)
                if began:
                    self._later(back_ns + self._dice.between(0, 300) * NS_PER_MS, leader, 300)
                return began
            case "unheard, then restart":
                began = self._shape("unheard", leader, other, others)
                back_ns = self._parted_until_ns - int(self._net._world.kernel.now_ns)
                if began:
                    self._later(max(0, back_ns - self._dice.between(0, 10) * NS_PER_MS), other, 20)
                return began
            case "silence":
                return self._part(shape, list(self._hosts), [], one_way=True)
            case "other":
                return self._stop("crash", other, self._length_ns())
            case "stuck disk, then crash":
                length_ns = self._length_ns()
                self._later(self._dice.between(0, length_ns // 2), leader, 300)
                return self._stall(other, length_ns)
            case "blackout":
                return self._blackout()
            case "bridge and restart":
                third = [node for node in others if node != other]
                began = self._part(shape, [leader], [other])
                for node in third:
                    for wait_ms in range(100, 400, 75):
                        self._later(wait_ms * NS_PER_MS, node)
                return began
            case _:
                return self._shape(shape, leader, other, others)

    def _later(self, wait_ns: int, node: int, max_ms: int = 30) -> None:
        def restart() -> None:
            if int(self._net._world.kernel.now_ns) < self._end_ns:
                self._stop("crash", node, self._dice.between(5, max_ms) * NS_PER_MS)

        self._net._world.kernel.call_at(int(self._net._world.kernel.now_ns) + wait_ns, restart)

    def _blackout(self) -> bool:
        """First the nodes are cut off from all others while they continue to run; then all of them lose power."""
        if not self._part("blackout", list(self._hosts), []):
            return False

        def strike() -> None:
            for node in self._hosts:
                if int(self._net._world.kernel.now_ns) < self._end_ns:
                    self._stop("crash", node, self._length_ns())

        wait_ns = self._dice.between(5, 60) * NS_PER_MS
        self._net._world.kernel.call_at(int(self._net._world.kernel.now_ns) + wait_ns, strike)
        return True

    def _shape(self, shape: str, leader: int, other: int, others: list[int]) -> bool:
        """Partitions, most of which have some clients on the leader's side."""
        if shape == "alone":
            return self._part(shape, [leader], others, with_clients=True)
        if shape == "halves":
            minority = [leader, *[node for node in others if node != other][: (len(self._hosts) - 1) // 2 - 1]]
            return self._part(
                shape, minority, [node for node in self._hosts if node not in minority], with_clients=True
            )
        if shape in ("mute", "deaf", "unheard"):
            source, target = ([leader], others) if shape == "mute" else (others, [leader])
            if shape == "unheard":
                source, target = [other], [leader]
            return self._part(shape, source, target, one_way=True)
        if shape == "ring" and len(self._hosts) >= 4:
            return self._part(shape, list(self._hosts), [])
        return self._part("bridge", [leader], [other])

    def _part(
        self,
        shape: str,
        ours: list[int],
        theirs: list[int],
        *,
        with_clients: bool = False,
        one_way: bool = False,
        length_ns: int = 0,
        instead: bool = False,
    ) -> bool:
        """Partition some nodes from others; False if there is a partition that this one must not replace."""
        now_ns = int(self._net._world.kernel.now_ns)
        if now_ns < self._parted_until_ns and not instead:
            return False
        length_ns = length_ns or self._length_ns()
        at = At(self._net._world, now_ns)
        if now_ns < self._parted_until_ns:
            at.heal_partition()
        self._parted_until_ns = now_ns + length_ns
        near, far = [self._hosts[node] for node in ours], [self._hosts[node] for node in theirs]
        if shape == "blackout":
            far = self._clients
        elif shape == "silence":
            far = self._clients[self._dice.below(2) :: 2]
        elif with_clients:
            near += [f"reader{node}" for node in ours if node in self._profile.asked]
            far += [f"reader{node}" for node in theirs if node in self._profile.asked]
            isolated = self._clients[self._dice.below(2) :: 2]
            near = [*near, *isolated]
            far = [*far, *[client for client in self._clients if client not in isolated]]
        if one_way:
            at.partition_one_way(near, far)
        elif shape == "ring":
            at.partition_ring(*near)
        else:
            at.partition(near, far)
        self._net._world.kernel.call_at(now_ns + length_ns, self._heal)
        self._report(now_ns, f"{shape}: {', '.join(near)} | {', '.join(far)}", length_ns)
        return True

    def _heal(self) -> None:
        now_ns = int(self._net._world.kernel.now_ns)
        if now_ns >= self._parted_until_ns:
            At(self._net._world, now_ns).heal_partition()

    def _stall(self, node: int, length_ns: int) -> bool:
        """Make a node's disk stall for a while; the node continues otherwise."""
        now_ns = int(self._net._world.kernel.now_ns)
        if self._down.get(node, 0) >= now_ns:
            return False
        At(self._net._world, now_ns).disk(self._hosts[node], stuck=True)
        At(self._net._world, now_ns + length_ns).heal_disk(self._hosts[node])
        self._report(now_ns, f"stuck disk: {self._hosts[node]}", length_ns)
        return True

    def _stop(self, how: str, node: int, length_ns: int) -> bool:
        now_ns = int(self._net._world.kernel.now_ns)
        if self._down.get(node, 0) >= now_ns:
            return False
        self._down[node] = now_ns + length_ns
        host = self._hosts[node]
        begin, end = At(self._net._world, now_ns), At(self._net._world, now_ns + length_ns)
        if how == "pause":
            begin.pause(host)
            end.resume(host)
        else:
            begin.crash(host)
            end.restart(host)
        self._report(now_ns, f"{how}: {host}", length_ns)
        return True

    def _report(self, now_ns: int, words: str, length_ns: int) -> None:
        self.report.append(f"{now_ns / 1e9:.3f} s  {words}, for {duration_text(length_ns)}")

    # -- triggered

    def _strikes_now(self, now_ns: int, often: int) -> bool:
        if not often or not self._triggered_until_ns < now_ns < self._end_ns:
            return False
        if self._dice.below(1000) >= often:
            return False
        self._triggered_until_ns = now_ns + self._dice.between(50, 300) * NS_PER_MS
        self._coverage.met("triggered faults")
        return True

    def happened(self, event: str, leader: int) -> None:
        """One of the :data:`EVENT_WEIGHTS` has occurred; its messages have not been sent yet."""
        now_ns = int(self._net._world.kernel.now_ns)
        if not leader or not self._strikes_now(now_ns, self._profile.event_faults * EVENT_WEIGHTS[event]):
            return
        late = event == CHANGED or (event == ELECTED and not self._dice.below(3))
        after_ns = self._dice.between(0, 15_000) * 1000 if late else 0
        alone, length_ns = self._dice.below(2), self._dice.between(50, 600) * NS_PER_MS

        def strike() -> None:
            others = [node for node in self._hosts if node != leader]
            instead = event == ELECTED  # a new leader usually replaces one that is still cut off
            if not (
                alone and self._part("alone", [leader], others, with_clients=True, length_ns=length_ns, instead=instead)
            ):
                self._stop("crash", leader, length_ns)

        self._net._world.kernel.call_at(now_ns + after_ns, strike)

    def said(self, message: Message) -> None:
        """A replica has just sent a message."""
        if not isinstance(message, TRIGGERS) or message.sender == message.to:
            return
        now_ns = int(self._net._world.kernel.now_ns)
        if not self._strikes_now(now_ns, self._profile.message_faults * (10 if isinstance(message, BINDING) else 1)):
            return
        after_ns = self._dice.between(0, 4000) * 1000
        victim = message.sender if self._dice.below(3) else message.to
        drawn = self._dice.below(4)
        length_ns = self._dice.between(10, 60 if drawn < 2 else 400) * NS_PER_MS

        def strike() -> None:
            others = [node for node in self._hosts if node != victim]
            if drawn < 3:
                self._stop("crash", victim, length_ns)
            else:
                self._part("alone", [victim], others, with_clients=True)

        self._net._world.kernel.call_at(now_ns + after_ns, strike)
