"""Messages over TCP: whole, in order, to the channel that they are for; and nothing waits for who is away."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable

import pytest

from catenet.application.replication import peer_links as meshes
from catenet.application.replication.peer_links import HELLO, Mesh
from catenet.internet import Internet

Program = Callable[[], Awaitable[None]]
Heard = list[tuple[int, bytes]]


def on_two_hosts(one: Program, other: Program) -> Internet:
    """Run two programs on hosts of these names, each to its end."""
    net = Internet(seed=3)
    first, second = net.host("one"), net.host("other")
    net.link(first, second, delay="5ms")
    ended: list[str] = []

    def whole(name: str, program: Program) -> Program:
        async def run() -> None:
            await program()
            ended.append(name)

        return run

    first.run(whole("one", one))
    second.run(whole("other", other))
    net.run(until="120s")
    assert sorted(ended) == ["one", "other"]
    net.close()
    return net


def listener(heard: Heard, seconds: float = 20) -> Program:
    async def listen() -> None:
        mesh = Mesh(2)
        await mesh.start(None, 7000)
        mesh.open(5, lambda speaker, octets: heard.append((speaker, octets)))
        await asyncio.sleep(seconds)
        assert len(mesh.listening) <= 1, "a connection that was cut is not kept beside the one that followed it"
        await mesh.close()
        await asyncio.sleep(1)
        assert mesh.received >= len(heard)
        assert not mesh.listening

    return listen


@pytest.mark.slow
def test_messages_of_any_size_arrive_whole_in_order_at_their_channel() -> None:
    heard: Heard = []
    said = [b"", b"x" * 100_000, *(b"%d" % number for number in range(50)), b"y" * 3_000_000]

    async def speak() -> None:
        mesh = Mesh(9)
        mesh.addresses[2] = ("other", 7000)
        await asyncio.sleep(1)
        for octets in said:
            assert mesh.send(2, 5, octets)
            assert mesh.send(2, 6, b"nobody listens on this channel")
        await asyncio.sleep(10)
        assert (mesh.sent, mesh.dropped) == (2 * len(said), 0)
        await mesh.close()

    on_two_hosts(speak, listener(heard))
    assert heard == [(9, octets) for octets in said]


def test_what_is_said_in_one_turn_goes_out_in_one_segment() -> None:
    """A leader's hundred messages of one turn are not a hundred small packets."""
    heard: Heard = []
    writes: list[int] = []

    async def speak() -> None:
        mesh = Mesh(9)
        mesh.addresses[2] = ("other", 7000)
        await asyncio.sleep(1)
        mesh.send(2, 5, b"hello")
        await asyncio.sleep(1)
        transport = mesh._speakers[2]._transport
        assert transport is not None
        write = transport.write
        transport.write = lambda octets: (writes.append(len(octets)), write(octets))  # type: ignore[method-assign, assignment, func-returns-value]
        for number in range(100):
            mesh.send(2, 5, b"%03d" % number)
        await asyncio.sleep(1)
        await mesh.close()

    on_two_hosts(speak, listener(heard, 5))
    assert writes == [100 * (8 + 3)]
    assert len(heard) == 101


@pytest.mark.slow
def test_a_node_that_nobody_knows_is_not_spoken_to_and_a_channel_has_one_taker() -> None:
    heard: Heard = []

    async def speak() -> None:
        mesh = Mesh(9)
        assert not mesh.send(2, 5, b"whom?")
        assert (mesh.sent, mesh.dropped) == (0, 1)
        mesh.open(5, lambda speaker, octets: None)
        with pytest.raises(ValueError, match="channel 5 of node 9 is in use already"):
            mesh.open(5, lambda speaker, octets: None)
        mesh.close_channel(5)
        mesh.close_channel(5)
        mesh.open(5, lambda speaker, octets: None)
        await mesh.close()

    on_two_hosts(speak, listener(heard, 1))
    assert heard == []


