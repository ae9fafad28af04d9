"""A relay agent: between clients on a link without a server, and servers elsewhere (RFC 2131 4.1, RFC 1542 4)."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Final

from catenet.application.dhcp.message import REPLY, REQUEST, DhcpMessage

MAX_HOPS: Final = 16


class Relay:
    """``forwarded`` and ``returned`` count requests and replies; ``discarded`` those that went too far."""

    def __init__(self) -> None:
        self.forwarded: int = 0
        self.returned: int = 0
        self.discarded: int = 0

    def request(self, message: DhcpMessage, own: IPv4Address) -> bool:
        """Prepare a client's message, received at the interface with the address ``own``; True if it goes on."""
        if message.op != REQUEST:
            return False
        if message.hops >= MAX_HOPS:
            self.discarded += 1
            return False
        message.hops += 1
        if not int(message.giaddr):
            message.giaddr = own
        self.forwarded += 1
        return True

    def reply(self, message: DhcpMessage, own: list[IPv4Address]) -> bool:
        """Whether a server's message is for a client on a link of this agent, whose address ``giaddr`` is."""
        if message.op != REPLY or message.giaddr not in own:
            return False
        self.returned += 1
        return True
