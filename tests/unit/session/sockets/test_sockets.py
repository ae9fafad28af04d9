"""Bare sockets: what each call gives and raises, blocking outside turns and not blocking inside them."""

from __future__ import annotations

import asyncio
import errno
import socket
import struct
from typing import Any

import pytest

from catenet.kernel import Deadlock
from catenet.physical.channel import Tap
from catenet.session.escape import Escape

Pair = Any


def error_of(call: Any, *arguments: Any) -> int | None:
    with pytest.raises(OSError) as caught:
        call(*arguments)
    return caught.value.errno


@pytest.mark.parametrize(("family", "host"), [(socket.AF_INET, "10.0.0.2"), (socket.AF_INET6, "2001:db8::2")])
def test_blocking_calls_outside_a_turn_let_time_pass(pair: Pair, family: int, host: str) -> None:
    listening = pair.beta.sockets.make_socket(family)
    listening.bind((host, 7000))
    listening.listen()
    client = pair.alpha.sockets.make_socket(family)
    client.connect((host, 7000))
    accepted, peer = listening.accept()
    assert peer == client.getsockname()
    assert accepted.getpeername() == client.getsockname()
    assert pair.kernel.now_ns > 10_000_000
    client.sendall(b"hello")
    assert accepted.recv(2, socket.MSG_PEEK) == b"he"
    assert accepted.recv(100) == b"hello"
    buffer = bytearray(10)
    accepted.sendmsg([b"wor", b"ld"])
    assert client.recv_into(buffer) == 5
    assert bytes(buffer[:5]) == b"world"
    client.shutdown(socket.SHUT_WR)
    assert accepted.recv(1) == b""
    for one in (client, accepted, listening):
        one.close()
        assert one.fileno() == -1
    assert error_of(client.send, b"x") == errno.EBADF


def test_a_blocking_call_inside_a_turn_names_itself(pair: Pair) -> None:
    sock = pair.alpha.sockets.make_socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("10.0.0.1", 5000))

    async def main() -> None:
        sock.recv(10)

    with pytest.raises(RuntimeError, match=r"socket.recv\(\) would block, and alpha's event loop with it"):
        pair.alpha.run_until_complete(main())

    async def step() -> None:
        await asyncio.to_thread(sock.recv, 10)

    with pytest.raises(RuntimeError, match=r"socket.recv\(\) would block"):
        pair.alpha.run_until_complete(step())


def test_a_timeout_passes_in_virtual_time(pair: Pair) -> None:
    sock = pair.alpha.sockets.make_socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("10.0.0.1", 5000))
    sock.settimeout(2.5)
    with pytest.raises(TimeoutError):
        sock.recv(10)
    assert pair.kernel.now_ns == 2_500_000_000
    sock.settimeout(None)
    with pytest.raises(Deadlock, match=r"alpha: socket.recv\(\) waits for a datagram at 10.0.0.1:5000"):
        sock.recv(10)


def test_what_is_not_connected(pair: Pair) -> None:
    sock = pair.alpha.sockets.make_socket()
    assert isinstance(sock, socket.socket)
    assert error_of(sock.recv, 1) == errno.ENOTCONN
    assert error_of(sock.send, b"x") == errno.EPIPE
    assert error_of(sock.getpeername) == errno.ENOTCONN
    assert error_of(sock.shutdown, socket.SHUT_RDWR) == errno.ENOTCONN
    assert error_of(sock.accept) == errno.EINVAL
    assert error_of(sock.bind, ("10.0.0.2", 1)) == errno.EADDRNOTAVAIL
    assert sock.getsockname() == ("0.0.0.0", 0)
    sock.bind(("", 9000))
    assert error_of(sock.bind, ("", 9001)) == errno.EINVAL
    assert sock.connect_ex(("10.0.0.2", 1)) == errno.ECONNREFUSED


def test_non_blocking_connect_goes_through_linux_s_steps(pair: Pair) -> None:
    listening = pair.beta.sockets.make_socket()
    listening.bind(("", 7000))
    listening.listen()
    sock = pair.alpha.sockets.make_socket()
    sock.setblocking(False)
    assert sock.connect_ex(("10.0.0.2", 7000)) == errno.EINPROGRESS
    assert sock.connect_ex(("10.0.0.2", 7000)) == errno.EALREADY
    assert error_of(sock.recv, 1) == errno.EAGAIN
    pair.kernel.run(100_000_000)
    assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0
    assert sock.connect_ex(("10.0.0.2", 7000)) == 0
    assert sock.connect_ex(("10.0.0.2", 7000)) == errno.EISCONN


