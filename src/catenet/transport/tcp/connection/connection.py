"""One connection: the calls of its user, and its owner.

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
    """The owner of a host's connections, which is notified of their state."""

    def has_room(self, connection: Connection) -> bool:
        """True if a passively opened connection may be established now."""
        return True

    def synchronized(self, connection: Connection) -> None:
        """The handshake is done."""

    def left(self, connection: Connection) -> None:
        """The connection is CLOSED: delete it."""

    def waits(self, connection: Connection) -> None:
        """The connection is in TIME-WAIT: keep an entry for it, and delete it."""

    def may_challenge(self, now_ns: i64) -> bool:
        """True if this host may send another challenge ACK now (RFC 5961 section 7)."""
        return True


class Connection(ConnectionOptions):
    """One end of a TCP connection.

    Addresses are whole numbers of the given IP ``version``.  Created by :meth:`.layer.TcpLayer.connect` or returned by
    :meth:`.listener.Listener.accept`.  ``user`` may be set at any time; earlier notifications are not repeated, so
    check :attr:`available` and :attr:`at_eof` when taking over a connection.
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

    # -- calls of the user

    @property
    def available(self) -> int:
        """Octets that can be read at once."""
        return self.receiver.ready.length

    @property
    def at_eof(self) -> bool:
        """True if the peer has ended its stream and all of it has been read."""
        return self.receiver.ready.length == 0 and (self.receiver.finished or self.state == CLOSED)

    @property
    def unsent(self) -> int:
        """Octets that ``send`` accepted and that have not been sent yet."""
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
        """Octets that ``send`` would accept now; after 0, ``writable`` is called later."""
        space = self.sender.space()
        if space == 0:
            self.sender.unsent.want_writable = True
        return space

    def send(self, data: bytes) -> int:
        """Queue octets to send; returns the number accepted.  If it is less, wait for ``writable``.

        They are buffered until the connection is established.  Raises BrokenPipeError after ``shut_down_sending`` or
        ``close``, and the connection's error if it has ended.
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
        """Read up to ``most`` received octets; empty if there are none."""
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
        """Close the connection: queued data are still delivered, then a FIN.

        Unread data, or SO_LINGER of zero, makes it a reset instead (RFC 2525 section 2.17).
        """
        if self.orphan or self.state in (CLOSED, TIME_WAIT):
            self.disown()
            return
        if self.state == SYN_SENT or self.state == LISTEN:
            # RFC 9293 section 3.10.4: no segment has reached the peer yet
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
        """Abort at once, with a RST to the peer if it knows of the connection.  The user gets no further calls."""
        if self.state in (CLOSED, TIME_WAIT):
            return
        self.disown()
        if self.state not in (SYN_SENT, LISTEN):
            self.output.send_reset(self.sender.snd_nxt, self.kernel.now_ns)
        self.give_up(0, False)

    def lose_power(self) -> None:
        """The host has lost power: neither the user nor the peer is notified."""
        self.disown()
        self.forget_user()
        self.give_up(0, False)

    def info(self) -> TcpInfo:
        """The figures of Linux's ``TCP_INFO``."""
        return describe(self)

    # -- notifications to the owner and the user

    def has_room(self) -> bool:
        return self.owner.has_room(self)

    def may_challenge(self, now_ns: i64) -> bool:
        return self.owner.may_challenge(now_ns)

    def left(self) -> None:
        self.owner.left(self)

    def waits(self) -> None:
        self.owner.waits(self)

    def notify(self) -> None:
        established = self.notify_established
        readable = self.notify_readable
        writable = self.sender.unsent.became_writable
        self.notify_established = False
        self.notify_readable = False
        self.sender.unsent.became_writable = False
        if established:
            self.owner.synchronized(self)
            if not self.handshake.passive and not self.orphan:
                self.user.established()
        if readable and not self.orphan:
            self.user.readable()
        if writable and not self.orphan and self.state != CLOSED:
            self.user.writable()
        if self.notify_closed:
            self.notify_closed = False
            self.user.closed(int(self.error))

    # -- inside

    def _may_queue_data(self) -> bool:
        if self.sender.fin_queued or self.orphan:
            return False
        return self.state in (ESTABLISHED, CLOSE_WAIT, SYN_SENT, SYN_RECEIVED)
