"""Declarations of switches, segments and DHCP by a program; :mod:`.declarations` adds all others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from catenet.lab.model.address_plan import Address
from catenet.lab.model.nodes import Switch
from catenet.lab.model.registry import NodeReference
from catenet.lab.model.segment import Segment
from catenet.lab.options.autoconfiguration import DhcpSubnetTable
from catenet.lab.options.keywords import OptionChecks
from catenet.lab.options.switch_types import (
    AggregateTable,
    LldpOption,
    MirrorTable,
    PauseOption,
    SnoopingTable,
    SpanningTree,
    StormTable,
    SwitchPortTable,
    SwitchVlanTable,
)
from catenet.lab.options.types import (
    Duration,
    Length,
    Rate,
    SegmentKind,
    given,
)
from catenet.lab.world.builder import Builder


class LanDeclarations(OptionChecks):
    """Declares switches and segments in ``world``; each method raises :class:`~catenet.errors.LabError`."""

    def __init__(self, world: Builder) -> None:
        self._world: Final = world

    def switch(
        self,
        name: str,
        *,
        subnets: Sequence[str] = (),
        vlans: Mapping[int, SwitchVlanTable] | None = None,
        ports: Mapping[str, SwitchPortTable] | None = None,
        stp: SpanningTree = "none",
        snooping: bool | SnoopingTable = False,
        priority: int | None = None,
        hello: Duration | None = None,
        max_age: Duration | None = None,
        forward_delay: Duration | None = None,
        lldp: LldpOption = False,
        aggregates: Mapping[str, AggregateTable] | None = None,
        storm_control: StormTable | None = None,
        mirror: MirrorTable | Sequence[MirrorTable] | None = None,
        pause: PauseOption = False,
    ) -> Switch:
        """A learning switch.  Connected switches form one LAN; ``subnets`` are the LAN's.

        With ``vlans`` or ``ports`` it knows VLANs (IEEE 802.1Q), each a LAN of its own: ``vlans`` gives VLANs their
        subnets, as in ``{10: {"subnets": ["10.0.10.0/24"]}}``; ``ports`` says, by the name of a link or of the
        neighbour across, which VLANs a port is in: ``{"access": 10}``, ``{"trunk": [10, 20], "native": 10}`` or, for
        QinQ, ``{"tunnel": 100}`` and ``{"trunk": [100], "tag": "802.1ad"}``.  A port of which nothing is said is in
        VLAN 1.

        ``stp`` is ``"stp"`` (IEEE 802.1D-1998) or ``"rstp"`` (802.1w): switches that speak it may form loops.  The
        bridge of least ``priority`` (32768; a multiple of 4096) is the root, and its ``hello`` (2 s), ``max_age``
        (20 s) and ``forward_delay`` (15 s) hold for all.  A port may have a ``cost``, a ``priority`` (128), and be an
        ``edge``.

        ``lldp`` is as with :meth:`router`.  ``aggregates`` makes one port of several links to another switch (IEEE
        802.1AX): ``{"bond": {"ports": ["sw2"]}}``, with LACP unless ``"lacp": "off"``.  ``storm_control`` limits what
        floods at each port: ``{"broadcast": "1%"}``; a port may have its own.  ``mirror`` copies what ports carry to
        another port: ``{"ports": ["a"], "to": "monitor"}``.  With ``pause``, senders that fill its queues are
        paused (IEEE 802.3, annex 31B); a port may have its own.

        With ``snooping`` frames to IP groups go to members and multicast routers only (RFC 4541).  It may be a table:
        ``{"querier": True}`` or ``{"querier": "10.0.0.9"}`` makes the switch ask for members, every
        ``query_interval`` (125 s); a port is removed at a leave message with ``fast_leave``.
        """
        tree = given(priority=priority, hello=hello, max_age=max_age, forward_delay=forward_delay)
        return self._world.switch(
            name,
            subnets=subnets,
            vlans=vlans,
            ports=ports,
            stp=stp,
            snooping=snooping,
            tree=tree,
            lldp=lldp,
            aggregates=aggregates,
            storm_control=storm_control,
            mirror=mirror,
            pause=pause,
        )

    def segment(
        self,
        name: str,
        *,
        kind: SegmentKind = "coax",
        rate: Rate | None = None,
        length: Length | None = None,
        taps: Mapping[str, Length] | None = None,
        subnets: Sequence[str] = (),
    ) -> Segment:
        """A medium that half-duplex stations share by CSMA/CD (IEEE 802.3, clause 4), at 10 or 100 Mbit/s.

        ``kind`` is ``"coax"``, a cable of ``length`` (500 m) with stations at places ``taps``, by the name of a station
        or a link (default: the next mark of 2.5 m); or ``"hub"``, a repeater, to which each station has a cable of its
        own (the ``length`` of its link; 100 m).  ``rate`` is 10 Mbit/s.  Where a signal takes longer than the slot time
        to the farthest station and back, collisions are late, and a warning says so.
        """
        return self._world.segment(name, kind=kind, rate=rate, length=length, taps=taps, subnets=subnets)

    def dhcp(
        self,
        node: NodeReference,
        *,
        relay: NodeReference | Address | Sequence[NodeReference | Address] | None = None,
        subnets: Mapping[str, DhcpSubnetTable] | None = None,
        dns: Sequence[str] | None = None,
        domain: str | None = None,
        search: Sequence[str] | None = None,
        mtu: int | None = None,
        lease: Duration | None = None,
        max_lease: Duration | None = None,
        renew: Duration | None = None,
        rebind: Duration | None = None,
    ) -> None:
        """Let a router or a host serve DHCP (RFC 2131), or a router ``relay`` it to one or more servers.

        A server serves the links where hosts are, its own and those of relay agents that send to it, and the
        ``subnets``, such as ``{"10.0.1.0/24": {"pools": ["10.0.1.100-10.0.1.199"]}}``; a subnet without ``pools`` has
        one of its last free addresses.  ``lease`` (1 h) is for clients that do not ask, ``max_lease`` (1 d) the longest
        that they get; ``renew`` and ``rebind`` are T1 and T2, half and seven eighths of a lease.
        """
        options = given(
            dns=dns, domain=domain, search=search, mtu=mtu, lease=lease, max_lease=max_lease, renew=renew,
            rebind=rebind,
        )  # fmt: skip
        self._world.dhcp(node, relay=relay, subnets=subnets or {}, options=options)
