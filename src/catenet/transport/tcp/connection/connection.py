"""One connection: what its user may ask of it, and who keeps it.

A connection is a control block (:mod:`.control_block`) with events from below (:mod:`.event_processing`), socket
options (:mod:`.options`) and, here, the user's calls (RFC 9293 section 3.9.1): SEND, RECEIVE, CLOSE, ABORT and
STATUS.  OPEN is :meth:`~..layer.TcpLayer.connect` and :meth:`~..layer.TcpLayer.listen`.
"""

from __future__ import annotations

import errno
from typing import Final

from mypy_extensions import i64, mypyc_attr

from catenet.kernel.kernel import Kernel
from catenet.transport.tcp.connection.info import TcpInfo
from catenet.transport.tcp.connection.options import ConnectionOptions
from catenet.transport.tcp.connection.report import describe
from catenet.transport.tcp.connection.state import (
    CLOSE,
    CLOSE_WAIT,
    CLOSED,
    ESTABLISHED,
    FIN_WAIT_2,
    LISTEN,
    STATE_NAMES,
    SYN_RECEIVED,
    SYN_SENT,
    TIME_WAIT,
)
from catenet.transport.tcp.counters import TcpCounters
from catenet.transport.tcp.sender.segment_output import Carrier
from catenet.transport.tcp.settings import TcpOptions, TcpSettings


@mypyc_attr(allow_interpreted_subclasses=True)
class ConnectionOwner:
    """Who keeps the connections of a host, and is told what becomes of them."""

    def has_room(self, connection: Connection) -> bool:
        """True if a connection that was opened passively may be established now."""
        return True

    def synchronized(self, connection: Connection) -> None:
        """The handshake is done."""

    def left(self, connection: Connection) -> None:
        """The connection is CLOSED: forget it."""

    def waits(self, connection: Connection) -> None:
        """The connection is in TIME-WAIT: keep an entry for it, and forget it."""

    def may_challenge(self, now_ns: i64) -> bool:
        """True if this host may send another challenge ACK now (RFC 5961 section 7)."""
        return True


