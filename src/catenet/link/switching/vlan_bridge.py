"""A bridge: a VLAN-aware switch, with an optional spanning tree protocol (IEEE 802.1Q-2018, clause 8).

The receiving port classifies a frame into a VLAN.  Its source is learned for that VLAN, and it is relayed only to ports
of that VLAN, with the tags that these require (:mod:`.port_vlans`).
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.kernel import Kernel
from catenet.link.ethernet import Frame
from catenet.link.mac import GROUP_BIT
from catenet.link.port import Port
from catenet.link.switching.bridge_port import BridgePort
from catenet.link.switching.bridge_tree import NO_TREE, BridgeTree
from catenet.link.switching.classified import Classified, classified
from catenet.link.switching.learning_switch import AGEING_NS, TABLE_ENTRIES, VLAN_SHIFT, Switch
from catenet.link.switching.mirror import MirroredPort
from catenet.link.switching.port_vlans import NO_VLAN
from catenet.link.switching.reserved import BRIDGE_GROUP, is_reserved
from catenet.link.switching.snooping.settings import SnoopingSettings
from catenet.link.switching.snooping.snooping import Snooping
from catenet.link.switching.spanning_tree.settings import TreeSettings
from catenet.link.vlan_tag import DEFAULT_VLAN


class Bridge(Switch):
    """A switch whose ports are in VLANs; initially all are in VLAN 1, untagged."""

    def __init__(
        self,
        kernel: Kernel,
        name: str,
        ageing_ns: int = AGEING_NS,
        table_entries: int = TABLE_ENTRIES,
        protocol: str = NO_TREE,
        tree_settings: TreeSettings | None = None,
        snooping: SnoopingSettings | None = None,
    ) -> None:
        super().__init__(kernel, name, ageing_ns, table_entries)
        self.bridge_ports: Final[list[BridgePort]] = []
        self.tree: BridgeTree | None = None
        self.mirrored: bool = False
        if protocol != NO_TREE:
            self.tree = BridgeTree(self, protocol, tree_settings or TreeSettings())
        self.snooping: Snooping | None = None if snooping is None else Snooping(kernel, self.bridge_ports, snooping)
        self.snooped: i64 = 0

    def add_port(self, name: str, mac: int = 0) -> Port:
        number = len(self.ports) + 1
        made = MirroredPort if self.mirrored else BridgePort
        port = made(self.kernel, name, mac, self, number)
        port.promiscuous = True
        self.ports.append(port)
        self.bridge_ports.append(port)
        if self.tree is not None:
            port.learning = port.forwarding = False
        return port

    def stand_in(self, port: BridgePort, aggregate: BridgePort | None) -> None:
        """Let an aggregate, of which a port becomes a member, replace it in relaying; None undoes that."""
        self.bridge_ports.remove(port)
        if aggregate is not None and aggregate not in self.bridge_ports:
            self.bridge_ports.append(aggregate)

    def receive_frame(self, port: Port, frame: Frame) -> None:
        assert isinstance(port, BridgePort)
        if is_reserved(frame.dst) and self._is_ours(port, frame):
            return
        received = classified(frame, port.vlans)
        if received.vid == NO_VLAN:
            port.in_wrong_vlan += 1
            return
        if port.learning:
            self._learn(port, received.vid << VLAN_SHIFT | frame.src)
        if port.forwarding:
            self._relay(port, received)
        else:
            port.in_discarded += 1

    def carrier_changed(self, port: Port, up: bool) -> None:
        super().carrier_changed(port, up)
        assert isinstance(port, BridgePort)
        if self.snooping is not None and not up:
            self.snooping.port_lost(port)
        if self.tree is not None:
            self.tree.carrier_changed(port, up)
        elif up:
            self.port_forwards(port)

    def port_forwards(self, port: Port) -> None:
        if self.snooping is not None:
            assert isinstance(port, BridgePort)
            self.snooping.usable(port)

    def topology_changed(self) -> None:
        if self.snooping is not None:
            self.snooping.topology_changed()

    def port_of(self, mac: int, vid: int = DEFAULT_VLAN) -> Port | None:
        """The port of a station of a VLAN in the filtering database; None if it is unknown or has aged out."""
        return super().port_of(vid << VLAN_SHIFT | mac)

    def knows(self, port: BridgePort, frame: Frame) -> bool:
        """Whether the filtering database contains the destination of a frame received by a port."""
        vid = classified(frame, port.vlans).vid
        return self.port_of(int(frame.dst), int(vid)) is not None

    def counters(self) -> dict[str, int]:
        """The counters of a switch, and frames ``in_wrong_vlan`` and ``discarded`` because of a port's state.

        With snooping, ``snooped`` are the frames that were sent only to members and multicast routers.
        """
        return {
            **super().counters(),
            "in_wrong_vlan": sum([port.in_wrong_vlan for port in self.bridge_ports]),
            "discarded": sum([port.in_discarded for port in self.bridge_ports]),
            **({} if self.snooping is None else {"snooped": self.snooped}),
        }

    def _is_ours(self, port: BridgePort, frame: Frame) -> bool:
        """Process a frame to bridges.  Without a spanning tree, BPDUs are relayed, so that others can detect loops."""
        if frame.dst != BRIDGE_GROUP:
            return True
        if self.tree is None:
            return False
        self.tree.receive(port, frame)
        return True

    def _relay(self, came_in: BridgePort, received: Classified) -> None:
        dst = received.frame.dst
        if dst & GROUP_BIT == 0:
            known = self._table.get(received.vid << VLAN_SHIFT | dst)
            if known is not None and self.kernel.now_ns - known.seen_ns < self.ageing_ns:
                out = known.port
                assert isinstance(out, BridgePort)
                if out is came_in or not self._may_leave(out, received.vid):
                    self.filtered += 1
                else:
                    self.forwarded += 1
                    out.send(received.leaving(out.vlans, True))
                return
        ports = None
        if self.snooping is not None and dst & GROUP_BIT != 0:
            ports = self.snooping.egress_ports(came_in, received)
        if ports is None:
            self.flooded += 1
            ports = self.bridge_ports
        else:
            self.snooped += 1
        self._send_to([port for port in ports if port is not came_in and self._may_leave(port, received.vid)], received)

    def _may_leave(self, port: BridgePort, vid: i64) -> bool:
        return port.carrier and port.forwarding and port.vlans.carries(vid)

    def _send_to(self, ports: list[BridgePort], received: Classified) -> None:
        left = len(ports)
        for port in ports:
            left -= 1
            port.send(received.leaving(port.vlans, left == 0))