def test_a_closed_channel_hears_nothing_and_the_others_go_on() -> None:
    heard: Heard = []

    async def listen() -> None:
        mesh = Mesh(2)
        await mesh.start(None, 7000)
        for channel in (5, 6):
            mesh.open(channel, lambda speaker, octets: heard.append((speaker, octets)))
        await asyncio.sleep(3)
        mesh.close_channel(5)
        await asyncio.sleep(5)
        assert mesh.received == 4
        await mesh.close()

    async def speak() -> None:
        mesh = Mesh(9)
        mesh.addresses[2] = ("other", 7000)
        for second in (1, 4):
            await asyncio.sleep(second)
            mesh.send(2, 5, b"five at %d" % second)
            mesh.send(2, 6, b"six at %d" % second)
        await asyncio.sleep(2)
        await mesh.close()

    on_two_hosts(speak, listen)
    assert heard == [(9, b"five at 1"), (9, b"six at 1"), (9, b"six at 4")]


def test_what_is_said_to_a_node_that_is_away_is_dropped_and_it_is_found_again() -> None:
    """When it is back it hears the news within the pause between two attempts, and nothing stale."""
    heard: Heard = []

    async def listen() -> None:
        await asyncio.sleep(10)
        await listener(heard, 20)()

    async def speak() -> None:
        mesh = Mesh(9, redial_s=0.25)
        mesh.addresses[2] = ("other", 7000)
        for number in range(60):
            mesh.send(2, 5, b"%d" % number)
            await asyncio.sleep(0.3)
        await asyncio.sleep(2)
        first = int(heard[0][1])
        assert 33 <= first <= 35, "it is back after 10 s, at the 34th message"
        assert [int(octets) for _, octets in heard] == list(range(first, 60))
        assert mesh.dropped == first
        await mesh.close()

    on_two_hosts(speak, listen)


def test_no_more_waits_for_one_node_than_there_is_room_for() -> None:
    """A leader that is cut off does not collect messages until its memory is full."""
    heard: Heard = []

    async def speak() -> None:
        mesh = Mesh(9)
        mesh.addresses[2] = ("other", 7000)
        size = meshes.MAX_WAITING_OCTETS // 4 - 8
        assert [mesh.send(2, 5, bytes(size)) for _ in range(6)] == [True] * 4 + [False] * 2
        assert (mesh.sent, mesh.dropped) == (4, 2)
        mesh.addresses[3] = ("other", 7000)
        assert mesh.send(3, 5, bytes(meshes.MAX_WAITING_OCTETS + 1)), "one frame may be as long as it is"
        await mesh.close()

    on_two_hosts(speak, listener(heard, 1))


def test_a_cut_is_noticed_within_the_patience_and_the_news_gets_through_after_it() -> None:
    """TCP alone would wait ever longer, and keep a healed cluster without a leader."""
    heard: Heard = []
    net = Internet(seed=3)
    first, second = net.host("one"), net.host("other")
    net.link(first, second, delay="5ms")
    dropped: list[int] = []

    async def speak() -> None:
        mesh = Mesh(9, patience_s=2.0)
        mesh.addresses[2] = ("other", 7000)
        for number in range(360):
            mesh.send(2, 5, b"%d" % number)
            await asyncio.sleep(0.1)
        dropped.append(mesh.dropped)
        await mesh.close()

    first.run(speak)
    second.run(listener(heard, 38))
    net.at("10s").cut(first, second)
    net.at("25s").heal(first, second)
    net.run(until="100s")
    numbers = [int(octets) for _, octets in heard]
    assert numbers == sorted(set(numbers))
    after = [number for number in numbers if number > 105]
    assert 250 <= after[0] <= 275
    assert after == list(range(after[0], 360))
    assert dropped[0] > 80
    net.close()


