"""Calls between simulated hosts: loss, cuts, reconnection, restarts, deadlines, and at-most-once with a planted bug."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from catenet.internet import Internet
from catenet.session.calls import (
    CallClient,
    Caller,
    CallError,
    CallFailed,
    CallServer,
    ClientOptions,
    DeadlineExceeded,
    NotExecuted,
    OutcomeUnknown,
    ServerOptions,
)
from catenet.session.calls.sessions import Session

PORT = 7000
QUICK = ClientOptions(keep_alive_s=0.5, connect_timeout_s=1.0, backoff_max_s=0.5)


class World:
    """A server and a client with a line between them.  ``executed`` is what all servers of the run have executed."""

    def __init__(self, seed: int = 1, loss: str = "0%", options: ServerOptions | None = None) -> None:
        self.net = Internet(seed=seed)
        near, far = self.net.routers("near", "far")
        self.net.link(near, far, name="line", delay="5ms", loss=loss)
        self.server, self.client = self.net.host("server", at=far), self.net.host("client", at=near)
        self.executed: list[bytes] = []
        self.servers: list[CallServer] = []
        self.options = options
        self.server.run(self.serve, service=True)

    async def serve(self) -> None:
        server = CallServer(self.handle, self.options)
        self.servers.append(server)
        await server.start(None, PORT)
        await server.serve_forever()

    async def handle(self, caller: Caller, body: bytes) -> bytes:
        self.executed.append(body)
        verb, _, rest = body.partition(b" ")
        if verb == b"sleep":
            await asyncio.sleep(float(rest))
        if verb == b"add":
            await asyncio.sleep(0.15)
        if verb == b"fail":
            raise CallFailed(f"no: {rest.decode()}")
        if verb == b"raise":
            raise KeyError("x")
        if verb == b"large":
            return bytes(int(rest))
        return body.upper()

    def run(self, program: Callable[..., Any], *args: Any) -> Any:
        process = self.client.run(program, *args)
        self.net.run()
        return process.result


async def outcome(client: CallClient, body: bytes, deadline_s: float | None = None) -> bytes | CallError:
    try:
        return await client.call(body, deadline_s)
    except CallError as error:
        return error


def test_many_calls_are_in_progress_and_each_gets_its_response() -> None:
    world = World()

    async def program() -> tuple[list[bytes], float]:
        begun = asyncio.get_running_loop().time()
        async with CallClient("server", PORT) as client:
            calls = [client.call(b"sleep %d" % (9 - number)) for number in range(9)]
            return list(await asyncio.gather(*calls)), asyncio.get_running_loop().time() - begun

    responses, took_s = world.run(program)
    assert responses == [b"SLEEP %d" % (9 - number) for number in range(9)]
    assert 9 < took_s < 9.2  # not one after the other
    assert world.servers[0].executed == 9


def test_errors_of_the_handler() -> None:
    world = World(options=ServerOptions(message_bytes_max=1000))

    async def program() -> list[Any]:
        async with CallClient("server", PORT) as client:
            calls = (b"fail gone", b"raise", b"large 2000", b"still here")
            return [await outcome(client, body) for body in calls]

    gone, raised, large, here = world.run(program)
    assert isinstance(gone, CallFailed)
    assert str(gone) == "no: gone"
    assert isinstance(raised, CallFailed)
    assert str(raised) == "KeyError"
    assert isinstance(large, CallFailed)
    assert "2000 octets; the limit is 1000" in str(large)
    assert here == b"STILL HERE"


def test_a_session_survives_a_cut_and_calls_are_executed_once() -> None:
    world = World()

    async def program() -> tuple[list[bytes], int, int]:
        async with CallClient("server", PORT, QUICK) as client:
            calls = []
            for number in range(40):
                calls.append(asyncio.create_task(client.call(b"call %d" % number)))
                await asyncio.sleep(0.25)
            return await asyncio.gather(*calls), client.connections, client.sessions

    world.net.at("2.01s").cut("line")
    world.net.at("7s").heal("line")
    responses, connections, sessions = world.run(program)
    assert responses == [b"CALL %d" % number for number in range(40)]
    assert sorted(world.executed) == sorted(b"call %d" % number for number in range(40))
    assert (connections, sessions) == (2, 1)


def test_deadlines() -> None:
    world = World()

    async def program() -> list[Any]:
        async with CallClient("server", PORT, QUICK) as client:
            seen = [await outcome(client, b"sleep 5", 1.0), await outcome(client, b"ok", 1.0)]
            await asyncio.sleep(5)
            seen.append(await outcome(client, b"during the cut", 1.5))
            return seen

    world.net.at("3s").cut("line")
    world.net.at("20s").heal("line")
    slow, ok, cut = world.run(program)
    assert isinstance(slow, DeadlineExceeded)
    assert slow.sent
    assert ok == b"OK"
    assert isinstance(cut, DeadlineExceeded)
    assert not cut.sent
    assert b"during the cut" not in world.executed


def test_a_restarted_server_executes_nothing_again() -> None:
    world = World()

    async def program() -> tuple[list[Any], int]:
        async with CallClient("server", PORT, QUICK) as client:
            pending = asyncio.create_task(outcome(client, b"sleep 100"))
            await asyncio.sleep(4)
            late = await client.call(b"after the restart")
            return [await pending, late], client.sessions

    world.net.at("2s").crash("server")
    world.net.at("3s").restart("server")
    (lost, late), sessions = world.run(program)
    assert isinstance(lost, OutcomeUnknown)
    assert late == b"AFTER THE RESTART"
    assert sessions == 2
    assert world.executed == [b"sleep 100", b"after the restart"]


def test_an_absent_server_is_awaited_with_longer_and_longer_delays() -> None:
    world = World()

    async def program() -> bytes:
        async with CallClient("server", 7001) as client:
            with pytest.raises(DeadlineExceeded) as caught:
                await client.call(b"x", 60.0)
            assert not caught.value.sent
        async with CallClient("server", PORT) as client:
            return await client.call(b"y")

    assert world.run(program) == b"Y"
    attempts = world.net.result().summary()["transport"]["tcp"]["ActiveOpens"]
    assert 8 <= attempts <= 40  # about log2(10 / 0.1) quick ones, and then one in 5 s


def test_a_closed_client_says_what_became_of_its_calls() -> None:
    world = World()

    async def program() -> list[Any]:
        client = CallClient("server", PORT)
        sent = asyncio.create_task(outcome(client, b"sleep 100"))
        await asyncio.sleep(1)
        await client.close()
        elsewhere = CallClient("server", 7001)
        unsent = asyncio.create_task(outcome(elsewhere, b"x"))
        await asyncio.sleep(1)
        await elsewhere.close()
        return [await sent, await unsent, await outcome(client, b"y")]

    sent, unsent, after = world.run(program)
    assert isinstance(sent, OutcomeUnknown)
    assert isinstance(unsent, NotExecuted)
    assert isinstance(after, NotExecuted)


def test_the_servers_window_bounds_what_is_not_acknowledged() -> None:
    world = World(options=ServerOptions(window=4))

    async def program() -> tuple[int, float]:
        begun = asyncio.get_running_loop().time()
        async with CallClient("server", PORT) as client:
            responses = await asyncio.gather(*(client.call(b"sleep 1") for _ in range(20)))
            return len(responses), asyncio.get_running_loop().time() - begun

    count, took_s = world.run(program)
    assert count == 20
    assert 5 < took_s < 5.5  # four at a time
    assert len(world.executed) == 20


def test_a_full_server_refuses_sessions_and_a_forgotten_one_makes_room() -> None:
    world = World(options=ServerOptions(sessions_max=1, linger_s=3.0, idle_timeout_s=2.0))

    async def program() -> list[Any]:
        first = CallClient("server", PORT)
        seen: list[Any] = [await first.call(b"one")]
        async with CallClient("server", PORT, QUICK) as second:
            seen.append(await outcome(second, b"two", 2.0))
            await first.close()  # Goodbye
            seen.append(await outcome(second, b"three", 5.0))
        return seen

    one, two, three = world.run(program)
    assert (one, three) == (b"ONE", b"THREE")
    assert isinstance(two, DeadlineExceeded)
    assert not two.sent


def test_strangers_are_turned_away() -> None:
    world = World()

    async def program() -> list[bytes]:
        seen = []
        for data in (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\0\0\0\0", b"\xff" * 100, b"\0\0\0\x01\x09"):
            reader, writer = await asyncio.open_connection("server", PORT)
            writer.write(data)
            seen.append(await reader.read())
            writer.close()
        return seen

    assert world.run(program) == [b""] * 4
    assert world.executed == []


# -- at most once


async def increments(seen: dict[bytes, bytes | CallError]) -> None:
    """Three hundred calls, ten at a time, each with a body of its own, which takes a while after it was executed."""
    async with CallClient("server", PORT, QUICK) as client:
        for round_ in range(30):
            bodies = [b"add %d" % (10 * round_ + number) for number in range(10)]
            outcomes = await asyncio.gather(*(outcome(client, body, 20.0) for body in bodies))
            seen.update(zip(bodies, outcomes, strict=True))
            await asyncio.sleep(0.2)


def breaches(world: World, seen: dict[bytes, bytes | CallError]) -> list[str]:
    """What contradicts the promise of the calls."""
    times = Counter(world.executed)
    found = [f"{body!r} was executed {count} times" for body, count in times.items() if count > 1]
    for body, result in seen.items():
        if isinstance(result, bytes) and (result != body.upper() or times[body] != 1):
            found.append(f"{body!r} returned {result!r} and was executed {times[body]} times")
        if isinstance(result, NotExecuted) or (isinstance(result, DeadlineExceeded) and not result.sent):
            if times[body]:
                found.append(f"{body!r} was executed, though the client was told that it was not")
    return found


def chaos(seed: int) -> tuple[World, dict[bytes, bytes | CallError]]:
    """Loss, short cuts that lose responses, long ones that end connections, and two restarts."""
    world = World(seed, loss="3%")
    for second in range(1, 40, 3):
        world.net.at(f"{second}.13s").cut("line")
        world.net.at(f"{second + 2 if second % 2 else second + 1}.9s").heal("line")
    for second in (10, 24):
        world.net.at(f"{second}.02s").crash("server")
        world.net.at(f"{second}.5s").restart("server")
    seen: dict[bytes, bytes | CallError] = {}
    world.run(increments, seen)
    return world, seen


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_at_most_once(seed: int) -> None:
    world, seen = chaos(seed)
    assert breaches(world, seen) == []
    assert len(seen) == 300
    assert sum(isinstance(result, bytes) for result in seen.values()) > 200
    assert sum(server.repeated for server in world.servers) > 0  # without repetitions it would prove nothing


@pytest.mark.slow
def test_a_planted_server_that_remembers_nothing_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def begin(self: Session, call: Any) -> bool:
        self._responses[call.sequence] = None
        return True

    monkeypatch.setattr(Session, "begin", begin)
    assert any("was executed 2 times" in breach for breach in breaches(*chaos(1)))


@pytest.mark.slow
def test_a_planted_client_that_repeats_calls_in_a_new_session_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    real = CallClient._welcomed

    def welcomed(self: CallClient, stream: Any, welcome: Any) -> None:
        for call in self._pending.all():
            call.session = call.session and welcome.session
        real(self, stream, welcome)

    monkeypatch.setattr(CallClient, "_welcomed", welcomed)
    assert any("times" in breach for seed in (1, 2, 3) for breach in breaches(*chaos(seed)))


@pytest.mark.slow
def test_the_same_seed_gives_the_same_run() -> None:
    one, other = chaos(5), chaos(5)
    assert one[0].executed == other[0].executed
    assert one[0].net.result().summary() == other[0].net.result().summary()