class Connection(ConnectionOptions):
    """One end of a TCP connection.

    Addresses are whole numbers of the given IP ``version``.  Made by :meth:`.layer.TcpLayer.connect` or
    given by :meth:`.listener.Listener.accept`.  ``user`` may be set at any time; what happened before is not
    told again, so look at :attr:`available` and :attr:`at_eof` when taking a connection over.
    """

    def __init__(
        self,
        kernel: Kernel,
        owner: ConnectionOwner,
        settings: TcpSettings,
        counters: TcpCounters,
        options: TcpOptions,
        carrier: Carrier,
        version: i64,
        local_address: int,
        local_port: i64,
        remote_address: int,
        remote_port: i64,
    ) -> None:
        super().__init__(
            kernel,
            settings,
            counters,
            options,
            carrier,
            version,
            local_address,
            local_port,
            remote_address,
            remote_port,
        )
        self.owner: Final = owner
        self.linger_s: int = options.linger_s
        self.next_in_chain: Connection | None = None

    # -- what the user may ask and say

    @property
    def available(self) -> int:
        """Octets that can be read at once."""
        return self.receiver.ready.length

    @property
    def at_eof(self) -> bool:
        """True when the peer will send no more and all it sent has been read."""
        return self.receiver.ready.length == 0 and (self.receiver.finished or self.state == CLOSED)

    @property
    def unsent(self) -> int:
        """Octets that ``send`` took and that were not sent yet."""
        return self.sender.unsent.length

    @property
    def unacked(self) -> int:
        """Octets of sequence space that were sent and not acknowledged yet."""
        return self.sender.snd_nxt - self.sender.snd_una

    @property
    def state_name(self) -> str:
        """The state as RFC 9293 spells it."""
        return STATE_NAMES[self.state].replace("_", "-")

    def send_space(self) -> int:
        """Octets that ``send`` would take now; 0 also makes ``writable`` be called later."""
        space = self.sender.space()
        if space == 0:
            self.sender.unsent.want_writable = True
        return space

    def send(self, data: bytes) -> int:
        """Take octets to be sent; returns how many.  Fewer than offered: wait for ``writable``.

        Before the connection is established they wait for it.  Raises BrokenPipeError after
        ``shut_down_sending`` or ``close``, and the connection's error if it is over.
        """
        if not self._may_queue_data():
            raise BrokenPipeError(errno.EPIPE, "the sending side is shut down")
        space = self.sender.space()
        size = len(data)
        if size > space:
            self.sender.unsent.want_writable = True
            data = data[:space]
            size = len(data)
        if size > 0:
            self.sender.unsent.append(data)
            if self.may_send_data():
                self.send_what_may_go(self.kernel.now_ns)
        return size

    def recv(self, most: int) -> bytes:
        """Take up to ``most`` octets that have arrived; empty if there are none."""
        receiver = self.receiver
        data = receiver.ready.take(most)
        if len(data) > 0 and not receiver.finished and self.state != CLOSED:
            now_ns = self.kernel.now_ns
            window = receiver.window
            window.read(len(data), receiver.mss, now_ns)
            if window.update_is_due(receiver.rcv_nxt, receiver.ready.length, receiver.mss):
                self.send_ack(now_ns)
        return data

    def shut_down_sending(self) -> None:
        """Send a FIN after all data (half-close).  Nothing happens if it was done before."""
        if self.sender.fin_queued or self.state == CLOSED:
            return
        self.sender.fin_queued = True
        if self.state == ESTABLISHED or self.state == CLOSE_WAIT:
            self.enter(CLOSE)
            self.finish(self.kernel.now_ns)

    def close(self) -> None:
        """The user wants no more of it.  What was sent is still delivered, then a FIN.

        Unread data, or SO_LINGER of zero, makes it a reset instead (RFC 2525 section 2.17).
        """
        if self.orphan or self.state in (CLOSED, TIME_WAIT):
            self.disown()
            return
        if self.state == SYN_SENT or self.state == LISTEN:
            # RFC 9293 section 3.10.4: the peer knows of nothing yet
            self.disown()
            self.give_up(0, False)
            return
        if self.receiver.ready.length > 0 or self.linger_s == 0:
            self.counters.aborts_on_close += 1
            self.abort()
            return
        self.disown()
        self.receiver.ahead.clear()
        if self.state == FIN_WAIT_2:
            self.wait_for_fin(self.kernel.now_ns)
        if not self.sender.fin_queued:
            self.shut_down_sending()
        else:
            self.set_timer()

    def abort(self) -> None:
        """End it at once, with a RST to the peer if it knows of the connection.  The user hears nothing more."""
        if self.state in (CLOSED, TIME_WAIT):
            return
        self.disown()
        if self.state not in (SYN_SENT, LISTEN):
            self.output.send_reset(self.sender.snd_nxt, self.kernel.now_ns)
        self.give_up(0, False)

    def lose_power(self) -> None:
        """The host has lost power: neither the user nor the peer hears of it."""
        self.disown()
        self.forget_user()
        self.give_up(0, False)

    def info(self) -> TcpInfo:
        """What Linux's ``TCP_INFO`` tells."""
        return describe(self)

    # -- the owner's and the user's answers to what happens

    def has_room(self) -> bool:
        return self.owner.has_room(self)

    def may_challenge(self, now_ns: i64) -> bool:
        return self.owner.may_challenge(now_ns)

    def left(self) -> None:
        self.owner.left(self)

    def waits(self) -> None:
        self.owner.waits(self)

    def tell(self) -> None:
        established = self.tell_established
        readable = self.tell_readable
        writable = self.sender.unsent.became_writable
        self.tell_established = False
        self.tell_readable = False
        self.sender.unsent.became_writable = False
        if established:
            self.owner.synchronized(self)
            if not self.handshake.passive and not self.orphan:
                self.user.established()
        if readable and not self.orphan:
            self.user.readable()
        if writable and not self.orphan and self.state != CLOSED:
            self.user.writable()
        if self.tell_closed:
            self.tell_closed = False
            self.user.closed(int(self.error))

    # -- inside

    def _may_queue_data(self) -> bool:
        if self.sender.fin_queued or self.orphan:
            return False
        return self.state in (ESTABLISHED, CLOSE_WAIT, SYN_SENT, SYN_RECEIVED)