def test_a_failed_connect_leaves_its_error_once(pair: Pair) -> None:
    sock = pair.alpha.sockets.make_socket()
    sock.setblocking(False)
    assert sock.connect_ex(("10.0.0.2", 7)) == errno.EINPROGRESS
    pair.kernel.run(100_000_000)
    assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == errno.ECONNREFUSED
    assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0
    assert sock.connect_ex(("10.0.0.2", 7)) == errno.EINPROGRESS


def test_after_a_reset_comes_the_error_and_then_a_broken_pipe(pair: Pair) -> None:
    listening = pair.beta.sockets.make_socket()
    listening.bind(("", 7000))
    listening.listen()
    sock = pair.alpha.sockets.make_socket()
    sock.connect(("10.0.0.2", 7000))
    accepted, _ = listening.accept()
    accepted.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    accepted.close()
    assert error_of(sock.recv, 1) == errno.ECONNRESET
    assert sock.recv(1) == b""
    assert error_of(sock.send, b"x") == errno.EPIPE


def test_a_connection_that_is_reset_before_it_is_accepted(pair: Pair) -> None:
    listening = pair.beta.sockets.make_socket()
    listening.bind(("", 7000))
    listening.listen()
    sock = pair.alpha.sockets.make_socket()
    sock.connect(("10.0.0.2", 7000))
    sock.sendall(b"last words")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()
    pair.kernel.run(pair.kernel.now_ns + 100_000_000)
    accepted, _ = listening.accept()
    assert accepted.recv(100) == b"last words"
    assert error_of(accepted.recv, 1) == errno.ECONNRESET
    assert accepted.recv(1) == b""


def test_options_are_kept_and_unknown_ones_refused(pair: Pair) -> None:
    sock = pair.alpha.sockets.make_socket()
    tcp, sol = socket.IPPROTO_TCP, socket.SOL_SOCKET
    for level, name, value, expected in (
        (tcp, socket.TCP_NODELAY, 1, 1),
        (tcp, socket.TCP_KEEPIDLE, 10, 10),
        (tcp, socket.TCP_KEEPINTVL, 3, 3),
        (tcp, socket.TCP_KEEPCNT, 4, 4),
        (tcp, socket.TCP_USER_TIMEOUT, 5000, 5000),
        (sol, socket.SO_KEEPALIVE, True, 1),
        (sol, socket.SO_REUSEADDR, 1, 1),
        (sol, socket.SO_REUSEPORT, 1, 1),
        (sol, socket.SO_SNDBUF, 50_000, 100_000),
        (sol, socket.SO_RCVBUF, 1 << 30, 425_984),
        (socket.IPPROTO_IP, socket.IP_TTL, 3, 3),
        (socket.IPPROTO_IP, socket.IP_TOS, 16, 16),
    ):
        sock.setsockopt(level, name, value)
        assert sock.getsockopt(level, name) == expected, (level, name)
    sock.setsockopt(tcp, socket.TCP_CONGESTION, b"cubic")
    assert sock.getsockopt(tcp, socket.TCP_CONGESTION, 16).rstrip(b"\0") == b"cubic"
    assert error_of(sock.setsockopt, tcp, socket.TCP_CONGESTION, b"vegas-x") == errno.ENOENT
    assert error_of(sock.setsockopt, sol, 9999, 1) == errno.ENOPROTOOPT
    assert error_of(sock.getsockopt, sol, 9999) == errno.ENOPROTOOPT
    assert error_of(sock.setsockopt, tcp, socket.TCP_KEEPCNT, 0) == errno.EINVAL
    assert sock.getsockopt(sol, socket.SO_TYPE) == socket.SOCK_STREAM
    assert sock.getsockopt(sol, socket.SO_DOMAIN) == socket.AF_INET
    assert sock.getsockopt(sol, socket.SO_PROTOCOL) == socket.IPPROTO_TCP
    assert sock.getsockopt(sol, socket.SO_ACCEPTCONN) == 0


