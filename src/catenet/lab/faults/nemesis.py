"""A plan of faults drawn from a seed.

The name is Jepsen's: an adversary causes faults of networks, machines and disks at random times, of random length,
overlapping; at the end of the span all are healed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, get_args

from catenet.errors import LabError, did_you_mean
from catenet.kernel.quantity import NS_PER_MS, NS_PER_S, duration_ns
from catenet.kernel.streams import Stream
from catenet.lab.faults.plan import Plan, Step
from catenet.lab.options.types import Duration, FaultKind

if TYPE_CHECKING:
    from catenet.lab.world.world import World

STREAM: Final = "faults"
"""The random stream from which a run's faults are drawn."""
KINDS: Final = get_args(FaultKind)
REBOOT_NS: Final = 50 * NS_PER_MS
MAX_STEP_MS: Final = 2_000
MAX_DRIFT_PPM: Final = 500
MAX_FAULTS: Final = 100_000
"""The highest expected number of faults in a plan."""


class Nemesis:
    """Draws one plan.

    ``hosts`` are affected by partitions, crashes, pauses, clock and disk faults; ``links`` are impaired.  Those that
    are also in ``shared`` join a segment, which determines their delay: they get jitter alone.  Faults begin between
    ``start_ns`` and ``end_ns``, with a mean gap of ``gap_ns`` and a mean length of ``length_ns``; all are over at
    ``end_ns``.  At most ``max_down`` hosts are down or paused at a time (default: a minority).
    """

    def __init__(
        self,
        stream: Stream,
        hosts: Sequence[str],
        *,
        links: Sequence[str] = (),
        shared: Sequence[str] = (),
        kinds: Sequence[str] = KINDS,
        start_ns: int = 0,
        end_ns: int,
        gap_ns: int = NS_PER_S,
        length_ns: int = 2 * NS_PER_S,
        max_down: int | None = None,
    ) -> None:
        for kind in kinds:
            if kind not in KINDS:
                raise LabError(f"there is no kind of fault {kind!r}{did_you_mean(kind, KINDS)}")
        if not hosts:
            raise LabError("a nemesis needs hosts")
        self._stream: Final = stream
        self._hosts: Final = list(hosts)
        self._links: Final = list(links)
        self._shared: Final = frozenset(shared)
        self._kinds: Final = [kind for kind in kinds if kind != "link" or links]
        self._start_ns: Final = start_ns
        self._end_ns: Final = end_ns
        self._gap_ns: Final = gap_ns
        self._length_ns: Final = length_ns
        self._most_down: Final = (len(hosts) - 1) // 2 if max_down is None else max_down
        self._steps: Final[list[Step]] = []
        self._busy: Final[dict[str, int]] = {}
        """The end of the current fault, by kind and name."""

    def draw(self) -> Plan:
        """The plan."""
        now_ns = self._start_ns
        while self._kinds:
            now_ns += max(NS_PER_MS, int(self._stream.exponential(self._gap_ns)))
            if now_ns >= self._end_ns:
                break
            length_ns = max(NS_PER_MS, int(self._stream.exponential(self._length_ns)))
            self._one(self._choose(self._kinds), now_ns, min(now_ns + length_ns, self._end_ns))
        return Plan.of(self._steps)

    def _one(self, kind: str, begin_ns: int, end_ns: int) -> None:
        """One fault, unless a fault of that kind is active at its target."""
        if kind == "partition":
            if self._take("partition", begin_ns, end_ns):
                self._partition(begin_ns, end_ns)
        elif kind == "link":
            link = self._choose(self._links)
            if self._take(f"link {link}", begin_ns, end_ns):
                self._link(link, begin_ns, end_ns)
        elif kind == "clock":
            self._clock(self._choose(self._hosts), begin_ns, end_ns)
        else:
            host = self._choose(self._hosts)
            if self._may_stop(host, begin_ns) and self._take(f"host {host}", begin_ns, end_ns):
                {"crash": self._crash, "pause": self._pause, "disk": self._disk}[kind](host, begin_ns, end_ns)

    # -- the kinds

    def _crash(self, host: str, begin_ns: int, end_ns: int) -> None:
        self._pair(begin_ns, end_ns, "crash", "restart", host)

    def _pause(self, host: str, begin_ns: int, end_ns: int) -> None:
        self._pair(begin_ns, end_ns, "pause", "resume", host)

    def _clock(self, host: str, begin_ns: int, end_ns: int) -> None:
        if not self._take(f"clock {host}", begin_ns, end_ns):
            return
        step_ms = self._stream.between(-MAX_STEP_MS, MAX_STEP_MS)
        drift_ppm = self._stream.between(-MAX_DRIFT_PPM, MAX_DRIFT_PPM)
        self._add(begin_ns, "clock", host, step=f"{step_ms}ms", drift=f"{drift_ppm}ppm")
        self._add(end_ns, "clock", host, step=f"{-step_ms}ms", drift="0ppm")

    def _disk(self, host: str, begin_ns: int, end_ns: int) -> None:
        """A slow or stuck disk; or one whose syncs fail, after which the machine is started again."""
        drawn = self._stream.below(3)
        if drawn == 0:
            self._add(begin_ns, "disk", host, slow=self._stream.between(5, 100))
        elif drawn == 1:
            self._add(begin_ns, "disk", host, stuck=True)
        else:
            self._add(begin_ns, "disk", host, sync_errors="100%")
            self._add(max(begin_ns, end_ns - REBOOT_NS), "crash", host)
        self._add(end_ns, "heal_disk", host)
        if drawn == 2:
            self._add(end_ns, "restart", host)

    def _partition(self, begin_ns: int, end_ns: int) -> None:
        hosts = self._shuffled()
        shapes = ["halves", "one", "one way", "bridge", "ring"]
        shape = self._choose(shapes[: 3 + (len(hosts) > 2) + (len(hosts) > 3)])
        if len(hosts) < 2:
            return
        middle = 1 if shape == "one" else self._stream.between(1, len(hosts) - 1)
        if shape == "ring":
            self._add(begin_ns, "partition_ring", *hosts)
        elif shape == "one way":
            self._add(begin_ns, "partition_one_way", hosts[:middle], hosts[middle:])
        elif shape == "bridge":
            half = (len(hosts) - 1) // 2
            self._add(begin_ns, "partition", hosts[1 : 1 + half], hosts[1 + half :])
        else:
            self._add(begin_ns, "partition", hosts[:middle], hosts[middle:])
        self._add(end_ns, "heal_partition")

    def _link(self, link: str, begin_ns: int, end_ns: int) -> None:
        drawn = self._stream.below(3)
        if drawn == 0:
            self._pair(begin_ns, end_ns, "cut", "heal", link)
            return
        if drawn == 1:
            self._add(begin_ns, "set", link, loss=f"{self._stream.between(1, 30)}%")
        else:
            delay_ms = self._stream.between(10, 300)
            delay = {} if link in self._shared else {"delay": f"{delay_ms}ms"}
            self._add(begin_ns, "set", link, **delay, jitter=f"{delay_ms // 2}ms")
        self._add(end_ns, "restore", link)

    # -- inside

    def _add(self, time_ns: int, do: str, *to: Any, **options: Any) -> None:
        self._steps.append(Step(time_ns, do, to, options))

    def _pair(self, begin_ns: int, end_ns: int, do: str, undo: str, whom: str) -> None:
        self._add(begin_ns, do, whom)
        self._add(end_ns, undo, whom)

    def _take(self, what: str, begin_ns: int, end_ns: int) -> bool:
        if self._busy.get(what, -1) >= begin_ns:
            return False
        self._busy[what] = end_ns
        return True

    def _may_stop(self, host: str, begin_ns: int) -> bool:
        """Whether fewer than ``max_down`` other hosts are down, paused or without a disk."""
        others = [other for other in self._hosts if other != host]
        return sum(self._busy.get(f"host {other}", -1) >= begin_ns for other in others) < self._most_down

    def _choose(self, among: Sequence[str]) -> str:
        return among[self._stream.below(len(among))]

    def _shuffled(self) -> list[str]:
        """The hosts in a random order (Fisher and Yates)."""
        hosts = list(self._hosts)
        for last in range(len(hosts) - 1, 0, -1):
            other = self._stream.below(last + 1)
            hosts[last], hosts[other] = hosts[other], hosts[last]
        return hosts


