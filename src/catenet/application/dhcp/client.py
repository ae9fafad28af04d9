"""The client's state machine (RFC 2131 4.4, figure 5): from INIT to BOUND, and back when a lease ends.

It sends through :class:`ClientActions`, and is told of replies, of the time, and of what its ARP probe found.  Times
are nanoseconds of the kernel.
"""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Final

from catenet.application.dhcp import options as codes
from catenet.application.dhcp.client_lease import WANTED, ClientLease, S, lease_of
from catenet.application.dhcp.message import NO_ADDRESS, REPLY, REQUEST, DhcpMessage
from catenet.kernel.streams import Stream

STOPPED: Final = "STOPPED"
INIT: Final = "INIT"
SELECTING: Final = "SELECTING"
REQUESTING: Final = "REQUESTING"
PROBING: Final = "PROBING"
"""The ARP probe before the first use of an address (RFC 2131 3.1, 5), which the RFC's figure has no state for."""
BOUND: Final = "BOUND"
RENEWING: Final = "RENEWING"
REBINDING: Final = "REBINDING"
REBOOTING: Final = "REBOOTING"
"""After INIT-REBOOT's request."""

INITIAL_DELAY_NS: Final = S
"""The most; RFC 2131 4.4.1 suggests 1 to 10 s, and most clients wait less."""
FIRST_RETRY_NS: Final = 4 * S
LAST_RETRY_NS: Final = 64 * S
JITTER_NS: Final = S
"""Retransmissions come after 4, 8 … 64 s, ± 1 s (RFC 2131 4.1)."""
REQUEST_TRIES: Final = 4
REBOOT_TRIES: Final = 2
MIN_RENEWAL_NS: Final = 60 * S
"""Between two requests in RENEWING or REBINDING (RFC 2131 4.4.5)."""
AFTER_DECLINE_NS: Final = 10 * S
MAX_SIZE: Final = 1500


class ClientActions:
    """What a client needs of its host."""

    def send(self, message: DhcpMessage, to: IPv4Address | None, src: IPv4Address) -> None:
        """Send to a server, or broadcast if ``to`` is None; from ``src``, which may be 0.0.0.0."""
        raise AssertionError(f"{type(self).__name__} cannot send")

    def probe(self, address: IPv4Address) -> None:
        """Ask by ARP whether another host has an address, and call :meth:`DhcpClient.probed`."""
        raise AssertionError(f"{type(self).__name__} cannot probe")

    def configure(self, lease: ClientLease) -> None:
        """Use a lease from now on, instead of the last one."""
        raise AssertionError(f"{type(self).__name__} cannot configure")

    def deconfigure(self) -> None:
        """The lease has ended."""
        raise AssertionError(f"{type(self).__name__} cannot configure")

    def remember(self, lease: ClientLease | None) -> None:
        """Keep a lease for the next start; None if the address may not be asked for again."""
        raise AssertionError(f"{type(self).__name__} cannot remember a lease")