def test_options_reach_the_connection(pair: Pair) -> None:
    listening = pair.beta.sockets.make_socket()
    listening.bind(("", 7000))
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listening.listen()
    sock = pair.alpha.sockets.make_socket()
    sock.connect(("10.0.0.2", 7000))
    accepted, _ = listening.accept()
    assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 1
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 5)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 2)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3)
    start_ns = pair.kernel.now_ns
    pair.beta.sockets.ip.register(socket.IPPROTO_TCP, _deaf())
    with pytest.raises(TimeoutError) as caught:
        sock.recv(1)
    assert caught.value.errno == errno.ETIMEDOUT
    assert 10 <= (pair.kernel.now_ns - start_ns) / 1e9 <= 12


def test_hop_limit_and_traffic_class_reach_the_packets(pair: Pair) -> None:
    seen: list[tuple[int, int]] = []

    class Look(Tap):
        def transmitted(self, channel: Any, transmission: Any) -> None:
            octets = transmission.pdu.emit()
            if octets[12:14] == b"\x08\0":
                seen.append((octets[15], octets[22]))

    pair.wire.forward.add_tap(Look())
    listening = pair.beta.sockets.make_socket()
    listening.bind(("", 7000))
    listening.listen()
    sock = pair.alpha.sockets.make_socket()
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 3)
    sock.connect(("10.0.0.2", 7000))
    assert set(seen) == {(0, 3)}
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, 0x10)
    sock.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 64)
    seen.clear()
    sock.sendall(b"x")
    pair.kernel.run(pair.kernel.now_ns + 100_000_000)
    assert set(seen) == {(0x10, 64)}


def test_tcp_info_is_linux_s_structure(pair: Pair) -> None:
    listening = pair.beta.sockets.make_socket()
    listening.bind(("", 7000))
    listening.listen()
    sock = pair.alpha.sockets.make_socket()
    sock.connect(("10.0.0.2", 7000))
    accepted, _ = listening.accept()
    sock.sendall(bytes(100_000))
    accepted.recv(100_000, socket.MSG_WAITALL)
    pair.kernel.run(pair.kernel.now_ns + 100_000_000)
    info = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 232)
    assert len(info) == 232
    state, *_ = info
    words = struct.unpack_from("<24I", info, 8)
    mss, rtt_us = words[2], words[15]
    assert (state, mss) == (1, 1448)
    assert 10_000 <= rtt_us < 20_000
    (bytes_acked,) = struct.unpack_from("<Q", info, 8 + 24 * 4 + 16)
    assert bytes_acked == 100_000


def test_what_the_stack_does_not_have(pair: Pair) -> None:
    make = pair.alpha.sockets.make_socket
    assert error_of(make, socket.AF_UNIX) == errno.EAFNOSUPPORT
    assert error_of(make, socket.AF_INET, socket.SOCK_RAW) == errno.EPERM
    assert error_of(make, socket.AF_INET, socket.SOCK_SEQPACKET) == errno.ESOCKTNOSUPPORT
    assert error_of(make, socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_UDP) == errno.EPROTONOSUPPORT


def test_bad_addresses(pair: Pair) -> None:
    sock = pair.alpha.sockets.make_socket()
    with pytest.raises(TypeError):
        sock.connect("10.0.0.2")
    with pytest.raises(OverflowError):
        sock.connect(("10.0.0.2", 65_536))
    with pytest.raises(socket.gaierror):
        sock.connect(("nowhere.example", 80))


def test_a_pair_of_sockets(pair: Pair) -> None:
    one, other = pair.alpha.sockets.make_pair()
    assert one.family == socket.AF_UNIX
    one.sendall(b"ping")
    assert other.recv(2) == b"pi"
    assert other.recv(2) == b"ng"
    other.setblocking(False)
    assert error_of(other.recv, 1) == errno.EAGAIN
    one.setblocking(False)
    sent = sum(one.send(bytes(50_000)) for _ in range(5))
    assert 200_000 < sent < 250_000
    assert error_of(one.send, b"x") == errno.EAGAIN
    assert len(other.recv(sent - 1)) == sent - 1
    one.send(b"last")
    one.close()
    assert other.recv(100) == b"\0last"
    assert other.recv(100) == b""
    with pytest.raises(BrokenPipeError):
        other.send(b"x")


