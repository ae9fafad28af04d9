from __future__ import annotations

import pytest

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


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        ((4, 0, False), (4, 5, False), True),
        ((4, 5, False), (4, 5, False), True),
        ((4, 5, False), (4, 6, False), False),
        ((4, 0, False), (6, 0, False), False),
        ((4, 0, False), (6, 0, True), True),
        ((4, 5, False), (6, 0, True), True),
        ((4, 5, False), (6, 7, True), False),
        ((6, 0, True), (6, 7, False), True),
    ],
)
def test_which_two_may_not_bind_one_port(
    one: tuple[int, int, bool], other: tuple[int, int, bool], overlap: bool
) -> None:
    """Each segment is for one of them: of either order, and both versions where a socket of IPv6 hears IPv4."""
    for first, second in ((one, other), (other, one)):
        held = Reservation(first[0], first[1], 80, first[2], False, False)
        assert held.overlaps(*second) is overlap
        assert held.conflicts(Reservation(second[0], second[1], 80, second[2], False, False)) is overlap


@pytest.mark.parametrize(
    ("shares", "listening", "conflict"),
    [
        ("nothing", 0, True),
        ("the address", 0, False),
        ("the address", 1, True),
        ("the port", 1, False),
        ("one the address", 0, True),
        ("one the port", 0, True),
    ],
)
def test_who_shares_a_port_with_whom(shares: str, listening: int, conflict: bool) -> None:
    """SO_REUSEADDR is for those of whom one listens at most, SO_REUSEPORT for those who all do; both must agree."""
    alone = shares.startswith("one ")
    address, port = shares.endswith("the address"), shares.endswith("the port")
    for turned in (False, True):
        one = Reservation(4, 0, 80, False, address and not (alone and turned), port and not (alone and turned))
        other = Reservation(
            4, 0, 80, False, address and not (alone and not turned), port and not (alone and not turned)
        )
        (other if turned else one).listening = bool(listening)
        assert one.conflicts(other) is conflict
