"""The hosts table, ``getaddrinfo`` and ``getnameinfo`` as glibc answers, and the order of RFC 6724."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from catenet.network import addresses
from catenet.session.names.address_selection import order
from catenet.session.names.hosts_table import Names
from catenet.session.names.resolver import Resolver

Pair = Any


class Routes:
    """A source address for each destination that there is a way to."""

    def __init__(self, sources: dict[str, str]) -> None:
        self.sources = {addresses.parse(dst): addresses.parse(src)[1] for dst, src in sources.items()}

    def source_address(self, version: int, dst: int) -> int:
        return self.sources.get((version, dst), 0)


def resolver(**hosts: list[str]) -> Resolver:
    names = Names()
    sources = {"127.0.0.1": "127.0.0.1", "::1": "::1"}
    for name, texts in hosts.items():
        for text in texts:
            names.add(name, text)
            sources[text] = "2001:db8::1" if ":" in text else "192.0.2.1"
    return Resolver(names, Routes(sources))


def ends(infos: list[Any]) -> list[tuple[str, int]]:
    return [info[4][:2] for info in infos]


def code(lookup: Resolver, *arguments: Any) -> tuple[int, str]:
    with pytest.raises(socket.gaierror) as caught:
        lookup.getaddrinfo(*arguments)
    return caught.value.errno, caught.value.strerror


def test_numeric_addresses_need_no_table() -> None:
    lookup = resolver()
    tcp, udp = (socket.SOCK_STREAM, socket.IPPROTO_TCP), (socket.SOCK_DGRAM, socket.IPPROTO_UDP)
    expected = [(socket.AF_INET, *kind, "", ("192.0.2.7", 80)) for kind in (tcp, udp, (socket.SOCK_RAW, 0))]
    assert lookup.getaddrinfo("192.0.2.7", 80) == expected
    assert lookup.getaddrinfo("fe80::1%1", "80", type=socket.SOCK_STREAM)[0][4] == ("fe80::1", 80, 0, 1)
    assert ends(lookup.getaddrinfo("127.1", "http", type=socket.SOCK_STREAM)) == [("127.0.0.1", 80)]


def test_names_without_regard_to_case_and_final_dot() -> None:
    lookup = resolver(Server=["192.0.2.7", "2001:db8::7"])
    for name in ("server", "SERVER.", b"server"):
        assert ends(lookup.getaddrinfo(name, 1, type=socket.SOCK_STREAM)) == [("2001:db8::7", 1), ("192.0.2.7", 1)]
    assert ends(lookup.getaddrinfo("server", 1, socket.AF_INET, socket.SOCK_DGRAM)) == [("192.0.2.7", 1)]
    assert lookup.getaddrinfo("server", 1, flags=socket.AI_CANONNAME)[0][3] == "server"


def test_no_host_means_this_one() -> None:
    lookup = resolver()
    assert ends(lookup.getaddrinfo(None, 5, type=socket.SOCK_STREAM)) == [("::1", 5), ("127.0.0.1", 5)]
    passive = lookup.getaddrinfo(None, 5, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    assert ends(passive) == [("0.0.0.0", 5), ("::", 5)]
    assert ends(lookup.getaddrinfo("localhost", None, type=socket.SOCK_STREAM)) == [("::1", 0), ("127.0.0.1", 0)]


def test_errors_are_glibc_s() -> None:
    lookup = resolver(server=["192.0.2.7"])
    assert code(lookup, "nowhere", 80) == (socket.EAI_NONAME, "Name or service not known")
    assert code(lookup, None, None)[0] == socket.EAI_NONAME
    assert code(lookup, "server", 80, socket.AF_INET6)[0] == socket.EAI_NODATA
    assert code(lookup, "::1", 80, socket.AF_INET)[0] == socket.EAI_ADDRFAMILY
    assert code(lookup, "server", "no-such-service")[0] == socket.EAI_SERVICE
    assert code(lookup, "server", 80, socket.AF_UNIX)[0] == socket.EAI_FAMILY
    assert code(lookup, "server", 80, 0, 77)[0] == socket.EAI_SOCKTYPE
    assert code(lookup, "server", 80, 0, 0, 0, socket.AI_NUMERICHOST)[0] == socket.EAI_NONAME


def test_mapped_addresses_for_a_name_without_version_6() -> None:
    lookup = resolver(server=["192.0.2.7"])
    infos = lookup.getaddrinfo("server", 80, socket.AF_INET6, socket.SOCK_STREAM, 0, socket.AI_V4MAPPED)
    assert ends(infos) == [("::ffff:192.0.2.7", 80)]


def test_addresses_back_to_names() -> None:
    lookup = resolver(server=["192.0.2.7"])
    assert lookup.getnameinfo(("192.0.2.7", 443), 0) == ("server", "https")
    assert lookup.getnameinfo(("192.0.2.8", 12345), 0) == ("192.0.2.8", "12345")
    assert lookup.getnameinfo(("192.0.2.7", 443), socket.NI_NUMERICHOST | socket.NI_NUMERICSERV) == ("192.0.2.7", "443")
    with pytest.raises(socket.gaierror):
        lookup.getnameinfo(("192.0.2.8", 1), socket.NI_NAMEREQD)


def test_a_removed_name_is_gone() -> None:
    names = Names()
    names.add("server", "192.0.2.7")
    assert names.name_of(*addresses.parse("192.0.2.7")) == "server"
    names.remove("server")
    assert names.lookup("server") is None
    assert names.name_of(*addresses.parse("192.0.2.7")) is None
    with pytest.raises(ValueError, match="address"):
        names.add("server", "not an address")


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        # RFC 6724 section 10.2, with this stack's rules
        ({"198.51.100.121": "198.51.100.117", "2001:db8:1::1": "2001:db8:1::2"}, ["2001:db8:1::1", "198.51.100.121"]),
        ({"2001:db8:1::1": "fe80::1", "198.51.100.121": "198.51.100.117"}, ["198.51.100.121", "2001:db8:1::1"]),
        ({"2001:db8:1::1": "2001:db8:1::2", "fe80::1": "fe80::2"}, ["fe80::1", "2001:db8:1::1"]),
        ({"2002:c633:6401::1": "2002:c633:6401::2", "2001:db8:1::1": "2001:db8:1::2"},
         ["2001:db8:1::1", "2002:c633:6401::1"]),
        ({"2001:db8:3f44::1": "2001:db8:1::2", "2001:db8:1::1": "2001:db8:1::2"},
         ["2001:db8:1::1", "2001:db8:3f44::1"]),
    ],
)  # fmt: skip
def test_destination_order(sources: dict[str, str], expected: list[str]) -> None:
    found = [addresses.parse(text) for text in sources]
    assert [addresses.text(*one) for one in order(found, Routes(sources))] == expected


def test_an_unreachable_destination_comes_last() -> None:
    found = [addresses.parse(text) for text in ("2001:db8::1", "192.0.2.1")]
    assert order(found, Routes({"192.0.2.1": "192.0.2.2"}))[0] == addresses.parse("192.0.2.1")


@pytest.mark.parametrize(
    ("port", "number"),
    [(70_000, 4464), ("70000", 4464), (65_536, 0), ("+80", 80), (" 80", 80), ((1 << 32) + 80, 80), (None, 0)],
)
def test_getaddrinfo_cuts_a_port_as_libc_does(pair: Pair, port: Any, number: int) -> None:
    for resolve in (socket.getaddrinfo, pair.alpha.sockets.resolver.getaddrinfo):
        assert resolve("127.0.0.1", port, 0, socket.SOCK_STREAM)[0][4] == ("127.0.0.1", number)


@pytest.mark.parametrize("port", [-1, "-1", 1 << 31, (1 << 32) - 1, "\u0663", "9" * 30, "9" * 10_000])
def test_getaddrinfo_refuses_a_port_as_libc_does(pair: Pair, port: Any) -> None:
    for resolve in (socket.getaddrinfo, pair.alpha.sockets.resolver.getaddrinfo):
        with pytest.raises(socket.gaierror) as caught:
            resolve("127.0.0.1", port, 0, socket.SOCK_STREAM)
        assert caught.value.errno == socket.EAI_SERVICE


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "beta"])
@pytest.mark.parametrize("port", [70_000, -1, 1 << 70, "70000", "9" * 10_000])
def test_a_loop_connects_and_listens_on_no_other_port_than_it_was_told(pair: Pair, host: str, port: Any) -> None:
    async def main() -> None:
        with pytest.raises(OverflowError, match="port must be 0-65535"):
            await asyncio.open_connection(host, port)
        with pytest.raises(OverflowError, match="port must be 0-65535"):
            await asyncio.start_server(lambda reader, writer: None, host, port)
        with pytest.raises(OverflowError, match="port must be 0-65535"):
            await pair.alpha.create_datagram_endpoint(asyncio.DatagramProtocol, remote_addr=(host, port))

    pair.alpha.run_until_complete(main())


@pytest.mark.parametrize(
    "arguments",
    [(5, 80), ("localhost", 3.5), ("localhost", 80, "x"), ("localhost", 80, 0, 1, 6, "x"), (None, b"80", 1.5)],
)
def test_what_is_neither_text_nor_number_is_refused_as_by_the_machine(arguments: tuple[Any, ...]) -> None:
    """Compiled or not: what the compiler checks for itself it would refuse in words of its own."""
    with pytest.raises((TypeError, OSError)) as real:
        socket.getaddrinfo(*arguments)
    with pytest.raises(real.type) as ours:
        resolver().getaddrinfo(*arguments)
    assert str(ours.value) == str(real.value)


@pytest.mark.parametrize("place", [5, "localhost", ("127.0.0.1",), ("127.0.0.1", "80"), (b"127.0.0.1", 80)])
def test_getnameinfo_takes_addresses_only(place: Any) -> None:
    with pytest.raises(TypeError):
        socket.getnameinfo(place, 0)
    with pytest.raises(TypeError, match="getnameinfo"):
        resolver().getnameinfo(place, 0)


def test_an_address_as_a_number_is_the_same_as_in_text() -> None:
    names = Names()
    names.add_number("paris", 4, 0x0A000001)
    names.add("paris", "10.0.0.1")
    names.add_number("paris", 6, 1)
    assert names.lookup("paris") == [(4, 0x0A000001), (6, 1)]
    assert names.name_of(4, 0x0A000001) == "paris"
