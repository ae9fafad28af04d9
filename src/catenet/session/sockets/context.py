"""The context of one host's sockets: the layers below them, and blocking calls."""

from __future__ import annotations

from asyncio import _get_running_loop
from collections.abc import Callable

from catenet.kernel import NEVER, Deadlock, Kernel
from catenet.network.packet_taps import PacketTaps
from catenet.network.stack import IpStack
from catenet.session.loop.timers import end_ns
from catenet.session.names.hosts_table import Names
from catenet.session.names.resolver import Resolver
from catenet.session.sockets.socket_base import Endpoint
from catenet.transport.tcp.layer import TcpLayer
from catenet.transport.udp import UdpLayer


class SocketContext:
    """The layers of one host, its resolver, and its time."""

    def __init__(self, kernel: Kernel, ip: IpStack, tcp: TcpLayer, udp: UdpLayer, names: Names, name: str) -> None:
        self.kernel = kernel
        self.ip = ip
        self.tcp = tcp
        self.udp = udp
        self.names = names
        self.name = name
        self.packets: PacketTaps = PacketTaps(ip)
        self.resolver: Resolver = Resolver(names, ip, name)
        self.in_turn: Callable[[], bool] = bool
        """Set by the loop: true while the host's own code runs."""

    def wait(self, call: str, endpoint: Endpoint, ready: Callable[[], bool], timeout: float | None) -> None:
        """Let virtual time pass until ``ready``.  Raises TimeoutError after ``timeout`` seconds.

        For a blocking call outside of any turn.  Inside one, time does not advance, so waiting would never end: raises
        RuntimeError.  Raises Deadlock if no event is left.
        """
        kernel = self.kernel
        if self.in_turn() or getattr(_get_running_loop(), "kernel", None) is kernel:
            raise RuntimeError(
                f"socket.{call} would block, and {self.name}'s event loop with it: virtual time stands still during a "
                f"turn.  Use the loop's sock_* methods, streams, or a non-blocking socket"
            )
        until_ns = NEVER if timeout is None else end_ns(kernel.now_ns, timeout)
        while not ready():
            if kernel.next_time_ns() > until_ns:
                kernel.run(until_ns)
                raise TimeoutError("timed out")
            if not kernel.step():
                raise Deadlock(kernel.now_ns, [f"{self.name}: socket.{call} waits for {endpoint.waits_for()}"])
