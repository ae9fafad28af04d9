"""A link: a wire between two ports, with its declared options and its history."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from catenet.errors import LabError
from catenet.kernel.kernel import Kernel
from catenet.kernel.quantity import duration_ns, duration_text, rate_text
from catenet.lab.model.geography import Position, fibre_delay_ns, great_circle_m
from catenet.lab.model.link_medium import QUALITY, LinkMedium, check_options
from catenet.lab.model.nodes import End, LinkBase
from catenet.lab.model.segment import Segment
from catenet.lab.observe.link_capture import ETHERNET, LINK_TYPES
from catenet.lab.observe.timeline import LINK_CUT, LINK_HEALED, LINK_SET, Timeline
from catenet.lab.options import link as parse
from catenet.lab.options.keywords import OptionChecks
from catenet.lab.options.types import (
    DirectionTable,
    Drift,
    Duration,
    FadingOption,
    JitterOption,
    LinkFidelity,
    LossOption,
    QueueOption,
    Rate,
    Ratio,
    ReorderOption,
    Size,
    Snr,
    given,
)
from catenet.link.half_duplex import SharedWire
from catenet.physical.channel import Channel
from catenet.physical.jitter import Jitter
from catenet.physical.loss import Bernoulli, Loss
from catenet.physical.wire import Wire

REFERENCE_BIT_S: Final = 100_000_000_000
"""The bandwidth that costs 1 by the metric ``"bandwidth"``; OSPF's default in current routers."""

HEALTHY: Final = {
    "jitter": None,
    "loss": None,
    "reorder": parse.Reordering(0.0, 0),
    "duplicate": 0.0,
    "bit_errors": 0.0,
}
"""The impairments of a link by default."""


