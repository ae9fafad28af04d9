"""Who gets which address: the server's answers (RFC 2131 4.3), without socket and clock.

Times are whole seconds of the server's wall clock, since leases outlive a restart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Final

from catenet.application.dhcp import options as codes
from catenet.application.dhcp.leases import BOUND, DECLINED, FREE, Lease, Leases
from catenet.application.dhcp.message import NO_ADDRESS, REPLY, REQUEST, DhcpMessage
from catenet.application.dhcp.subnet import Subnet

OFFER_S: Final = 60
"""How long an offered address is kept for the client."""
DECLINED_S: Final = 3600
"""How long a declined address is given to nobody."""
FOR_EVER_S: Final = 1 << 40
"""The end of an infinite lease: beyond any wall clock."""
MAX_OFFERS: Final = 4096


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply, and the lease to be written to the disk before it is sent."""

    reply: DhcpMessage | None
    lease: Lease | None = None


NOTHING: Final = Answer(None)


class DhcpServer:
    """``subnets`` are its configuration; ``counts`` counts messages by type, received and sent."""

    def __init__(self, subnets: Sequence[Subnet], leases: Leases | None = None) -> None:
        self.subnets: Final = tuple(subnets)
        self.leases: Leases = Leases() if leases is None else leases
        self.received: Final[dict[int, int]] = {}
        self.sent: Final[dict[int, int]] = {}
        self.exhausted: int = 0
        """Clients that got nothing because no address was free."""
        self._offers: Final[dict[IPv4Address, tuple[bytes, int]]] = {}

    def answer(self, message: DhcpMessage, own: Sequence[IPv4Address], now_s: int) -> Answer:
        """The answer to a message that came in at an interface with the addresses ``own``.

        The first of them identifies the server.
        """
        if message.op != REQUEST or not own:
            return NOTHING
        self.received[message.type] = self.received.get(message.type, 0) + 1
        subnet = self.subnet_of(message, own)
        if subnet is None:
            return NOTHING
        handler = {
            codes.DISCOVER: self._discover,
            codes.REQUEST: self._request,
            codes.DECLINE: self._decline,
            codes.RELEASE: self._release,
            codes.INFORM: self._inform,
        }.get(message.type)
        server = next((address for address in own if address in subnet.network), own[0])
        answer = NOTHING if handler is None else handler(message, subnet, server, now_s)
        if answer.reply is not None:
            kind = answer.reply.type
            self.sent[kind] = self.sent.get(kind, 0) + 1
        return answer

    def subnet_of(self, message: DhcpMessage, own: Sequence[IPv4Address]) -> Subnet | None:
        """The client's subnet: that of the relay agent, of its address, or of the receiving interface."""
        where = [message.giaddr] if int(message.giaddr) else [message.ciaddr] if int(message.ciaddr) else own
        for address in where:
            for subnet in self.subnets:
                if address in subnet.network:
                    return subnet
        return None

    # -- by type

    def _discover(self, message: DhcpMessage, subnet: Subnet, server: IPv4Address, now_s: int) -> Answer:
        address = self._choose(message, subnet, now_s)
        if address is None:
            self.exhausted += 1
            return NOTHING
        if len(self._offers) >= MAX_OFFERS:
            self._offers.clear()
        self._offers[address] = message.client_id, now_s + OFFER_S
        lease_s = self._lease_s(message, subnet)
        return Answer(self._reply(codes.OFFER, message, subnet, server, address, lease_s))

    def _request(self, message: DhcpMessage, subnet: Subnet, server: IPv4Address, now_s: int) -> Answer:
        """SELECTING, INIT-REBOOT, RENEWING or REBINDING: the table of RFC 2131 4.3.2."""
        chosen, wanted = message.address(codes.SERVER_ID), message.address(codes.REQUESTED_ADDRESS)
        if chosen is not None and chosen != server:
            self._forget_offer(message.client_id)  # another server's offer was taken
            return NOTHING
        address = wanted if wanted is not None else message.ciaddr
        if not int(address):
            return NOTHING
        known = self.leases.of_client(message.client_id, subnet.network)
        rebooting = chosen is None and not int(message.ciaddr)
        if (
            rebooting
            and address in subnet.network
            and known is None
            and subnet.reserved(message.client_id, message.chaddr) is None
        ):
            return NOTHING  # a client of another server: it is to be silent
        held = known is not None and self.leases.active(known.address, now_s) is not None
        another = chosen is None and held and known is not None and known.address != address
        if address not in subnet.network or another or not self._may_have(message, subnet, address, now_s):
            return Answer(self._nak(message, server, "this address is not yours"))
        lease_s = self._lease_s(message, subnet)
        lease = self._bind(message, address, lease_s, now_s)
        return Answer(self._reply(codes.ACK, message, subnet, server, address, lease_s), lease)

    def _decline(self, message: DhcpMessage, subnet: Subnet, server: IPv4Address, now_s: int) -> Answer:
        address = message.address(codes.REQUESTED_ADDRESS)
        lease = None if address is None else self.leases.active(address, now_s)
        if message.address(codes.SERVER_ID) != server or lease is None or lease.client_id != message.client_id:
            return NOTHING
        declined = Lease(lease.address, b"", b"", "", now_s + DECLINED_S, DECLINED)
        self.leases.put(declined)
        return Answer(None, declined)

    def _release(self, message: DhcpMessage, subnet: Subnet, server: IPv4Address, now_s: int) -> Answer:
        lease = self.leases.active(message.ciaddr, now_s)
        if lease is None or lease.client_id != message.client_id or lease.state != BOUND:
            return NOTHING
        lease.state = FREE
        lease.until_s = now_s
        return Answer(None, lease)

    def _inform(self, message: DhcpMessage, subnet: Subnet, server: IPv4Address, now_s: int) -> Answer:
        """Options only: neither address nor lease (RFC 2131 4.3.5)."""
        if not int(message.ciaddr):
            return NOTHING
        return Answer(self._reply(codes.ACK, message, subnet, server, NO_ADDRESS, 0))

    # -- choosing

    def _choose(self, message: DhcpMessage, subnet: Subnet, now_s: int) -> IPv4Address | None:
        """RFC 2131 4.3.1: the reserved address, the present or the last one, the one asked for, or a free one."""
        reserved = subnet.reserved(message.client_id, message.chaddr)
        if reserved is not None:
            return reserved if self._may_have(message, subnet, reserved, now_s) else None
        known = self.leases.of_client(message.client_id, subnet.network)
        for address in (None if known is None else known.address, message.address(codes.REQUESTED_ADDRESS)):
            if address is not None and self._may_have(message, subnet, address, now_s):
                return address
        return self._free(message, subnet, now_s)

    def _free(self, message: DhcpMessage, subnet: Subnet, now_s: int) -> IPv4Address | None:
        """An address that nobody has had, so that each client finds its own again; else the one that ended first."""
        best: IPv4Address | None = None
        for address in subnet.candidates():
            if self._may_have(message, subnet, address, now_s):
                if address not in self.leases.by_address:
                    return address
                if best is None or self._ended_s(address) < self._ended_s(best):
                    best = address
        return best

    def _ended_s(self, address: IPv4Address) -> int:
        return self.leases.by_address[address].until_s

    def _may_have(self, message: DhcpMessage, subnet: Subnet, address: IPv4Address, now_s: int) -> bool:
        """Whether a client may have an address now."""
        reserved = subnet.reserved(message.client_id, message.chaddr)
        if address != reserved and (reserved is not None or not subnet.in_pool(address)):
            return False
        lease = self.leases.active(address, now_s)
        if lease is not None and (lease.state != BOUND or lease.client_id != message.client_id):
            return False
        client_id, until_s = self._offers.get(address, (b"", 0))
        return until_s <= now_s or client_id == message.client_id

    def _bind(self, message: DhcpMessage, address: IPv4Address, lease_s: int, now_s: int) -> Lease:
        self._offers.pop(address, None)
        name = message.options.get(codes.HOST_NAME, b"").decode("ascii", "replace")
        until_s = FOR_EVER_S if lease_s == codes.INFINITE_S else now_s + lease_s
        lease = Lease(address, message.client_id, message.chaddr, name, until_s, BOUND)
        self.leases.put(lease)
        return lease

    def _forget_offer(self, client_id: bytes) -> None:
        for address, (offered_to, _) in list(self._offers.items()):
            if offered_to == client_id:
                del self._offers[address]

    def _lease_s(self, message: DhcpMessage, subnet: Subnet) -> int:
        return subnet.granted_s(message.number(codes.LEASE_TIME))

    # -- replies

    def _reply(
        self,
        kind: int,
        message: DhcpMessage,
        subnet: Subnet,
        server: IPv4Address,
        address: IPv4Address,
        lease_s: int,
    ) -> DhcpMessage:
        options = {codes.MESSAGE_TYPE: bytes([kind]), codes.SERVER_ID: server.packed}
        if lease_s:
            renew_s, rebind_s = subnet.renew_s or lease_s // 2, subnet.rebind_s or lease_s * 7 // 8
            options[codes.LEASE_TIME] = lease_s.to_bytes(4, "big")
            if renew_s < rebind_s < lease_s:
                options[codes.RENEWAL_TIME] = renew_s.to_bytes(4, "big")
                options[codes.REBINDING_TIME] = rebind_s.to_bytes(4, "big")
        options |= subnet.options(message.options.get(codes.PARAMETER_LIST, b""))
        return DhcpMessage(
            REPLY,
            message.xid,
            message.chaddr,
            options,
            broadcast=message.broadcast,
            ciaddr=message.ciaddr if kind == codes.ACK else NO_ADDRESS,
            yiaddr=address,
            giaddr=message.giaddr,
        )

    def _nak(self, message: DhcpMessage, server: IPv4Address, why: str) -> DhcpMessage:
        """A refusal: broadcast, by the relay agent too (RFC 2131 4.3.2)."""
        options = {
            codes.MESSAGE_TYPE: bytes([codes.NAK]),
            codes.SERVER_ID: server.packed,
            codes.MESSAGE: why.encode("ascii"),
        }
        return DhcpMessage(REPLY, message.xid, message.chaddr, options, broadcast=True, giaddr=message.giaddr)