def test_detach_and_dup(pair: Pair) -> None:
    one, other = pair.alpha.sockets.make_pair()
    number = one.detach()
    assert one.fileno() == -1
    taken = pair.alpha.sockets.make_socket(fileno=number)
    assert taken.fileno() == number
    twin = taken.dup()
    taken.close()
    twin.send(b"still open")
    assert other.recv(100) == b"still open"
    twin.close()
    assert other.recv(100) == b""
    assert error_of(pair.alpha.sockets.make_socket, socket.AF_INET, socket.SOCK_STREAM, 0, 3) == errno.EBADF


def test_a_file_over_a_socket(pair: Pair) -> None:
    one, other = pair.alpha.sockets.make_pair()
    with one, other:
        with one.makefile("wb") as writer:
            writer.write(b"line one\nline two\n")
        one.shutdown(socket.SHUT_WR)
        assert other.makefile("r").readlines() == ["line one\n", "line two\n"]


def test_readers_and_writers(pair: Pair) -> None:
    one, other = pair.alpha.sockets.make_pair()
    one.setblocking(False)
    seen: list[bytes] = []
    loop = pair.alpha

    def readable() -> None:
        seen.append(one.recv(1))
        if len(seen) == 3:
            assert loop.remove_reader(one)
            loop.stop()

    loop.add_reader(one.fileno(), readable)
    loop.add_writer(other, lambda: (other.send(b"abc"), loop.remove_writer(other)))
    loop.run_forever()
    assert seen == [b"a", b"b", b"c"]
    assert not loop.remove_reader(one)
    with pytest.raises(Escape, match=r"loop.add_reader\(0\)"):
        loop.add_reader(0, print)


def test_a_reader_that_reads_nothing_does_not_stop_time(pair: Pair) -> None:
    one, other = pair.alpha.sockets.make_pair()
    other.send(b"x")
    calls: list[None] = []
    pair.alpha.add_reader(one, calls.append, None)
    pair.alpha.run_until_complete(asyncio.sleep(0.001))
    assert 500 < len(calls) < 1500


@pytest.mark.slow
def test_a_loop_that_polls_does_not_stop_time(pair: Pair) -> None:
    async def poll() -> None:
        while pair.alpha.time() < 0.001:
            await asyncio.sleep(0)

    pair.alpha.run_until_complete(poll())
    assert pair.alpha.turns > 50_000


@pytest.mark.slow
def test_sock_calls_of_the_loop(pair: Pair) -> None:
    listening = pair.beta.sockets.make_socket()
    listening.bind(("", 7000))
    listening.listen()
    listening.setblocking(False)

    async def server() -> None:
        sock, _ = await pair.beta.sock_accept(listening)
        data = bytearray(1_000_000)
        view = memoryview(data)
        while view:
            view = view[await pair.beta.sock_recv_into(sock, view) :]
        await pair.beta.sock_sendall(sock, bytes(data)[::-1])
        sock.close()

    async def client() -> bytes:
        sock = pair.alpha.sockets.make_socket()
        sock.setblocking(False)
        await pair.alpha.sock_connect(sock, ("beta", 7000))
        await pair.alpha.sock_sendall(sock, b"a" * 500_000 + b"b" * 500_000)
        blocks = []
        while block := await pair.alpha.sock_recv(sock, 65_536):
            blocks.append(block)
        return b"".join(blocks)

    task = pair.beta.create_task(server())
    assert pair.alpha.run_until_complete(client()) == b"b" * 500_000 + b"a" * 500_000
    assert task.done()


