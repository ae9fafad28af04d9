from __future__ import annotations

import asyncio
import platform
import select
import socket
import ssl
import urllib.request
from collections.abc import Callable
from socket import socket as taken_early
from typing import Any

import pytest

from catenet.host.host import Host
from catenet.host.sandbox.environment import installed
from catenet.host.sandbox.escapes import HostEscape
from catenet.kernel import Kernel
from catenet.session.sockets.socket import SimSocket


@pytest.fixture
def host() -> Host:
    host = Host(Kernel(seed=1), "paris")
    host.names.add("oslo", "192.0.2.7")
    host.names.add("oslo", "2001:db8::7")
    return host


def ask(host: Host, question: Callable[[], Any]) -> Any:
    """The answer to a question that is asked on the host."""

    async def program() -> Any:
        return question()

    process = host.run(program)
    with installed():
        host.kernel.run(int(host.kernel.now_ns) + 10**9)
    if process.exception is not None:
        raise process.exception
    return process.result


def test_a_socket_is_simulated_on_a_host_and_real_outside(host: Host) -> None:
    for make in (socket.socket, taken_early):
        made = ask(host, lambda make=make: make(socket.AF_INET6, socket.SOCK_DGRAM))
        assert isinstance(made, SimSocket)
        assert isinstance(made, socket.socket)
        assert made.family == socket.AF_INET6
        made.close()
    with installed(), socket.socket() as real:
        assert type(real) is socket.socket
        assert real.fileno() < 1_000_000
    assert "__new__" not in vars(socket.socket)


def test_a_pair_is_simulated(host: Host) -> None:
    def talk() -> bytes:
        left, right = socket.socketpair()
        left.send(b"hi")
        return right.recv(10)

    assert ask(host, talk) == b"hi"


def test_other_kinds_of_sockets_are_refused(host: Host) -> None:
    class Own(socket.socket):
        pass

    with pytest.raises(HostEscape, match=r"Own\(\) would leave"):
        ask(host, Own)


def test_tls_on_a_socket_that_is_not_connected_waits_for_the_connection(host: Host) -> None:
    def wrap() -> ssl.SSLSocket:
        return ssl.create_default_context().wrap_socket(socket.socket(), server_hostname="x")

    assert ask(host, lambda: isinstance(wrap(), socket.socket))
    assert ask(host, lambda: wrap().version()) is None
    with pytest.raises(OSError, match="the socket is not connected"):
        ask(host, lambda: wrap().recv(1))
    with pytest.raises(ValueError, match="check_hostname requires server_hostname"):
        ask(host, lambda: ssl.create_default_context().wrap_socket(socket.socket()))


def test_names_are_those_of_the_internet(host: Host) -> None:
    assert ask(host, lambda: socket.gethostname()) == ask(host, lambda: platform.node()) == "paris"
    assert ask(host, lambda: socket.getfqdn()) == "paris"
    assert ask(host, lambda: socket.gethostbyname("oslo")) == "192.0.2.7"
    assert ask(host, lambda: socket.gethostbyname_ex("oslo")) == ("oslo", [], ["192.0.2.7"])
    assert ask(host, lambda: socket.gethostbyaddr("192.0.2.7")) == ("oslo", [], ["192.0.2.7"])
    assert ask(host, lambda: socket.getnameinfo(("192.0.2.7", 80), 0)) == ("oslo", "http")
    assert ask(host, lambda: socket.getservbyname("https")) == 443
    assert ask(host, lambda: socket.getservbyport(53, "udp")) == "domain"
    assert {answer[4][0] for answer in ask(host, lambda: socket.getaddrinfo("oslo", 80))} == {
        "192.0.2.7",
        "2001:db8::7",
    }
    with pytest.raises(socket.gaierror, match="not known"):
        ask(host, lambda: socket.gethostbyname("nowhere"))
    with pytest.raises(OSError, match="not found"):
        ask(host, lambda: socket.getservbyname("nothing"))
    with pytest.raises(OSError, match="not found"):
        ask(host, lambda: socket.getservbyport(9999))


def test_interfaces_are_the_hosts(host: Host) -> None:
    listed = ask(host, lambda: socket.if_nameindex())
    assert [name for _, name in listed] == [interface.name for interface in host.ip.interfaces]
    assert ask(host, lambda: socket.if_nametoindex(listed[0][1])) == 1
    assert ask(host, lambda: socket.if_indextoname(1)) == listed[0][1]
    with pytest.raises(OSError, match="no interface"):
        ask(host, lambda: socket.if_nametoindex("nothing0"))


def test_the_real_proxies_do_not_exist_here(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://proxy.example:3128")
    assert ask(host, lambda: urllib.request.getproxies()) == {}
    assert urllib.request.getproxies()["http"] == "http://proxy.example:3128"


def test_a_blocking_connection_says_what_to_use(host: Host) -> None:
    with pytest.raises(HostEscape, match=r"create_connection\(\).*asyncio"):
        ask(host, lambda: socket.create_connection(("oslo", 80)))
    with pytest.raises(RuntimeError, match="would block"):
        ask(host, lambda: socket.socket().connect(("127.0.0.1", 80)))


def test_the_bare_calls_of_the_loop_take_such_a_socket(host: Host) -> None:
    async def serve_and_ask() -> bytes:
        loop = asyncio.get_running_loop()
        with socket.socket() as listener, socket.socket() as client:
            listener.bind(("127.0.0.1", 0))
            listener.listen()
            for one in (listener, client):
                one.setblocking(False)
            accepting = asyncio.ensure_future(loop.sock_accept(listener))
            await loop.sock_connect(client, listener.getsockname())
            peer, _ = await accepting
            await loop.sock_sendall(peer, b"welcome")
            peer.close()
            return await loop.sock_recv(client, 100)

    process = host.run(serve_and_ask)
    with installed():
        host.kernel.run(10**9)
    assert process.result == b"welcome"


def test_a_default_timeout_is_the_hosts_own(host: Host) -> None:
    def set_it() -> tuple[float | None, float | None]:
        socket.setdefaulttimeout(2)
        with socket.socket() as made:
            return socket.getdefaulttimeout(), made.gettimeout()

    assert ask(host, set_it) == (2.0, 2.0)
    assert socket.getdefaulttimeout() is None


def test_select_and_poll_look_without_waiting(host: Host) -> None:
    def look() -> list[Any]:
        left, right = socket.socketpair()
        seen: list[Any] = [select.select([right], [left], [], 0) == ([], [left], [])]
        watch = select.poll()
        watch.register(right, select.POLLIN)
        watch.register(left.fileno(), select.POLLIN | select.POLLOUT)
        seen.append(watch.poll(0) == [(left.fileno(), select.POLLOUT)])
        left.send(b"x")
        seen.append(select.select([right.fileno()], [], [], 5) == ([right.fileno()], [], []))
        seen.append(watch.poll() == [(right.fileno(), select.POLLIN), (left.fileno(), select.POLLOUT)])
        watch.modify(left, select.POLLIN)
        watch.unregister(right)
        seen.append(watch.poll(0) == [])
        watch.unregister(left)
        left.close()
        right.close()
        watch.register(999_999)
        seen.append(watch.poll(0) == [(999_999, select.POLLNVAL)])
        with pytest.raises(OSError, match="Bad file descriptor"):
            select.select([999_999], [], [], 0)
        return seen

    assert ask(host, look) == [True] * 6