class Link(LinkBase, OptionChecks):
    """A link between two ends.  Both directions are alike except for the option ``back``."""

    def __init__(
        self,
        kernel: Kernel,
        timeline: Timeline,
        name: str,
        ends: tuple[End, End],
        options: Mapping[str, Any],
        changed: Callable[[Link], None],
    ) -> None:
        super().__init__(name, ends, options.get("ospf"))
        self.segment: Final = next((end.node for end in ends if isinstance(end.node, Segment)), None)
        self.wire: Final = _lay(kernel, name, ends, options, self.segment)
        self.subnets: Final[tuple[str, ...]] = tuple(options.get("subnets", ()))
        self.addressed = False
        self.down_since_ns: int = -1
        self.down_ns: int = 0
        self._kernel: Final = kernel
        self._timeline: Final = timeline
        self._watchers: Final[list[Callable[[Link], None]]] = [changed]
        self._setters: Final[list[Callable[[Link], None]]] = []
        self._swallowing: Final[dict[End, bool]] = {}
        given = options.get("cost"), options.get("back", {}).get("cost", options.get("cost"))
        self._given_costs: Final = {end: int(cost) for end, cost in zip(ends, given, strict=True) if cost is not None}
        self._costs: Final = dict(self._given_costs)
        defaults = {"mtu": parse.MTU, "queue": parse.QueueLimit(parse.QUEUE_FRAMES, 0)}
        self._declared = {key: value for key, value in options.items() if key in parse.CHANGEABLE}
        self.medium: Final[LinkMedium | None] = options.get("medium")
        framing = options.get("framing")
        self.link_type: Final = ETHERNET if framing is None else LINK_TYPES[framing.kind]
        self._quality: Final[dict[End, dict[str, Any]]] = {}
        if self.medium is not None:
            self._declared = {**self.medium.quality(), **self._declared}
        self._apply({**defaults, **self._declared})

    def __repr__(self) -> str:
        forward, backward = (_path_text(channel) for channel in (self.wire.forward, self.wire.backward))
        path = forward if forward == backward else f"{forward}, back {backward}"
        ends = f"{self.a.node.name} – {self.b.node.name}"
        return f"<link {self.name}: {ends}; {path}; {'up' if self.up else 'cut'}>"

    @property
    def up(self) -> bool:
        """True unless it is cut."""
        return self.wire.up

    def carries(self, out: End) -> bool:
        """Whether frames from one end can arrive: the link is not cut and does not lose every frame that way."""
        return self.up and not self._swallowing.get(out, False)

    def watch(self, changed: Callable[[Link], None]) -> None:
        """Call a function when the link was cut, healed or changed."""
        self._watchers.append(changed)
        self._setters.append(changed)

    def given_cost(self, out: End) -> int | None:
        """The cost that was declared for the direction that leaves one end, if one was."""
        return self._given_costs.get(out)

    def rate_bit_s(self, out: End) -> int:
        """The rate of the direction that leaves one end."""
        return int(self._channel(out).rate_bit_s)

    def fidelity(self, out: End) -> str:
        """How the PHY of the direction that leaves one end is simulated: ``"model"``, ``"signal"``, "" without one."""
        if self.medium is None:
            return ""
        return str(self._quality.get(out, self.medium.quality())["fidelity"])

    def cut(self) -> None:
        """Cut the link now.  Frames in flight are lost; the ports lose carrier at once."""
        if not self.up:
            return
        self.wire.cut()
        self.down_since_ns = int(self._kernel.now_ns)
        self._timeline.record(LINK_CUT, self.name, f"link {self.name} cut")
        self._notify(self._watchers)

    def heal(self) -> None:
        """Restore a cut link now."""
        if self.up:
            return
        self.wire.heal()
        self.down_ns += int(self._kernel.now_ns) - self.down_since_ns
        self._timeline.record(LINK_HEALED, self.name, f"link {self.name} healed")
        self._notify(self._watchers)

    def set(
        self,
        *,
        rate: Rate | None = None,
        delay: Duration | None = None,
        jitter: JitterOption | None = None,
        loss: LossOption | None = None,
        reorder: ReorderOption | None = None,
        duplicate: Ratio | None = None,
        bit_errors: Ratio | None = None,
        snr: Snr | None = None,
        fading: FadingOption | None = None,
        clock_drift: Drift | None = None,
        fidelity: LinkFidelity | None = None,
        queue: QueueOption | None = None,
        mtu: Size | None = None,
        back: DirectionTable | None = None,
    ) -> None:
        """Change the link now; the options are those of :meth:`~catenet.internet.Internet.link`.

        No queued frame or frame in flight is lost.  The cost for automatic routes does not change.
        """
        changes = given(
            rate=rate, delay=delay, jitter=jitter, loss=loss, reorder=reorder, duplicate=duplicate,
            bit_errors=bit_errors, snr=snr, fading=fading, clock_drift=clock_drift, fidelity=fidelity, queue=queue,
            mtu=mtu, back=back,
        )  # fmt: skip
        self.change(parse.parse_options(changes, parse.CHANGEABLE, f"link {self.name}"), change_text(changes))

    def change(self, parsed: Mapping[str, Any], text: str) -> None:
        """Change the link now to parsed options; ``text`` is how they were written.

        Raises LabError for options that its PHY does not have; then nothing has changed.
        """
        self.check_change(parsed)
        self._apply(parsed)
        self._timeline.record(LINK_SET, self.name, f"link {self.name}: {text}")
        self._notify(self._setters)

    def check_change(self, parsed: Mapping[str, Any]) -> None:
        """Raises LabError for options that need a PHY, if it has none, and for a rate that its PHY does not have.

        And for those that a segment determines.
        """
        if self.segment is not None:
            self.segment.check_options(f"link {self.name}", parsed)
        check_options(f"link {self.name}", None if self.medium is None else self.medium.phy, parsed)

    def restore(self) -> None:
        """Restore the declared options now, undoing :meth:`set`.  The MTU and the queues do not change."""
        self._apply({key: value for key, value in {**HEALTHY, **self._declared}.items() if key not in ("mtu", "queue")})
        self._timeline.record(LINK_SET, self.name, f"link {self.name}: as declared")

    def total_down_ns(self) -> int:
        """The total time for which it has been cut, up to now, in nanoseconds."""
        return self.down_ns if self.up else self.down_ns + int(self._kernel.now_ns) - self.down_since_ns

    def path_cost(self, metric: str, out: End) -> int:
        """The cost of crossing it from one end, at least 1: as given, else by the metric.

        By ``"delay"`` it is the delay in microseconds, by ``"bandwidth"`` 100 Gbit/s divided by the rate, at most
        :data:`~catenet.lab.options.link.MAX_COST`.  It is computed once: like a configured cost, it does not follow
        later changes.
        """
        cost = self._costs.get(out)
        if cost is None:
            channel = self._channel(out)
            by_delay, by_rate = int(channel.delay_ns) // 1000, REFERENCE_BIT_S // int(channel.rate_bit_s)
            measured = by_delay if metric == "delay" else by_rate
            cost = self._costs[out] = min(max(1, measured), parse.MAX_COST)
        return cost

    def _notify(self, watchers: list[Callable[[Link], None]]) -> None:
        for changed in watchers:
            changed(self)

    def _channel(self, out: End) -> Channel:
        return self.wire.forward if out is self.a else self.wire.backward

    def _apply(self, changes: Mapping[str, Any]) -> None:
        back = changes.get("back", {})
        for end, own in ((self.a, changes), (self.b, {**changes, **back})):
            if "mtu" in own:
                end.port.mtu = own["mtu"]
            if "queue" in own:
                end.port.queue = own["queue"].make()
            if "loss" in own:
                loss = own["loss"]
                self._swallowing[end] = isinstance(loss, Bernoulli) and loss.share >= 1.0
            _change(self._channel(end), own)
            if self.medium is not None and not own.keys().isdisjoint(QUALITY):
                self._set_quality(end, own)
            if "rate" in own:
                end.port.queue.resume()

    def _set_quality(self, out: End, changes: Mapping[str, Any]) -> None:
        """Set the signal-to-noise ratio, the fading and the fidelity of a direction; what is not given stays."""
        medium = self.medium
        assert medium is not None, "options were checked"
        known = self._quality.setdefault(out, medium.quality())
        known.update((key, changes[key]) for key in QUALITY if key in changes)
        medium.set(self._channel(out), known)


