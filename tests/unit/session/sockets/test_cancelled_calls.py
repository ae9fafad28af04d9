"""A call on a socket that is cancelled in the turn in which it could have gone on: nothing is lost, nothing is sent."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

Pair = Any


async def cancelled_as_it_comes(loop: Any, call: Awaitable[Any], arrive: Callable[[], object]) -> None:
    """What ``call`` waits for comes, and in the same turn the call is cancelled."""
    task = loop.create_task(call)
    await asyncio.sleep(0.01)
    arrive()
    task.cancel()  # the socket's watch looks in the next turn, before the task is told
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.sleep(0.01)


def non_blocking(made: Any) -> Any:
    made.setblocking(False)
    return made


def test_received_octets_are_left_for_the_next_call(pair: Pair) -> None:
    loop = pair.alpha
    one, other = map(non_blocking, loop.sockets.make_pair())

    async def main() -> bytes:
        await cancelled_as_it_comes(loop, loop.sock_recv(one, 9), lambda: other.send(b"kept"))
        return await loop.sock_recv(one, 9)

    assert loop.run_until_complete(main()) == b"kept"


@pytest.mark.parametrize("call", ["sock_recvfrom", "sock_recvfrom_into", "sock_recv_into"])
def test_a_datagram_is_left_for_the_next_call(pair: Pair, call: str) -> None:
    loop = pair.alpha
    one, other = map(non_blocking, loop.sockets.make_pair(socket.SOCK_DGRAM))

    async def main() -> bytes:
        argument = 9 if call == "sock_recvfrom" else bytearray(9)
        await cancelled_as_it_comes(loop, getattr(loop, call)(one, argument), lambda: other.send(b"kept"))
        return await loop.sock_recv(one, 9)

    assert loop.run_until_complete(main()) == b"kept"


def test_a_connection_is_left_for_the_next_accept(pair: Pair) -> None:
    loop = pair.alpha
    listening = non_blocking(loop.sockets.make_socket())
    listening.bind(("127.0.0.1", 7000))
    listening.listen()
    client = non_blocking(loop.sockets.make_socket())

    async def main() -> Any:
        await cancelled_as_it_comes(loop, loop.sock_accept(listening), lambda: client.connect_ex(("127.0.0.1", 7000)))
        _, address = await loop.sock_accept(listening)
        return address

    assert loop.run_until_complete(main()) == client.getsockname()


def test_a_cancelled_sendall_sends_no_more(pair: Pair) -> None:
    loop = pair.alpha
    one, other = map(non_blocking, loop.sockets.make_pair())
    received = []

    def drain() -> None:
        try:
            while True:
                received.append(other.recv(1 << 20))
        except BlockingIOError:
            pass

    async def main() -> tuple[int, int]:
        await cancelled_as_it_comes(loop, loop.sock_sendall(one, bytes(10_000_000)), drain)
        before = sum(map(len, received))
        await asyncio.sleep(0.01)
        drain()
        return before, sum(map(len, received))

    before, after = loop.run_until_complete(main())
    assert 0 < before == after < 10_000_000


@pytest.mark.parametrize("delay_s", [0.0, 0.01])
def test_a_timeout_at_the_moment_of_arrival_loses_nothing(pair: Pair, delay_s: float) -> None:
    """The case that was found: the message is due at the very moment of the time-out."""
    loop = pair.alpha

    async def main() -> int:
        kept = 0
        for _ in range(50):
            one, other = map(non_blocking, loop.sockets.make_pair())
            loop.call_later(delay_s, other.send, b"m")
            try:
                async with asyncio.timeout(delay_s):
                    kept += len(await loop.sock_recv(one, 9))
            except TimeoutError:
                await asyncio.sleep(0.005)
                kept += len(one.recv(9))
        return kept

    assert loop.run_until_complete(main()) == 50
