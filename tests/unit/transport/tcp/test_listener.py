from __future__ import annotations

from catenet.kernel import Kernel
from catenet.transport.tcp.isn import KeyedHash
from catenet.transport.tcp.listener import Acceptor, Listener
from catenet.transport.tcp.ports import Ports, Reservation
from catenet.transport.tcp.settings import TcpOptions, TcpSettings


def test_a_listener_that_closes_is_forgotten_once_and_gives_its_port_back() -> None:
    forgotten: list[Listener] = []
    stream = Kernel(seed=1).streams.stream("ports")
    ports = Ports(TcpSettings(), KeyedHash(stream), stream)
    reservation = Reservation(4, 0, 80, False, False, False)
    reservation.listening = True
    ports.add(reservation)
    listener = Listener(forgotten.append, ports, Acceptor(), reservation, False, 1, TcpOptions())
    listener.close()
    listener.close()
    assert forgotten == [listener]
    assert not reservation.listening
    assert not ports.is_reserved(80)