def draw_plan(
    net: World,
    *,
    until: Duration,
    start_ns: int = 0,
    hosts: Sequence[str] = (),
    links: Sequence[str] = (),
    kinds: Sequence[str] = KINDS,
    every: Duration = "1s",
    lasting: Duration = "2s",
    max_down: int | None = None,
) -> Plan:
    """A plan for an internet, drawn from its seed: the same seed gives the same plan.

    It affects ``hosts`` (default: all) and ``links`` (default: none).  ``kinds`` are of :data:`KINDS`; ``every`` is
    the mean time between the beginnings of faults, ``lasting`` their mean duration.  At most ``max_down`` hosts are
    down, paused or without a disk at a time (default: a minority).
    """
    named = list(hosts) or [node.name for node in net.registry.hosts()]
    end_ns = duration_ns(until)
    if end_ns <= start_ns:
        raise LabError(f"a nemesis that ends at {until} has no time for faults: it begins at {start_ns / NS_PER_S:g} s")
    gap_ns = duration_ns(every)
    expected = (end_ns - start_ns) // max(NS_PER_MS, gap_ns)
    if expected > MAX_FAULTS:
        raise LabError(
            f"a nemesis until {until} with a fault every {every} has about {expected} faults, and may have at most "
            f"{MAX_FAULTS}; give a longer every or an earlier until"
        )
    drawn = Nemesis(
        net.kernel.streams.stream(STREAM),
        named,
        links=links,
        shared=[link for link in links if net.registry.link(link).segment is not None],
        kinds=kinds,
        start_ns=start_ns,
        end_ns=end_ns,
        gap_ns=gap_ns,
        length_ns=duration_ns(lasting),
        max_down=max_down,
    )
    return drawn.draw()