def change_text(changes: Mapping[str, Any]) -> str:
    """Options as they were written, in one line."""
    return ", ".join(f"{key} {_in_words(value)}" for key, value in changes.items())


def _in_words(value: Any) -> str:
    """An option's value as it was written, tables in brackets."""
    if isinstance(value, timedelta):
        return duration_text(duration_ns(value))
    if isinstance(value, Mapping):
        return "(" + ", ".join(f"{key} {_in_words(part)}" for key, part in value.items()) + ")"
    return str(value)


def _change(channel: Channel, changes: Mapping[str, Any]) -> None:
    """Change one direction."""
    if "rate" in changes:
        channel.set_rate(changes["rate"])
    if "delay" in changes:
        channel.set_delay(changes["delay"])
    if "jitter" in changes:
        jitter: Jitter | None = changes["jitter"]
        channel.impairments.set_jitter(jitter.fresh() if jitter is not None else None)
    if "loss" in changes:
        loss: Loss | None = changes["loss"]
        channel.impairments.set_loss(loss.fresh() if loss is not None else None)
    if "reorder" in changes:
        channel.impairments.set_reordering(changes["reorder"].share, changes["reorder"].late_ns)
    if "duplicate" in changes:
        channel.impairments.set_duplication(changes["duplicate"])
    if "bit_errors" in changes:
        channel.impairments.set_bit_errors(changes["bit_errors"])


def given_delay_ns(options: Mapping[str, Any], a: Position | None, b: Position | None, default_ns: int) -> int:
    """A link's delay: as declared, else of light over its length or the great circle, else the default."""
    if "delay" in options:
        if "length" in options:
            raise LabError("delay and length are both given, and the length gives a delay of its own; leave one out")
        return int(options["delay"])
    if "length" in options:
        return fibre_delay_ns(options["length"])
    if a is not None and b is not None:
        return fibre_delay_ns(great_circle_m(a, b))
    return default_ns


def _path_text(channel: Channel) -> str:
    """A direction's rate and delay."""
    return f"{rate_text(int(channel.rate_bit_s))}, {duration_text(int(channel.delay_ns))}"


def _lay(kernel: Kernel, name: str, ends: tuple[End, End], options: Mapping[str, Any], segment: Segment | None) -> Wire:
    a, b = ends
    a_name, b_name = a.node.name, b.node.name
    if name != f"{a_name}-{b_name}":
        a_name = f"{name}:{a_name}"
    if segment is None:
        wire = Wire(kernel, a_name, b_name, a.port, b.port, options["rate"], options["delay"])
    else:
        medium, place_ns = segment.medium, options["place_ns"]
        wire = SharedWire(kernel, a_name, b_name, a.port, b.port, medium, place_ns, b.node is segment)
    a.port.attach(wire.forward)
    b.port.attach(wire.backward)
    return wire
