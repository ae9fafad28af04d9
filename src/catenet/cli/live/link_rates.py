"""The traffic of each link of a running internet: since the last reading, and in total."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from catenet.view import numbers

if TYPE_CHECKING:
    from catenet.lab.model.link import Link
    from catenet.lab.model.nodes import End
    from catenet.lab.world.world import World


class LinkRate(NamedTuple):
    """One link: bit/s per direction since the last reading, total frames, and total frames lost and dropped."""

    name: str
    up: bool
    forward_bit_s: float
    backward_bit_s: float
    frames: int
    lost: int
    dropped: int

    @property
    def text(self) -> str:
        """On one line."""
        rates = f"{numbers.bit_rate(self.forward_bit_s)} / {numbers.bit_rate(self.backward_bit_s)}"
        gone = f", {numbers.grouped(self.lost)} lost" if self.lost else ""
        dropped = f", {numbers.grouped(self.dropped)} dropped" if self.dropped else ""
        state = "" if self.up else "down, "
        return f"{self.name}: {state}{rates}, {numbers.plural(self.frames, 'frame')}{gone}{dropped}"


class LinkRates:
    """Reads the counters of the links periodically."""

    def __init__(self, net: World) -> None:
        self._net: Final = net
        self._looked_ns = int(net.kernel.now_ns)
        self._octets: Final[dict[tuple[str, int], int]] = {}

    def look(self) -> list[LinkRate]:
        """Every link, in order of declaration."""
        now_ns = int(self._net.kernel.now_ns)
        elapsed_s = max(1, now_ns - self._looked_ns) / 1e9
        self._looked_ns = now_ns
        return [self._of(link, elapsed_s) for link in self._net.links.values()]

    def _of(self, link: Link, elapsed_s: float) -> LinkRate:
        ways = ((link.a, link.wire.forward), (link.b, link.wire.backward))
        counted = [channel.counters() for _, channel in ways]
        rates = []
        for number, counters in enumerate(counted):
            before = self._octets.get((link.name, number), 0)
            self._octets[link.name, number] = counters["octets"]
            rates.append(max(0, counters["octets"] - before) * 8 / elapsed_s)
        frames = sum(counters["frames"] for counters in counted)
        lost = sum(sum(count for key, count in counters.items() if key.startswith("lost_")) for counters in counted)
        dropped = sum(_dropped(end) for end, _ in ways)
        return LinkRate(link.name, link.up, rates[0], rates[1], frames, lost, dropped)


def _dropped(end: End) -> int:
    return sum(count for key, count in end.port.counters().items() if key.startswith("dropped_"))