class DhcpClient:
    """The client of one interface.

    ``sent`` counts messages by type, ``naks`` and ``declined`` addresses that were lost.
    """

    def __init__(self, mac: bytes, host_name: str, stream: Stream, actions: ClientActions) -> None:
        self.state: str = STOPPED
        self.lease: ClientLease | None = None
        self._next_ns: int | None = None
        self.sent: Final[dict[int, int]] = {}
        self.naks: int = 0
        self.declined: int = 0
        self._mac: Final = mac
        self._host_name: Final = host_name
        self._stream: Final = stream
        self._actions: Final = actions
        self._xid = 0
        self._tries = 0
        self._begun_ns = 0
        self._sent_ns = 0
        self._offer: DhcpMessage | None = None
        self._granted: ClientLease | None = None
        self._remembered: ClientLease | None = None

    @property
    def wake_ns(self) -> int | None:
        """When to call :meth:`wake`: at the next step, or when the lease ends; None for never."""
        ends_ns = None if self.lease is None else self.lease.until_ns
        if self._next_ns is None or ends_ns is None:
            return ends_ns if self._next_ns is None else self._next_ns
        return min(self._next_ns, ends_ns)

    # -- what happens

    def resume(self, lease: ClientLease | None) -> None:
        """The lease that an earlier run of the host has kept: it is verified before it is used (RFC 2131 3.2)."""
        self._remembered = lease

    def link_up(self, now_ns: int) -> None:
        """The link has come up: verify the lease, or ask for one (INIT-REBOOT, INIT)."""
        known = self._known
        if known is not None and known.holds(now_ns):
            self._begin(REBOOTING, now_ns)
            self._send_request(now_ns)
        else:
            self._init(now_ns, self._stream.below(INITIAL_DELAY_NS + 1))

    def link_down(self) -> None:
        """The link is down; the lease stays."""
        self.state = STOPPED
        self._next_ns = None

    def forget(self) -> None:
        """The host has lost power, and its memory."""
        self._remembered = None
        self._lose()
        self.state = STOPPED
        self._next_ns = None

    def release(self, now_ns: int) -> None:
        """Give the address back, and stop (RFC 2131 4.4.6)."""
        lease = self.lease
        if lease is not None and self.state in (BOUND, RENEWING, REBINDING):
            self._xid = self._stream.bits(32)
            message = self._message(codes.RELEASE, now_ns, {codes.SERVER_ID: lease.server.packed})
            message.ciaddr = lease.address
            self._send(message, lease.server, lease.address)
        self._give_up_address()
        self.forget()

    def wake(self, now_ns: int) -> None:
        """The time ``wake_ns`` has come."""
        lease = self.lease
        if lease is not None and lease.until_ns is not None and now_ns >= lease.until_ns:
            stopped = self.state == STOPPED
            self._lose()
            self._next_ns = None
            if not stopped:
                self._init(now_ns, 0)
        elif self.state in (INIT, SELECTING):
            self._discover(now_ns)
        elif self.state == REQUESTING:
            self._again(now_ns, REQUEST_TRIES)
        elif self.state == REBOOTING:
            self._again(now_ns, REBOOT_TRIES)
        elif self.state in (BOUND, RENEWING, REBINDING) and lease is not None:
            self._renew(lease, now_ns)

    def receive(self, message: DhcpMessage, now_ns: int) -> None:
        """A message came to the client's port."""
        if message.op != REPLY or message.xid != self._xid or message.chaddr != self._mac:
            return
        if self.state == SELECTING and message.type == codes.OFFER:
            if message.address(codes.SERVER_ID) is not None and int(message.yiaddr):
                self._offer = message
                self._begin(REQUESTING, now_ns, keep_xid=True)
                self._send_request(now_ns)
        elif self.state in (REQUESTING, REBOOTING, RENEWING, REBINDING):
            if message.type == codes.NAK:
                self.naks += 1
                self._give_up_address()
                self._lose()
                self._init(now_ns, self._stream.below(INITIAL_DELAY_NS + 1))
            elif message.type == codes.ACK:
                granted = lease_of(message, self._sent_ns)
                if granted is not None:
                    self._acknowledged(granted, now_ns)

    def probed(self, in_use: bool, now_ns: int) -> None:
        """The ARP probe of the address is over."""
        granted = self._granted
        if self.state != PROBING or granted is None:
            return
        if in_use:
            self._decline(granted, now_ns)
        else:
            self._bind(granted)

    def conflict(self, address: IPv4Address, now_ns: int) -> None:
        """Another host uses the address that is in use here."""
        lease = self.lease
        if lease is not None and lease.address == address:
            self._decline(lease, now_ns)

    # -- states

    def _begin(self, state: str, now_ns: int, *, keep_xid: bool = False) -> None:
        self.state = state
        self._tries = 0
        if not keep_xid:
            self._begun_ns = now_ns
            self._xid = self._stream.bits(32)

    def _init(self, now_ns: int, delay_ns: int) -> None:
        self._begin(INIT, now_ns)
        self._offer = self._granted = None
        self._next_ns = now_ns + delay_ns

    def _discover(self, now_ns: int) -> None:
        self.state = SELECTING
        wanted = {} if self._known is None else {codes.REQUESTED_ADDRESS: self._known.address.packed}
        self._send(self._message(codes.DISCOVER, now_ns, wanted), None, NO_ADDRESS)
        self._retry(now_ns)

    def _again(self, now_ns: int, tries: int) -> None:
        """No answer to a request.  A lease that is still valid is used for the rest of its time (RFC 2131 3.2)."""
        if self._tries < tries:
            self._send_request(now_ns)
        elif self.state == REBOOTING and self.lease is not None:
            self._bind(self.lease)
        elif self.state == REBOOTING and self._remembered is not None and self._remembered.holds(now_ns):
            self._check(self._remembered)
        else:
            self._init(now_ns, 0)

    def _send_request(self, now_ns: int) -> None:
        """The request of SELECTING or INIT-REBOOT (RFC 2131 4.3.2)."""
        wanted: dict[int, bytes] = {}
        if self._offer is not None and self.state == REQUESTING:
            wanted[codes.SERVER_ID] = self._offer.options[codes.SERVER_ID]
            wanted[codes.REQUESTED_ADDRESS] = self._offer.yiaddr.packed
        elif self._known is not None:
            wanted[codes.REQUESTED_ADDRESS] = self._known.address.packed
        if self._tries == 0:
            self._sent_ns = now_ns
        self._send(self._message(codes.REQUEST, now_ns, wanted), None, NO_ADDRESS)
        self._retry(now_ns)

    def _acknowledged(self, granted: ClientLease, now_ns: int) -> None:
        if self.lease is not None and granted.address == self.lease.address:
            self._bind(granted)
            return
        if self.lease is not None:
            self._lose()
        self._check(granted)

    def _check(self, granted: ClientLease) -> None:
        """Probe an address before its first use."""
        self._granted = granted
        self.state = PROBING
        self._next_ns = None
        self._actions.probe(granted.address)

    def _bind(self, lease: ClientLease) -> None:
        changed = lease is not self.lease
        self.state = BOUND
        self.lease = lease
        self._granted = self._offer = None
        fuzz_ns = 0 if lease.until_ns is None else max(0, (lease.rebind_ns - lease.renew_ns) // 20)
        self._next_ns = None if lease.until_ns is None else lease.renew_ns + self._stream.below(fuzz_ns + 1)
        if changed:
            self._remembered = lease
            self._actions.configure(lease)
            self._actions.remember(lease)

    def _renew(self, lease: ClientLease, now_ns: int) -> None:
        """Ask the server until T2, then any server until the end (RFC 2131 4.4.5)."""
        assert lease.until_ns is not None
        rebinding = now_ns >= lease.rebind_ns
        state = REBINDING if rebinding else RENEWING
        if self.state != state:
            self._begin(state, now_ns)
        deadline_ns = lease.until_ns if rebinding else lease.rebind_ns
        message = self._message(codes.REQUEST, now_ns, {})
        message.ciaddr = lease.address
        self._sent_ns = now_ns
        self._send(message, None if rebinding else lease.server, lease.address)
        half_ns = (deadline_ns - now_ns) // 2
        self._next_ns = min(deadline_ns, now_ns + max(half_ns, MIN_RENEWAL_NS))

    def _decline(self, lease: ClientLease, now_ns: int) -> None:
        """RFC 2131 3.1, 5: tell the server, and begin anew after at least ten seconds."""
        self.declined += 1
        given = {codes.REQUESTED_ADDRESS: lease.address.packed, codes.SERVER_ID: lease.server.packed}
        self._send(self._message(codes.DECLINE, now_ns, given), None, NO_ADDRESS)
        self._give_up_address()
        self._lose()
        self._init(now_ns, AFTER_DECLINE_NS)

    def _lose(self) -> None:
        if self.lease is not None:
            self.lease = None
            self._actions.deconfigure()

    @property
    def _known(self) -> ClientLease | None:
        """The present lease, else the last one."""
        return self._remembered if self.lease is None else self.lease

    def _give_up_address(self) -> None:
        if self._remembered is not None:
            self._remembered = None
            self._actions.remember(None)

    # -- messages

    def _retry(self, now_ns: int) -> None:
        step_ns = min(FIRST_RETRY_NS << min(self._tries, 4), LAST_RETRY_NS)
        self._tries += 1
        self._next_ns = now_ns + step_ns + self._stream.between(-JITTER_NS, JITTER_NS)

    def _message(self, kind: int, now_ns: int, more: dict[int, bytes]) -> DhcpMessage:
        options = {codes.MESSAGE_TYPE: bytes([kind]), codes.CLIENT_ID: b"\x01" + self._mac, **more}
        if kind in (codes.DISCOVER, codes.REQUEST):
            options[codes.MAX_SIZE] = MAX_SIZE.to_bytes(2, "big")
            options[codes.HOST_NAME] = self._host_name.encode("ascii", "replace")
            options[codes.PARAMETER_LIST] = WANTED
        # secs stays the same in a request that follows an offer: RFC 2131 4.4.1
        secs = min((now_ns - self._begun_ns) // S, 0xFFFF) if kind in (codes.DISCOVER, codes.REQUEST) else 0
        return DhcpMessage(REQUEST, self._xid, self._mac, options, secs, kind in (codes.DISCOVER, codes.REQUEST))

    def _send(self, message: DhcpMessage, to: IPv4Address | None, src: IPv4Address) -> None:
        if int(src):
            message.broadcast = False
        self.sent[message.type] = self.sent.get(message.type, 0) + 1
        self._actions.send(message, to, src)
