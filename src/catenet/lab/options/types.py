"""The types of options: quantities, choices from closed sets, tables.

The parameters of :class:`~catenet.internet.Internet` and :class:`~catenet.lab.faults.schedule.At` are annotated with
them.  They define the names of the options: the parsers take the names from these tables, and a test compares the
schema of scenarios and the documents with them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Literal, Required, TypedDict

from catenet.physical.jitter import Jitter
from catenet.physical.loss import Loss
from catenet.physical.phys.catalogue import PhyName

# -- quantities

Duration = str | int | float | timedelta
"""``"14ms"``, ``"2.5s"``, ``"1h"``, a number of seconds, or a timedelta."""
Shift = str | int | float | timedelta
"""A :data:`Duration` that may be negative: ``"-2s"``."""
Rate = str | int | float
"""``"1Gbit/s"``, ``"10Mbps"``, or a number of bit/s."""
Ratio = str | int | float
"""A ratio: ``"0.1%"``, ``"0.001"``, or a number from 0 to 1."""
Size = str | int | float
"""``"64KiB"``, ``"1MB"``, or a number of bytes."""
Length = str | int | float
"""``"1200km"``, or a number of metres."""
Snr = str | int | float
"""A signal-to-noise ratio: ``"17dB"``, or a number of decibels."""
Drift = str | int | float
"""The frequency error of a clock: ``"80ppm"``, ``"-80ppm"``, or a number of parts per million."""

# -- closed sets

Routing = Literal["auto", "static", "rip", "ospf", "ospf+rip"]
"""The source of a router's routes."""
Fidelity = Literal["objects", "bytes"]
LinkFidelity = Literal["model", "signal"]
"""The errors of a link with a PHY: drawn by the closed form, or those of a receiver of each frame's waveform."""
Metric = Literal["delay", "bandwidth"]
AttachKind = Literal["tap", "tun"]
"""The kind of device in Linux: TAP carries Ethernet frames, TUN carries IP packets."""
Filtering = Literal["endpoint-independent", "address-dependent", "address-and-port-dependent"]
"""The filtering behaviour of a translator (RFC 4787 section 5)."""
FaultKind = Literal["partition", "crash", "pause", "clock", "disk", "link"]
"""The faults of a nemesis."""
IpVersion = Literal[0, 4, 6]
"""An IP version; 0 selects the first that both ends have."""
Authentication = Literal["plain", "md5", "hmac-sha-1", "hmac-sha-256", "hmac-sha-384", "hmac-sha-512"]
OspfNetwork = Literal["broadcast", "point-to-point", "nbma"]
AreaKind = Literal["normal", "stub", "totally-stubby", "nssa", "totally-nssa"]
Translation = Literal["candidate", "always"]
"""Whether a border router of an NSSA translates if it is elected, or always."""
SegmentKind = Literal["coax", "hub"]
"""A medium that stations share: a coaxial cable, or cables around a repeater."""

# -- tables of a link


class UniformJitter(TypedDict):
    """Uniform from minus this time to plus this time."""

    uniform: Duration


class NormalJitter(TypedDict):
    """Normal, given by its standard deviation."""

    normal: Duration


class ParetoJitter(TypedDict, total=False):
    """Pareto, given by its scale; the default of ``shape`` is 2.5.  It only increases the delay."""

    pareto: Required[Duration]
    shape: float


class RecordedDelays(TypedDict):
    """One value per frame, repeated."""

    recorded: Sequence[Duration]


JitterOption = Duration | UniformJitter | NormalJitter | ParetoJitter | RecordedDelays | Jitter


class RandomLoss(TypedDict):
    """Independent loss of each frame."""

    random: Ratio


class BurstLoss(TypedDict, total=False):
    """The Gilbert-Elliott model: the probability that a burst begins after a frame, its mean length in frames (10), and
    the loss ratios during (1) and between bursts (0).
    """

    burst: Required[Ratio]
    length: float
    loss: Ratio
    loss_between: Ratio


class RecordedLosses(TypedDict):
    """One value per frame, repeated; 1 is lost."""

    recorded: Sequence[int]


LossOption = Ratio | RandomLoss | BurstLoss | RecordedLosses | Loss


class Reordered(TypedDict, total=False):
    """The ratio of reordered frames, and their additional delay (1 ms)."""

    share: Required[Ratio]
    late: Duration


ReorderOption = Ratio | Reordered


QueueKind = Literal["pfifo", "bfifo", "red", "codel", "fq_codel", "pie", "tbf", "drr", "prio", "wfq"]
"""A discipline, with its default parameters."""


