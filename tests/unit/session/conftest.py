"""Two hosts on one wire, each with an event loop, to test sockets with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from catenet.kernel import Kernel
from catenet.network import addresses
from catenet.network.interface import Interface
from catenet.network.stack import IpStack
from catenet.physical.wire import Wire
from catenet.session.loop.loop import Loop
from catenet.session.names.hosts_table import Names
from catenet.session.stack import SocketStack
from catenet.transport.tcp.layer import TcpLayer
from catenet.transport.udp import UdpLayer

MS = 1_000_000


class Pair:
    """Hosts ``alpha`` (10.0.0.1, 2001:db8::1) and ``beta`` (10.0.0.2, 2001:db8::2), 5 ms apart at 100 Mbit/s."""

    def __init__(self) -> None:
        self.kernel = Kernel(seed=7)
        self.names = Names()
        self.alpha, alpha_interface = self._host("alpha", 1)
        self.beta, beta_interface = self._host("beta", 2)
        self.wire = Wire(self.kernel, "alpha", "beta", alpha_interface.port, beta_interface.port, 100_000_000, 5 * MS)
        alpha_interface.port.attach(self.wire.forward)
        beta_interface.port.attach(self.wire.backward)

    def _host(self, name: str, number: int) -> tuple[Loop, Interface]:
        ip = IpStack(self.kernel, name)
        interface = ip.add_interface("eth0", 0x020000000000 + number, 1500, False)
        for text in (f"10.0.0.{number}/24", f"2001:db8::{number}/64"):
            version, address, prefix_len = addresses.parse_interface(text)
            ip.add_address(interface, version, address, prefix_len, False)
            self.names.add(name, text.split("/")[0])
        return Loop(
            self.kernel, ip, TcpLayer(self.kernel, ip, name), UdpLayer(self.kernel, ip, name), self.names, name
        ), interface

    def another_loop(self, loop: Loop) -> Loop:
        """A further loop of the same host."""
        stack: SocketStack = loop.sockets
        return Loop(self.kernel, stack.ip, stack.tcp, stack.udp, self.names, loop.name, sockets=stack)

    def close(self) -> None:
        for loop in (self.alpha, self.beta):
            if not loop.is_closed():
                loop.close()


@pytest.fixture
def pair() -> Iterator[Pair]:
    made = Pair()
    yield made
    made.close()
