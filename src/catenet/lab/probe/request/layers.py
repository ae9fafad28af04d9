"""The seven layers of the packet that carries a message, down at its sender and up at its receiver."""

from __future__ import annotations

from catenet.lab.probe.request.exchange import Exchange
from catenet.lab.probe.request.lower_layers import lower_layers
from catenet.lab.probe.request.messages import Message
from catenet.lab.probe.request.result import Journey, Packet
from catenet.lab.probe.request.upper_layers import Side, upper_layers


def journey(
    packet: Packet, data_octets: int, message: Message, exchange: Exchange, sides: tuple[Side, Side], *, request: bool
) -> Journey:
    """What happened to the packet; ``sides`` are its sender and its receiver."""
    sender, receiver = sides
    first, last = packet.hops[0], packet.hops[-1]
    down = [*upper_layers(message, exchange, sender, request=request), *lower_layers(packet, first, data_octets)]
    up = [*upper_layers(message, exchange, receiver, request=request), *lower_layers(packet, last, data_octets)]
    return Journey(packet, tuple(down), tuple(reversed(up)))