class QueueTable(TypedDict, total=False):
    """The limits of a queue, which is full when it reaches either."""

    frames: int
    octets: Size


class PfifoTable(TypedDict, total=False):
    """Drop-tail; ``limit`` in frames."""

    kind: Required[Literal["pfifo"]]
    limit: int


class BfifoTable(TypedDict, total=False):
    """Drop-tail; ``limit`` in bytes."""

    kind: Required[Literal["bfifo"]]
    limit: Size


class RedTable(TypedDict, total=False):
    """Random early detection; ``limit``, ``min``, ``max`` and ``avpkt`` in bytes, ``burst`` in frames."""

    kind: Required[Literal["red"]]
    limit: Size
    min: Size
    max: Size
    avpkt: Size
    burst: int
    probability: Ratio
    bandwidth: Rate
    ecn: bool
    harddrop: bool
    nodrop: bool
    adaptive: bool
    gentle: bool


class CodelTable(TypedDict, total=False):
    """CoDel; ``limit`` in frames."""

    kind: Required[Literal["codel"]]
    limit: int
    target: Duration
    interval: Duration
    ecn: bool
    ce_threshold: Duration


class FqCodelTable(TypedDict, total=False):
    """FQ-CoDel; ``limit`` in frames, ``quantum`` and ``memory_limit`` in bytes."""

    kind: Required[Literal["fq_codel"]]
    limit: int
    flows: int
    target: Duration
    interval: Duration
    quantum: Size
    ecn: bool
    ce_threshold: Duration
    memory_limit: Size
    drop_batch: int


class PieTable(TypedDict, total=False):
    """PIE; ``limit`` in frames."""

    kind: Required[Literal["pie"]]
    limit: int
    target: Duration
    tupdate: Duration
    alpha: float
    beta: float
    ecn: bool
    bytemode: bool


class TbfTable(TypedDict, total=False):
    """A token bucket; ``burst``, ``limit`` and ``mtu`` in bytes.  Either ``limit`` or ``latency`` is needed."""

    kind: Required[Literal["tbf"]]
    rate: Required[Rate]
    burst: Required[Size]
    limit: Size
    latency: Duration
    peakrate: Rate
    mtu: Size


class ClassTable(TypedDict, total=False):
    """The frames of a class, and its share: ``quantum`` in bytes for drr, ``weight`` for wfq."""

    quantum: Size
    weight: int
    dscp: int
    protocol: Literal["tcp", "udp", "icmp", "icmpv6", "ospf"] | int
    source: str
    destination: str
    source_port: int
    destination_port: int


class DrrTable(TypedDict, total=False):
    """Deficit round robin; ``limit`` in frames of a class.  Without ``classes``, each flow is one."""

    kind: Required[Literal["drr"]]
    quantum: Size
    limit: int
    flows: int
    classes: Sequence[ClassTable]


class PrioTable(TypedDict, total=False):
    """Strict priority; ``limit`` in frames of a band."""

    kind: Required[Literal["prio"]]
    bands: int
    priomap: Sequence[int]
    limit: int


class WfqTable(TypedDict, total=False):
    """Weighted fair queueing; ``limit`` in frames of a class.  Without ``classes``, each flow is one."""

    kind: Required[Literal["wfq"]]
    limit: int
    flows: int
    classes: Sequence[ClassTable]


DisciplineTable = (
    PfifoTable
    | BfifoTable
    | RedTable
    | CodelTable
    | FqCodelTable
    | PieTable
    | TbfTable
    | DrrTable
    | PrioTable
    | WfqTable
)
QueueOption = QueueKind | str | int | QueueTable | DisciplineTable


FramingKind = Literal["ppp", "hdlc", "slip", "cobs"]
"""The framing of a link between hosts and routers without Ethernet."""


class PppTable(TypedDict, total=False):
    """PPP, and the options that its ends request; ``accm`` is a map of control characters, such as ``"0x000a0000"``."""

    kind: Required[Literal["ppp"]]
    accm: int | str
    pfc: bool
    acfc: bool
    magic: bool
    echo: Duration


FramingOption = FramingKind | PppTable


class RicianTable(TypedDict):
    """Fading with a line of sight: the K factor, its power over that of the scattered paths."""

    rician: Snr


FadingOption = Literal["none", "rayleigh"] | RicianTable
"""The fading of a radio link, frame by frame."""


