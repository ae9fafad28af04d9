"""A link: a wire between two ports, with what the lab knows of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from catenet.kernel.kernel import Kernel
from catenet.lab import options as parse
from catenet.lab.errors import LabError
from catenet.lab.geography import Position, fibre_delay_ns, great_circle_m
from catenet.lab.nodes import End
from catenet.lab.timeline import LINK_CUT, LINK_HEALED, LINK_SET, Timeline
from catenet.link import DropTail
from catenet.link.queue import NO_LIMIT
from catenet.physical.wire import Wire

REFERENCE_BIT_S: Final = 100_000_000_000
"""The bandwidth that costs 1 by the metric ``"bandwidth"``; OSPF's default in current routers."""


class Link:
    """A link between two ends.  Both directions are alike until told otherwise by :attr:`wire`."""

    def __init__(
        self,
        kernel: Kernel,
        timeline: Timeline,
        name: str,
        ends: tuple[End, End],
        options: Mapping[str, Any],
        changed: Callable[[Link], None],
    ) -> None:
        self.name: Final = name
        self.a: Final = ends[0]
        self.b: Final = ends[1]
        self.wire: Final = _lay(kernel, name, ends, options)
        self.cost: int | None = options.get("cost")
        self.subnets: Final[tuple[str, ...]] = tuple(options.get("subnets", ()))
        self.addressed = False
        self.down_since_ns = -1
        self.down_ns = 0
        self._kernel: Final = kernel
        self._timeline: Final = timeline
        self._changed: Final = changed
        for end in ends:
            end.link = self
            end.node.ends.append(end)
        self._apply({key: value for key, value in options.items() if key in parse.CHANNEL_OPTIONS})

    def __repr__(self) -> str:
        return f"<link {self.name}>"

    @property
    def up(self) -> bool:
        """True unless it is cut."""
        return self.wire.up

    @property
    def ends(self) -> tuple[End, End]:
        """Both ends, in the order in which they were declared."""
        return self.a, self.b

    def other(self, end: End) -> End:
        """The end across."""
        return self.b if end is self.a else self.a

    def leads_to(self, name: str) -> bool:
        """Whether one of the ends is at the node of that name."""
        return name in (self.a.node.name, self.b.node.name)

    def cut(self) -> None:
        """Break the link now.  What is on the way is lost; the ports notice at once."""
        if not self.up:
            return
        self.wire.cut()
        self.down_since_ns = int(self._kernel.now_ns)
        self._timeline.note(LINK_CUT, self.name, f"link {self.name} cut")
        self._changed(self)

    def heal(self) -> None:
        """Mend the link now."""
        if self.up:
            return
        self.wire.heal()
        self.down_ns += int(self._kernel.now_ns) - self.down_since_ns
        self._timeline.note(LINK_HEALED, self.name, f"link {self.name} healed")
        self._changed(self)

    def set(self, **changes: Any) -> None:
        """Change the link now; the options are those of :meth:`~catenet.lab.internet.Internet.link` that a wire has.

        Nothing that is queued or on the way is lost.  The cost for automatic routes stays what it was.
        """
        self._apply(parse.parse_options(changes, parse.CHANNEL_OPTIONS, f"link {self.name}"))
        words = ", ".join(f"{key} {value}" for key, value in changes.items())
        self._timeline.note(LINK_SET, self.name, f"link {self.name}: {words}")

    def total_down_ns(self) -> int:
        """For how long it has been cut, up to now."""
        return self.down_ns if self.up else self.down_ns + int(self._kernel.now_ns) - self.down_since_ns

    def path_cost(self, metric: str) -> int:
        """The cost of crossing it: as given, else microseconds of delay or 100 Gbit/s over the rate, at least 1."""
        if self.cost is None:
            channel = self.wire.forward
            measured = (
                int(channel.delay_ns) // 1000 if metric == "delay" else REFERENCE_BIT_S // int(channel.rate_bit_s)
            )
            self.cost = max(1, measured)
        return self.cost

    def _apply(self, changes: Mapping[str, Any]) -> None:
        wire = self.wire
        if "rate" in changes:
            wire.set_rate(changes["rate"])
        if "delay" in changes:
            wire.set_delay(changes["delay"])
        if "jitter" in changes:
            wire.set_jitter(changes["jitter"])
        if "loss" in changes:
            wire.set_loss(changes["loss"])
        if "reorder" in changes:
            wire.set_reordering(changes["reorder"].share, changes["reorder"].late_ns)
        if "duplicate" in changes:
            wire.set_duplication(changes["duplicate"])
        if "bit_errors" in changes:
            wire.set_bit_errors(changes["bit_errors"])


def given_delay_ns(options: Mapping[str, Any], a: Position | None, b: Position | None, default: str) -> int:
    """A link's delay: as given, else light's time along its length, else along the great circle, else the default."""
    if "delay" in options:
        if "length" in options:
            raise LabError("delay and length are both given, and the length gives a delay of its own; leave one out")
        return int(options["delay"])
    if "length" in options:
        return fibre_delay_ns(options["length"])
    if a is not None and b is not None:
        return fibre_delay_ns(great_circle_m(a, b))
    return parse.parse_delay(default)


def _lay(kernel: Kernel, name: str, ends: tuple[End, End], options: Mapping[str, Any]) -> Wire:
    a, b = ends
    a_name, b_name = a.node.name, b.node.name
    if name != f"{a_name}-{b_name}":
        a_name = f"{name}:{a_name}"
    wire = Wire(kernel, a_name, b_name, a.port, b.port, options["rate"], options["delay"])
    limit = options.get("queue", parse.QueueLimit(parse.QUEUE_FRAMES, 0))
    for end, channel in ((a, wire.forward), (b, wire.backward)):
        end.port.mtu = options.get("mtu", parse.MTU)
        end.port.queue = DropTail(limit.frames or NO_LIMIT, limit.octets or NO_LIMIT)
        end.port.attach(channel)
    return wire