@pytest.mark.parametrize(
    "greeting",
    [b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", HELLO + b"\x00\x00\x00\x09" + b"\x00\x00\x00\x05" + b"\xff\xff\xff\xff"],
    ids=["another protocol", "a frame that is too long"],
)
def test_a_stranger_is_hung_up_on(greeting: bytes) -> None:
    heard: Heard = []

    async def speak() -> None:
        await asyncio.sleep(1)
        reader, writer = await asyncio.open_connection("other", 7000)
        writer.write(greeting)
        async with asyncio.timeout(1):
            assert await reader.read(1) == b"", "the other end has hung up"
        writer.close()

    on_two_hosts(speak, listener(heard, 5))
    assert heard == []


def test_a_greeting_and_a_frame_that_come_in_pieces_are_understood() -> None:
    heard: Heard = []

    async def speak() -> None:
        await asyncio.sleep(1)
        _, writer = await asyncio.open_connection("other", 7000)
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        frame = b"\x00\x00\x00\x05\x00\x00\x00\x03abc"
        for octet in HELLO + b"\x00\x00\x00\x09" + frame + frame + frame[:9]:
            writer.write(bytes((octet,)))
            await asyncio.sleep(0.05)
        writer.close()

    on_two_hosts(speak, listener(heard, 10))
    assert heard == [(9, b"abc"), (9, b"abc")]


def test_a_node_that_speaks_anew_ends_its_former_connection_and_no_other() -> None:
    """A cut leaves the listener with a connection that nobody ends; one for each cut would use up the descriptors."""
    heard: Heard = []

    async def speak() -> None:
        await asyncio.sleep(1)
        greetings = [HELLO + bytes((0, 0, 0, node)) for node in (9, 8, 9)]
        ends = []
        for greeting in greetings:
            reader, writer = await asyncio.open_connection("other", 7000)
            writer.write(greeting)
            await asyncio.sleep(0.5)
            ends.append((reader, writer))
        assert [reader.at_eof() for reader, _ in ends] == [True, False, False]
        for _, writer in ends[1:]:
            writer.write(b"\x00\x00\x00\x05\x00\x00\x00\x02hi")
        await asyncio.sleep(0.5)
        for _, writer in ends:
            writer.close()

    on_two_hosts(speak, listener_of_two(heard))
    assert sorted(heard) == [(8, b"hi"), (9, b"hi")]


def listener_of_two(heard: Heard) -> Program:
    async def listen() -> None:
        mesh = Mesh(2)
        await mesh.start(None, 7000)
        mesh.open(5, lambda speaker, octets: heard.append((speaker, octets)))
        await asyncio.sleep(2.9)
        assert len(mesh.listening) == 2
        await asyncio.sleep(5)
        await mesh.close()

    return listen


def test_hanging_up_while_it_dials_leaves_nothing_behind() -> None:
    """A node that stops beside one that is away goes on dialling for ever otherwise."""
    heard: Heard = []
    before: list[int] = []

    async def speak() -> None:
        mesh = Mesh(9)
        mesh.addresses[2] = ("other", 7999)
        mesh.send(2, 5, b"is anybody there?")
        await asyncio.sleep(1)
        await mesh.close()
        await asyncio.sleep(0.1)
        before.append(sum(task.get_name() == "mesh to 2" for task in asyncio.all_tasks()))

    on_two_hosts(speak, listener(heard, 1))
    assert before == [0]


def test_eight_mebioctets_may_wait_for_one_node() -> None:
    async def speak() -> None:
        mesh = Mesh(9)
        mesh.addresses[2] = ("other", 7000)
        frame = bytes((1 << 20) - 8)
        assert [mesh.send(2, 5, frame) for _ in range(9)] == [True] * 8 + [False]
        await mesh.close()

    on_two_hosts(speak, listener([], 1))


def test_nothing_is_written_to_a_connection_that_is_full_or_was_cut_in_the_same_turn() -> None:
    """To one that is full it would wait in the transport, without bound; one that was cut takes nothing."""
    heard: Heard = []
    complaints: list[str] = []

    async def speak() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: complaints.append(context["message"]))
        mesh = Mesh(9)
        mesh.addresses[2] = ("other", 7000)
        await asyncio.sleep(1)
        mesh.send(2, 5, b"hello")
        await asyncio.sleep(1)
        speaker = mesh._speakers[2]
        mesh.send(2, 5, b"later")
        speaker.pause_writing()
        await asyncio.sleep(1)
        assert heard == [(9, b"hello")]
        speaker.resume_writing()
        await asyncio.sleep(1)
        assert heard == [(9, b"hello"), (9, b"later")]
        mesh.send(2, 5, b"lost")
        speaker.connection_lost(None)
        await asyncio.sleep(1)
        assert mesh.dropped == 1
        await mesh.close()

    on_two_hosts(speak, listener(heard, 10))
    assert complaints == []
