"""Transport, network, link and physical: the lower four layers, as a packet was on one link."""

from __future__ import annotations

from typing import Final

from catenet.kernel.quantity import counted, duration_text, rate_text
from catenet.lab.probe.request.headers.frame import ETHERNET
from catenet.lab.probe.request.headers.header import Header
from catenet.lab.probe.request.result import Hop, Layer, Packet
from catenet.link.ethernet import AROUND_OCTETS

TRANSPORT, NETWORK, LINK, PHYSICAL = 4, 3, 2, 1
_NETWORK: Final = ("IPv4", "IPv6")
_BITS_SHOWN: Final = 3
"""Octets of the frame whose bits are shown."""
_PREAMBLE: Final = "preamble 7 × 10101010, delimiter 10101011"


def lower_layers(packet: Packet, hop: Hop, data_octets: int) -> list[Layer]:
    """Layers 4 to 1 of a segment with ``data_octets`` on a link."""
    return [_transport(hop, data_octets), _network(packet, hop), _link(hop), _physical(hop)]


def _transport(hop: Hop, data_octets: int) -> Layer:
    header = _header(hop, "TCP")
    ports = f"port {header.number('Source Port')} → {header.number('Destination Port')}"
    first = header.number("Sequence Number")
    text = f"TCP segment, {ports}: {counted(data_octets, 'octet')} from sequence number {first}"
    return Layer(TRANSPORT, "transport", "segment", text, (), (header,))


def _network(packet: Packet, hop: Hop) -> Layer:
    header = next(header for header in hop.headers if header.name in _NETWORK)
    text = f"{header.name} packet, {header.text('Source Address')} → {header.text('Destination Address')}"
    notes = (f"hop limit {hop.hop_limit} on link {hop.link}", f"route: {route_text(packet)}")
    return Layer(NETWORK, "network", "packet", text, notes, (header,))


def route_text(packet: Packet) -> str:
    """The nodes that the packet passed."""
    return " → ".join([packet.hops[0].sender, *(hop.receiver for hop in packet.hops)])


def _link(hop: Hop) -> Layer:
    headers = tuple(header for header in hop.headers if header.name not in (*_NETWORK, "TCP"))
    places = f"{hop.sender} ({hop.ports[0]}) → {hop.receiver} ({hop.ports[1]})"
    if hop.framing != ETHERNET:
        return Layer(LINK, "link", "frame", f"{hop.framing} frame on a link without addresses", (places,), headers)
    header = headers[0]
    macs = f"{header.text('Source Address')} → {header.text('Destination Address')}"
    return Layer(LINK, "link", "frame", f"Ethernet frame, {macs}", (places,), headers)


def _physical(hop: Hop) -> Layer:
    bits = 8 * hop.wire_octets
    sending = f"{bits} bits at {rate_text(hop.rate_bit_s)}: {duration_text(hop.sending_ns)} to send"
    delay = hop.propagation_ns
    notes = [f"propagation: {duration_text(delay)}" if delay is not None else f"did not arrive: {hop.outcome}"]
    if hop.framing == ETHERNET:
        notes.append(f"{counted(int(AROUND_OCTETS), 'octet')} of preamble and gap around the frame")
        notes.append(f"{_PREAMBLE}, then {_first_bits(hop.headers[0].octets)} …")
    if hop.phy:
        how = "as a waveform" if hop.fidelity == "signal" else "by its error rates"
        notes.append(f"PHY {hop.phy}, simulated {how}")
    return Layer(PHYSICAL, "physical", "bits", sending, tuple(notes), ())


def _first_bits(octets: bytes) -> str:
    """The first bits of a frame as they leave: the lowest of each octet first (IEEE 802.3, 3.3)."""
    return " ".join(f"{octet:08b}"[::-1] for octet in octets[:_BITS_SHOWN])


def _header(hop: Hop, name: str) -> Header:
    return next(header for header in hop.headers if header.name == name)
