"""The profile of one run: the numbers of clients, nodes and groups, their timeouts, and the kinds of faults.

A bug shows only if the state that it needs is common, and no single profile makes all states common.  So each run draws
its own profile: consecutive seeds go through all of :data:`DEALT`, and the numbers within a profile are random.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from catenet.kernel.streams import Stream
from catenet.lab.faults.nemesis import KINDS

ALLOWED_DRIFT_PPM: Final = 24_000
"""A lease is shortened by 5 %, so two clocks may differ by that: each by slightly less than half of it."""
FORBIDDEN_DRIFT_PPM: Final = 200_000
JOIN: Final = "join"
LEAVE: Final = "leave"
TRANSFER: Final = "transfer"
ADD: Final = "add"
REMOVE: Final = "remove"
LEARN: Final = "learn"
JOINT: Final = "joint"


@dataclass(frozen=True)
class Profile:
    """The parameters.  Times are in milliseconds; those that are drawn repeatedly are means.

    ``read_ms`` is the interval of reads at each node, or at the ``far`` nodes if there are any (0: none).  ``far``
    nodes have a delay of ``far_ms`` to all others.  ``append_octets=1`` means one entry per append.  ``leader_faults``
    are the faults of the current leader, one at a time.  ``message_faults`` is how many per thousand relevant messages
    are followed by a fault of the sender or receiver, ``event_faults`` how many times per thousand a leader fails right
    after a commit or, more often, an election.  A ``drift_ppm`` above :data:`ALLOWED_DRIFT_PPM` is more than a lease
    allows; reads by lease are then not checked.  ``disk_slow`` is the factor by which disks are slower.
    """

    name: str = "mixed"
    nodes: int = 5
    spare: int = 2
    groups: int = 1
    clients: int = 3
    keys: int = 5
    pause_ms: int = 100
    timeout_ms: int = 500
    patience_ms: int = 3000
    lease_share: float = 0.5
    read_ms: int = 0
    near_us: int = 8000
    far: int = 0
    far_ms: int = 100
    disk_slow: int = 1
    elections_ms: tuple[int, int] = (300, 600)
    heartbeat_ms: int = 100
    pre_vote: bool = True
    append_octets: int = 1 << 20
    chunk_octets: int = 2048
    snapshot_retry_ms: int = 1000
    snapshot_every: int = 50
    keep_entries: int = 20
    window: int = 16
    mesh_ms: int = 2000
    administration: tuple[str, ...] = (JOIN, LEAVE, TRANSFER, REMOVE, ADD)
    administrators: int = 1
    administer_ms: int = 700
    kinds: tuple[str, ...] = KINDS
    every_ms: int = 600
    lasting_ms: int = 1500
    drift_ppm: int = 500
    leader_faults: tuple[str, ...] = ()
    leader_fault_every_ms: int = 800
    leader_fault_lasting_ms: int = 1000
    message_faults: int = 0
    event_faults: int = 0
    until_ms: int = 9000

    @property
    def asked(self) -> range:
        """The nodes at which a client reads."""
        return range(1, 1 + (self.far or self.nodes + self.spare) if self.read_ms else 1)

    @property
    def drifts(self) -> bool:
        """Whether clocks drift all the time, instead of by occasional faults."""
        return "clock" not in self.kinds

    @property
    def leases_are_checked(self) -> bool:
        """Whether no clock drifts more than a lease allows."""
        return self.drift_ppm <= ALLOWED_DRIFT_PPM


def mixed(dice: Stream) -> Profile:
    """A mixture of all faults; slots move in every other run."""
    return Profile(groups=dice.between(1, 2))


def short_timeouts(dice: Stream) -> Profile:
    """Many impatient clients on few keys: commands are repeated, outcomes are unknown."""
    return Profile(
        nodes=3,
        spare=0,
        clients=8,
        keys=2,
        pause_ms=60,
        timeout_ms=dice.between(100, 200),
        patience_ms=dice.between(150, 700),
        administration=(TRANSFER,),
        kinds=("link", "crash", "pause"),
        every_ms=300,
        lasting_ms=500,
    )


def isolated_leader(dice: Stream) -> Profile:
    """The leader is cut off together with some of its clients for a long time."""
    return Profile(
        nodes=3,
        spare=0,
        clients=5,
        keys=2,
        pause_ms=40,
        timeout_ms=80,
        patience_ms=200,
        read_ms=15,
        lease_share=dice.between(2, 8) / 10,
        near_us=dice.between(500, 4000),
        elections_ms=(300, dice.between(320, 400)),
        administration=(TRANSFER,),
        administer_ms=1500,
        kinds=(),
        leader_faults=("alone", "alone", "alone", "asleep", "bridge"),
        leader_fault_every_ms=150,
        leader_fault_lasting_ms=700,
        mesh_ms=300,
        drift_ppm=ALLOWED_DRIFT_PPM,
    )


def distant_node(dice: Stream) -> Profile:
    """One node is far away, and leadership moves to and fro between it and the others: the messages it gets are old.

    There are no other faults, and few requests at other nodes, so heartbeats are rare.
    """
    return Profile(
        nodes=3,
        spare=0,
        clients=2,
        keys=2,
        pause_ms=800,
        timeout_ms=400,
        patience_ms=800,
        read_ms=70,
        lease_share=dice.between(0, 5) / 10,
        far=1,
        far_ms=dice.between(60, 110),
        near_us=500,
        elections_ms=(700, 900),
        heartbeat_ms=dice.between(200, 400),
        administration=(TRANSFER,),
        administer_ms=150,
        administrators=2,
        kinds=(),
        mesh_ms=800,
        until_ms=40_000,
        drift_ppm=ALLOWED_DRIFT_PPM,
    )


def slot_moves(dice: Stream) -> Profile:
    """Always two groups, and only slots that move; clients repeat commands at the new owner of a slot."""
    return Profile(
        nodes=3,
        spare=0,
        groups=2,
        clients=8,
        keys=dice.between(2, 4),
        pause_ms=50,
        timeout_ms=dice.between(100, 200),
        patience_ms=dice.between(500, 1500),
        administration=(JOIN, LEAVE),
        administer_ms=250,
        snapshot_every=dice.between(5, 50),
        keep_entries=5,
        kinds=("link", "crash", "pause"),
        every_ms=1000,
        lasting_ms=500,
        leader_faults=("silence",),
        leader_fault_every_ms=100,
        leader_fault_lasting_ms=dice.between(150, 400),
    )


def membership(dice: Stream) -> Profile:
    """Constant membership changes, one or several members at once, voters and learners, by several administrators."""
    nodes = dice.between(3, 5)
    return Profile(
        nodes=nodes,
        spare=dice.between(2, 3),
        clients=4,
        keys=2,
        pause_ms=50,
        timeout_ms=200,
        patience_ms=600,
        far=dice.below(2),
        far_ms=dice.between(20, 60),
        elections_ms=(200, 300),
        heartbeat_ms=50,
        append_octets=1 if dice.below(2) else 1 << 20,
        window=dice.between(1, 8),
        administration=(ADD, REMOVE, LEARN, JOINT, TRANSFER),
        administrators=3,
        administer_ms=150,
        mesh_ms=300,
        kinds=("disk",),
        every_ms=700,
        lasting_ms=400,
        leader_faults=("alone", "halves", "crash", "bridge", "stuck disk, then crash", "stuck disk, then crash"),
        leader_fault_every_ms=400,
        leader_fault_lasting_ms=500,
        event_faults=25,
    )


def snapshots(dice: Stream) -> Profile:
    """Frequent compaction, one entry per append, and lost acknowledgments.

    A leader then knows less of a log than it holds, and sends snapshots to logs of all lengths.
    """
    return Profile(
        nodes=3,
        spare=0,
        clients=6,
        keys=2,
        pause_ms=15,
        timeout_ms=300,
        patience_ms=600,
        append_octets=1,
        chunk_octets=dice.between(400, 2000),
        snapshot_retry_ms=100,
        snapshot_every=dice.between(12, 32),
        keep_entries=0,
        far=1,
        far_ms=dice.between(20, 45),
        near_us=dice.between(500, 5000),
        elections_ms=(600, 800),
        heartbeat_ms=80,
        administration=(TRANSFER,),
        administer_ms=1500,
        kinds=(),
        leader_faults=("unheard", "unheard, then restart"),
        leader_fault_every_ms=400,
        leader_fault_lasting_ms=dice.between(200, 400),
        mesh_ms=dice.between(200, 500),
        until_ms=9000,
    )


def elections(dice: Stream) -> Profile:
    """Constant elections with several candidates; leaders are lost with entries that only they have."""
    return Profile(
        nodes=dice.between(3, 5),
        spare=0,
        clients=5,
        keys=2,
        pause_ms=25,
        timeout_ms=150,
        patience_ms=300,
        near_us=dice.between(1000, 10000),
        elections_ms=(150, 170),
        heartbeat_ms=dice.between(20, 60),
        pre_vote=bool(dice.below(2)),
        append_octets=1 if dice.below(2) else 1 << 20,
        administration=(TRANSFER,),
        administer_ms=300,
        kinds=(),
        leader_faults=("alone", "crash", "halves", "bridge", "ring", "mute"),
        leader_fault_every_ms=120,
        leader_fault_lasting_ms=250,
        message_faults=20,
        mesh_ms=dice.between(100, 400),
    )


def message_faults(dice: Stream) -> Profile:
    """Power and links fail right after a message that must not be forgotten; power returns at once."""
    return Profile(
        nodes=3 if dice.below(2) else 5,
        spare=0,
        clients=4,
        keys=2,
        pause_ms=40,
        timeout_ms=200,
        patience_ms=400,
        near_us=dice.between(1000, 8000),
        elections_ms=(150, 200),
        heartbeat_ms=50,
        pre_vote=bool(dice.below(2)),
        append_octets=1 if dice.below(2) else 1 << 20,
        snapshot_every=dice.between(5, 50),
        administration=(TRANSFER,),
        administer_ms=300,
        kinds=(),
        leader_faults=("alone", "crash", "bridge"),
        leader_fault_every_ms=600,
        leader_fault_lasting_ms=400,
        message_faults=60,
        read_ms=15,
        lease_share=0.2,
        disk_slow=(1, 10, 40)[dice.below(3)],
        mesh_ms=400,
    )


def leader_loss(dice: Stream) -> Profile:
    """Leaders are lost right after a commit or an election; the next leader gets requests at once."""
    return Profile(
        nodes=3 if dice.below(3) else 5,
        spare=0,
        clients=4,
        keys=2,
        pause_ms=20,
        timeout_ms=100,
        patience_ms=300,
        read_ms=6,
        lease_share=0.2,
        near_us=dice.between(1000, 8000),
        elections_ms=(150, 200),
        heartbeat_ms=50,
        append_octets=1,
        administration=(TRANSFER,),
        administer_ms=800,
        kinds=(),
        event_faults=150,
        disk_slow=(1, 20, 60)[dice.below(3)],
        mesh_ms=dice.between(50, 300),
        until_ms=6000,
    )


def restarts(dice: Stream) -> Profile:
    """Nodes restart within a lease, while the leader and another node cannot reach each other."""
    return Profile(
        nodes=3,
        spare=0,
        clients=2,
        keys=2,
        pause_ms=40,
        timeout_ms=100,
        patience_ms=300,
        read_ms=20,
        lease_share=0.8,
        near_us=dice.between(300, 2000),
        elections_ms=(300, 320),
        heartbeat_ms=dice.between(50, 100),
        administration=(TRANSFER,),
        administer_ms=2000,
        kinds=(),
        leader_faults=("bridge and restart",),
        leader_fault_every_ms=300,
        leader_fault_lasting_ms=700,
        drift_ppm=ALLOWED_DRIFT_PPM,
    )


def clock_drift(dice: Stream) -> Profile:
    """Clocks drift more than leases allow: reads without a lease must still be correct."""
    return replace(isolated_leader(dice), drift_ppm=FORBIDDEN_DRIFT_PPM)


def reconnects(dice: Stream) -> Profile:
    """Connections break and are reestablished constantly: some messages are lost, later ones are not."""
    return Profile(
        nodes=3 if dice.below(3) else 5,
        spare=0,
        clients=12,
        keys=2,
        pause_ms=5,
        timeout_ms=200,
        patience_ms=400,
        near_us=dice.between(500, 20_000),
        elections_ms=(700, 900),
        heartbeat_ms=dice.between(60, 250),
        append_octets=1,
        administration=(TRANSFER,),
        administer_ms=800,
        kinds=(),
        event_faults=10,
        leader_faults=("alone", "alone", "alone, then crash", "alone, then crash", "halves"),
        leader_fault_every_ms=400,
        leader_fault_lasting_ms=dice.between(60, 200),
        mesh_ms=dice.between(50, 120),
        until_ms=6000,
    )


def power_loss(dice: Stream) -> Profile:
    """The clients are cut off, then all nodes lose power; they recover from snapshots, and get requests again."""
    return Profile(
        nodes=3,
        spare=0,
        groups=dice.between(1, 2),
        clients=8,
        keys=2,
        pause_ms=30,
        timeout_ms=150,
        patience_ms=2000,
        near_us=dice.between(500, 5000),
        elections_ms=(150, 250),
        heartbeat_ms=50,
        snapshot_every=dice.between(1, 4),
        keep_entries=dice.between(0, 3),
        administration=(JOIN, LEAVE),
        administer_ms=1000,
        kinds=(),
        leader_faults=("blackout", "blackout", "crash"),
        leader_fault_every_ms=700,
        leader_fault_lasting_ms=200,
        mesh_ms=300,
    )


PROFILES: Final[dict[str, Callable[[Stream], Profile]]] = {
    "elections": elections,
    "short timeouts": short_timeouts,
    "isolated leader": isolated_leader,
    "membership": membership,
    "message faults": message_faults,
    "slot moves": slot_moves,
    "snapshots": snapshots,
    "distant node": distant_node,
    "restarts": restarts,
    "mixed": mixed,
    "clock drift": clock_drift,
    "reconnects": reconnects,
    "power loss": power_loss,
    "leader loss": leader_loss,
}


DEALT: Final = (*PROFILES, "snapshots", "reconnects", "distant node", "membership", "leader loss")
"""The profiles of consecutive seeds; those whose states occur only in some runs appear twice."""


def draw_profile(dice: Stream, seed: int, wanted: str = "") -> Profile:
    """The profile of a run: a random one of the seed, or the one with this name."""
    name = wanted or DEALT[(seed - 1) % len(DEALT)]
    return replace(PROFILES[name](dice), name=name)
