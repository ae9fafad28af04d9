"""The types of the options of switches, and of LLDP on any node; :mod:`.types` contains all others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Required, TypedDict

from catenet.lab.options.types import Duration, Rate, Ratio

VlanTag = Literal["802.1q", "802.1ad"]
"""The kind of tag on a trunk: C-tags, or the S-tags of a provider."""


SpanningTree = Literal["none", "stp", "rstp"]
"""The spanning tree protocol of a switch: none, IEEE 802.1D-1998, or 802.1w."""


class LldpTable(TypedDict, total=False):
    """The times of LLDP: msgTxInterval (30 s), msgTxHold (4), msgFastTx (1 s), txFastInit (4) and txCreditMax (5).

    ``ports`` are names of links or of neighbours across, by default all of the node.
    """

    interval: Duration
    hold: int
    fast_interval: Duration
    fast_count: int
    credit: int
    ports: Sequence[str]


LldpOption = bool | LldpTable
"""Whether a node runs LLDP (IEEE 802.1AB), or its times and ports."""


LacpMode = Literal["active", "passive", "off"]
"""Whether a switch sends LACPDUs unasked, only replies to them, or aggregates links without LACP (static)."""
LacpTimeout = Literal["long", "short"]
"""The time after which LACP considers information of its partner expired: 90 s, or 3 s."""
HashPolicy = Literal["layer2", "layer2+3", "layer3+4"]
"""The hash that distributes the frames of an aggregate: MAC addresses, IP addresses too, or IP addresses and ports."""


class AggregateTable(TypedDict, total=False):
    """A link aggregate of a switch (IEEE 802.1AX); ``ports`` are names of links or of neighbours across."""

    ports: Required[Sequence[str]]
    lacp: LacpMode
    timeout: LacpTimeout
    min_links: int
    hash: HashPolicy
    priority: int


StormRate = Rate
"""``"1%"`` of the port's rate, ``"10Mbit/s"``, ``"1000pps"`` (frames a second), or a number of bit/s."""
MirrorDirection = Literal["both", "in", "out"]
"""The mirrored frames: those that ports receive, those that they send, or both."""


class SnoopingTable(TypedDict, total=False):
    """Multicast snooping of a switch; all options but ``fast_leave`` and ``flood_unregistered`` are of its querier.

    ``querier`` is the querier's IPv4 address, or true for an address derived from the MAC.
    """

    querier: bool | str
    fast_leave: bool
    flood_unregistered: bool
    robustness: int
    query_interval: Duration
    response_interval: Duration
    last_member_interval: Duration


class StormTable(TypedDict, total=False):
    """Storm control of a port: limits, and the ``burst`` of each as a time (10 ms)."""

    broadcast: StormRate
    multicast: StormRate
    unknown_unicast: StormRate
    burst: Duration


class MirrorTable(TypedDict, total=False):
    """A mirror session of a switch; names are those of links or of neighbours across."""

    ports: Required[Sequence[str] | Literal["all"]]
    to: Required[str]
    direction: MirrorDirection


class PauseTable(TypedDict, total=False):
    """Flow control: ``xoff`` (50 %) and ``xon`` (25 %) are shares of a queue's limit; ``quanta`` of 512 bit times."""

    xoff: Ratio
    xon: Ratio
    quanta: int


PauseOption = bool | PauseTable
"""Whether a port sends and honours pause frames (IEEE 802.3, annex 31B), or its thresholds."""


class SwitchVlanTable(TypedDict, total=False):
    """The options of one VLAN of a switch."""

    subnets: Sequence[str]


class SwitchPortTable(TypedDict, total=False):
    """The options of one port of a switch: a mode (``access``, ``trunk`` or ``tunnel``) with its VLANs.

    The other keys are for its spanning tree.
    """

    access: int
    trunk: Sequence[int] | Literal["all"]
    native: int
    tunnel: int
    tag: VlanTag
    cost: int
    priority: int
    edge: bool
    point_to_point: bool
    storm_control: StormTable
    pause: PauseOption