class DirectionTable(TypedDict, total=False):
    """The options of each direction of a link."""

    rate: Rate
    delay: Duration
    jitter: JitterOption
    loss: LossOption
    reorder: ReorderOption
    duplicate: Ratio
    bit_errors: Ratio
    snr: Snr
    fading: FadingOption
    clock_drift: Drift
    queue: QueueOption


class ChangeTable(DirectionTable, total=False):
    """The options of a link that may change during a run."""

    mtu: Size
    fidelity: LinkFidelity
    back: DirectionTable


class LinkDirectionTable(DirectionTable, total=False):
    """The options of each direction in the declaration of a link."""

    length: Length
    cost: int


class LinkTable(LinkDirectionTable, total=False):
    """All options in the declaration of a link."""

    phy: PhyName
    mtu: Size
    fidelity: LinkFidelity
    framing: FramingOption
    back: LinkDirectionTable
    ospf: OspfLink


# -- tables of routing protocols


class Terms(TypedDict, total=False):
    """The terms on which routes of another source are advertised; only OSPF has ``type`` (1 or 2)."""

    metric: int
    tag: int
    except_tags: Sequence[int]
    type: Literal[1, 2]


Redistribute = Sequence[str] | Mapping[str, Terms]
"""``["static", "connected"]``, or a table of :class:`Terms` by source."""


class RipTable(TypedDict, total=False):
    """The options of RIP for a router; see docs/rip.md."""

    update: Duration
    jitter: Duration
    timeout: Duration
    garbage: Duration
    split_horizon: bool
    poison_reverse: bool
    triggered: bool
    hold: Sequence[Duration]
    paths: int
    authentication: Authentication
    key: str
    key_id: int
    passive: Sequence[str]
    networks: Sequence[str]
    redistribute: Redistribute
    redistribute_static: bool
    tag: int


class OspfKeyTable(TypedDict, total=False):
    """The authentication of neighbours; ``"none"`` disables a router's key on a link."""

    key: str
    authentication: Authentication | Literal["none"]
    key_id: int
    extended: bool


class OspfInterfaceTable(OspfKeyTable, total=False):
    """OSPF on one interface, or on all of a router."""

    area: int | str
    cost: int
    hello: Duration
    dead: Duration
    retransmit: Duration
    poll: Duration
    transmit_delay: Duration
    priority: int
    network: OspfNetwork
    mtu_ignore: bool


class OspfLinkTable(OspfInterfaceTable, total=False):
    """OSPF on a link, or on one end of it."""

    passive: bool
    unnumbered: bool


OspfLink = OspfLinkTable | Mapping[str, Any]
"""A table for a link; a table in it applies to the end at the node of that name."""


class AreaTable(TypedDict, total=False):
    """The options of one area."""

    kind: AreaKind
    default_cost: int
    ranges: Sequence[str] | Mapping[str, bool]
    translate: Translation
    external_ranges: Sequence[str] | Mapping[str, bool]


class VirtualLinkTable(OspfKeyTable, total=False):
    """One end of a virtual link: the transit area, and the router at the other end."""

    area: Required[int | str]
    router: Required[str | int]
    hello: Duration
    dead: Duration
    retransmit: Duration
    transmit_delay: Duration


class OspfTable(OspfInterfaceTable, total=False):
    """The options of OSPF for a router; see docs/ospf.md."""

    router_id: int | str
    areas: Mapping[str | int, AreaTable]
    passive: Sequence[str]
    reference: Rate
    redistribute: Redistribute
    external_distance: int
    virtual_links: Sequence[VirtualLinkTable]
    networks: Sequence[str] | Mapping[str, int | str]
    spf: Sequence[Duration]
    spf_hold_down: Duration
    spf_learn: Duration
    lsa_interval: Duration
    lsa_max: Duration
    lsa_arrival: Duration
    refresh_jitter: Duration
    flood_pacing: Duration
    delayed_ack: Duration
    paths: int
    max_lsas: int
    max_neighbours: int
    rfc1583: bool
    helps_restarts: bool


# -- others


class NatTimeoutTable(TypedDict, total=False):
    """The timeouts of idle translations."""

    tcp_established: Duration
    tcp_transitory: Duration
    udp: Duration
    icmp: Duration


def options_of(table: type) -> tuple[str, ...]:
    """The names of the options of a table, inherited ones first."""
    return tuple(table.__annotations__)


def given(**options: object) -> dict[str, Any]:
    """The options that are present; None means that an option is absent."""
    return {name: value for name, value in options.items() if value is not None}
