"""The protocol ARP: requests, replies, and detection of address conflicts (RFC 826, RFC 5227)."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64

from catenet.kernel.quantity import NS_PER_S
from catenet.link.ethernet import Frame
from catenet.network import addresses
from catenet.network.interface import OPTIMISTIC, Interface, LocalAddress
from catenet.network.ip_core import IpCore
from catenet.network.neighbour import arp_packet as arp
from catenet.network.neighbour.arp_packet import REPLY, REQUEST, ArpPacket
from catenet.network.neighbour.duplicate_detection import AddressProber
from catenet.network.neighbour.neighbour import INCOMPLETE, PROBE, Neighbour
from catenet.network.packet import ETHERTYPE_ARP, IpPacket

DEFEND_INTERVAL_NS: Final[i64] = 10 * NS_PER_S


class Arp(AddressProber):
    """ARP of one interface."""

    def __init__(self, interface: Interface, core: IpCore) -> None:
        super().__init__()
        self.interface: Final = interface
        self.core: Final = core

    def receive(self, message: ArpPacket) -> None:
        """Process an ARP packet: learn, detect a conflict, reply."""
        if message.sender_mac == self.interface.port.mac:
            return
        if self._conflicts(message):
            return
        sender = message.sender
        target = self._answers_for(message.target)
        for_us = target is not None and target.usable
        table = self.interface.neighbours(4)
        if sender != addresses.UNSPECIFIED and not addresses.is_multicast(4, sender):
            known = table.entry(sender) if for_us else table.find(sender)
            if known is not None:
                self._learn(known, message, for_us)
        if for_us and message.operation == REQUEST:
            self._send(REPLY, message.target, message.sender_mac, sender, message.sender_mac)

    def solicit(self, neighbour: Neighbour, unicast: bool) -> None:
        sender = self._speaker(neighbour)
        if sender != addresses.UNSPECIFIED:
            to_mac = neighbour.mac if unicast else addresses.BROADCAST_MAC
            self._send(REQUEST, sender, 0, neighbour.address, to_mac)

    def unresolved(self, neighbour: Neighbour, packets: list[IpPacket], dropped: bool) -> None:
        self.core.unresolved(neighbour, packets, dropped)
        if not dropped:
            self.interface.neighbour_failed(neighbour)

    def forgotten(self, neighbour: Neighbour) -> None:
        self.core.forget_destinations()

    def probe(self, own: LocalAddress) -> None:
        self.probe_address(own.address)

    def probe_address(self, address: int) -> None:
        """Ask whether another host has an address (RFC 5227 1.1); the reply goes into the neighbour's entry."""
        self._send(REQUEST, addresses.UNSPECIFIED, 0, address, addresses.BROADCAST_MAC)

    def announce(self, own: LocalAddress) -> None:
        own.defended_ns = self.interface.kernel.now_ns
        self._send(REQUEST, own.address, 0, own.address, addresses.BROADCAST_MAC)

    def _learn(self, known: Neighbour, message: ArpPacket, for_us: bool) -> None:
        state = known.current_state()
        if message.operation == REPLY and for_us and (state in (INCOMPLETE, PROBE)):
            known.answered(message.sender_mac)
        else:
            known.heard(message.sender_mac)

    def _conflicts(self, message: ArpPacket) -> bool:
        """RFC 5227 2.1.1 while probing; 2.4 (b) afterwards: defend once in ten seconds, else release the address."""
        own = self.interface.own(4, message.sender)
        if own is not None and own.usable:
            self._defend(own)
            return True
        if message.sender == addresses.UNSPECIFIED and message.operation == REQUEST:
            probed = self.interface.own(4, message.target)
            if probed is not None and probed.usable and probed.state == OPTIMISTIC:
                self.interface.disable_duplicate(probed)
                return True
        return False

    def _defend(self, own: LocalAddress) -> None:
        now_ns = self.interface.kernel.now_ns
        recently = own.defended_ns >= 0 and now_ns - own.defended_ns < DEFEND_INTERVAL_NS
        if own.state == OPTIMISTIC or recently:
            self.interface.disable_duplicate(own)
        else:
            self.announce(own)

    def _answers_for(self, address: int) -> LocalAddress | None:
        """The address, if this interface answers for it."""
        borrowed = self.interface.borrowed
        if borrowed is not None and borrowed.address == address:
            return borrowed
        return self.interface.own(4, address)

    def _speaker(self, neighbour: Neighbour) -> int:
        """The sender address of requests: the queued packet's own, else one in the neighbour's subnet, else any."""
        if neighbour.waiting:
            own = self.interface.own(4, neighbour.waiting[-1].src)
            if own is not None and own.usable:
                return own.address
        borrowed = self.interface.borrowed
        fallback = addresses.UNSPECIFIED if borrowed is None else borrowed.address
        for own in self.interface.addresses:
            if own.version == 4 and own.usable:
                if (own.address ^ neighbour.address) >> (32 - own.prefix_len) == 0:
                    return own.address
                fallback = fallback or own.address
        return fallback

    def _send(self, operation: i64, sender: int, target_mac: i64, target: int, to_mac: i64) -> None:
        port = self.interface.port
        message = arp.ArpPacket(operation, port.mac, sender, target_mac, target)
        port.send(Frame(to_mac, port.mac, ETHERTYPE_ARP, message))