def test_refusals_name_the_call(pair: Pair) -> None:
    loop = pair.alpha
    for name, call in {
        "subprocess_exec": lambda: loop.run_until_complete(loop.subprocess_exec(asyncio.SubprocessProtocol, "ls")),
        "subprocess_shell": lambda: loop.run_until_complete(loop.subprocess_shell(asyncio.SubprocessProtocol, "ls")),
        "add_signal_handler": lambda: loop.add_signal_handler(2, print),
        "connect_read_pipe": lambda: loop.run_until_complete(loop.connect_read_pipe(asyncio.Protocol, None)),
        "connect_write_pipe": lambda: loop.run_until_complete(loop.connect_write_pipe(asyncio.Protocol, None)),
        "create_unix_server": lambda: loop.run_until_complete(loop.create_unix_server(asyncio.Protocol, "/x")),
        "create_unix_connection": lambda: loop.run_until_complete(loop.create_unix_connection(asyncio.Protocol, "/x")),
    }.items():
        with pytest.raises(Escape, match=rf"loop.{name}\(\) cannot work on a simulated host"):
            call()


def _deaf() -> Any:
    from catenet.network.protocol import Protocol

    return Protocol()


@pytest.mark.parametrize(
    ("call", "arguments", "words"),
    [
        ("setsockopt", (socket.IPPROTO_TCP, socket.TCP_FASTOPEN, 5), "setsockopt(IPPROTO_TCP, TCP_FASTOPEN)"),
        ("getsockopt", (socket.SOL_SOCKET, socket.SO_PEERCRED), "getsockopt(SOL_SOCKET, SO_PEERCRED)"),
        ("setsockopt", (socket.IPPROTO_IPV6, socket.IPV6_RTHDR, 1), "setsockopt(IPPROTO_IPV6, IPV6_RTHDR)"),
        ("getsockopt", (socket.IPPROTO_TCP, 999), "getsockopt(IPPROTO_TCP, 999)"),
        ("getsockopt", (270, 1), "getsockopt(270, 1)"),
    ],
)
def test_an_option_that_is_not_there_is_named(pair: Pair, call: str, arguments: Any, words: str) -> None:
    sock = pair.alpha.sockets.make_socket()
    with pytest.raises(OSError, match="Protocol not available") as caught:
        getattr(sock, call)(*arguments)
    assert caught.value.errno == errno.ENOPROTOOPT
    assert words in str(caught.value)


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
@pytest.mark.parametrize(
    ("family", "loopback", "own", "far"),
    [
        (socket.AF_INET, "127.0.0.1", "10.0.0.1", "10.0.0.2"),
        (socket.AF_INET6, "::1", "2001:db8::1", "2001:db8::2"),
    ],
)
def test_a_loopback_address_never_reaches_a_wire(
    pair: Pair, kind: int, family: int, loopback: str, own: str, far: str
) -> None:
    """RFC 1122 3.2.1.3 (g), RFC 4291 2.5.3.  For IPv4 Linux answers EINVAL, and so do we for both."""
    seen = []

    class Look(Tap):
        def transmitted(self, channel: Any, transmission: Any) -> None:
            seen.append(transmission.pdu.emit())

    pair.wire.forward.add_tap(Look())
    sock = pair.alpha.sockets.make_socket(family, kind)
    sock.setblocking(False)
    sock.bind((loopback, 0))
    assert error_of(sock.connect, (far, 9)) == errno.EINVAL
    if kind == socket.SOCK_DGRAM:
        assert error_of(sock.sendto, b"x", (far, 9)) == errno.EINVAL
        assert sock.sendto(b"to itself", (own, 9)) == 9
    else:
        assert sock.connect_ex((own, 9)) == errno.EINPROGRESS
    pair.kernel.run(2_000_000_000)
    assert seen == []


@pytest.mark.parametrize(
    ("call", "arguments"),
    [
        ("setsockopt", ("x", 1, 1)),
        ("setsockopt", (socket.SOL_SOCKET, 1.5, 1)),
        ("setsockopt", (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1 << 40)),
        ("getsockopt", (1.5, 2)),
        ("getsockopt", (socket.SOL_SOCKET, "x")),
        ("recv", (1.5,)),
        ("recv", ("x",)),
    ],
)
def test_what_is_no_number_is_refused_as_by_a_real_socket(pair: Pair, call: str, arguments: tuple[Any, ...]) -> None:
    with socket.socket() as real, pytest.raises(TypeError) as refused:
        getattr(real, call)(*arguments)
    with pair.alpha.sockets.make_socket() as ours, pytest.raises(TypeError) as refused_here:
        getattr(ours, call)(*arguments)
    assert str(refused_here.value) == str(refused.value)
