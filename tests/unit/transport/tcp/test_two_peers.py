"""Two ends over a pipe that loses, doubles and reorders: the stream arrives whole, and both ends end."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catenet.transport.tcp.segment.segment import TcpSegment
from catenet.transport.tcp.settings import TcpOptions, TcpSettings

MS = 1_000_000
SECOND = 1_000_000_000

FATES = ([10], [10], [10], [10], [10], [10], [], [10, 10], [10, 13], [40], [11])
"""Delays in ms of each copy: mostly one copy in time, sometimes none, two, or a late one."""


class Dice:
    """Fates drawn from a seed, bad for the first so many segments and good afterwards."""

    def __init__(self, seed: int, bad: int) -> None:
        self.state = seed * 2 + 1
        self.bad = bad

    def fate(self, segment: TcpSegment) -> list[int]:
        if self.bad == 0:
            return [10 * MS]
        self.bad -= 1
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) & (1 << 64) - 1
        return [delay * MS for delay in FATES[(self.state >> 33) % len(FATES)]]


SETTINGS = st.builds(
    lambda sack, timestamps, scaling: (sack, timestamps, scaling), st.booleans(), st.booleans(), st.booleans()
)


def make_settings(sack: bool, timestamps: bool, scaling: bool) -> TcpSettings:
    made = TcpSettings()
    made.sack, made.timestamps, made.window_scaling = sack, timestamps, scaling
    return made


def content(size: int, salt: int) -> bytes:
    return bytes((i * 31 + salt + (i >> 8)) & 0xFF for i in range(size))


class Feeder:
    """Writes as the send buffer allows, then closes its side."""

    def __init__(self, user: Any, data: bytes) -> None:
        self.user, self.data = user, data
        user.established = self.feed
        user.writable = self.feed

    def feed(self) -> None:
        connection = self.user.connection
        while self.data:
            taken = connection.send(self.data[:5000])
            if taken == 0:
                return
            self.data = self.data[taken:]
        connection.shut_down_sending()


def exchange(made: Any, sizes: tuple[int, int], simultaneous: bool = False) -> None:
    messages = [content(sizes[0], 1), content(sizes[1], 2)]
    feeders = [Feeder(user, message) for user, message in zip(made.users, messages, strict=True)]
    first, second = made.ends
    first.open_actively(1_000, 11)
    if simultaneous:
        second.open_actively(4_294_967_290, 22)
    else:
        listen(made, second)
    made.kernel.run(4000 * SECOND)
    info = [end.info() for end in made.ends]
    assert made.users[1].data == messages[0], info
    assert made.users[0].data == messages[1], info
    assert [feeder.data for feeder in feeders] == [b"", b""]
    assert [owner.fate != "" for owner in made.owners] == [True, True], [end.state_name for end in made.ends]
    assert made.kernel.next_time_ns() == 1 << 62


def listen(made: Any, second: Any) -> None:
    """The second end answers the first SYN that reaches it."""

    def arrives(segment: TcpSegment, now_ns: int) -> None:
        if second.state_name == "CLOSED":
            if segment.flags & 2 and made.owners[1].fate == "":
                second.open_passively(4_294_967_290, 22, segment)
        else:
            original(segment, now_ns)

    original = second.segment_arrives
    made.ends[1] = Proxy(second, arrives)
    made.owners[1].synchronized = lambda connection: made.users[1].established()


class Proxy:
    """A connection whose arrivals are looked at first."""

    def __init__(self, connection: Any, arrives: Any) -> None:
        self._connection = connection
        self.segment_arrives = arrives

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


@pytest.mark.slow
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 1 << 30),
    bad=st.integers(0, 300),
    sizes=st.tuples(st.integers(0, 30_000), st.integers(0, 30_000)),
    ours=SETTINGS,
    theirs=SETTINGS,
    buffer=st.sampled_from([0, 700, 5_000, 40_000]),
    simultaneous=st.booleans(),
    no_delay=st.booleans(),
    congestion=st.sampled_from(["cubic", "reno"]),
)
def test_the_stream_arrives_whole_and_both_end(
    pipe: Any,
    seed: int,
    bad: int,
    sizes: tuple[int, int],
    ours: tuple[bool, bool, bool],
    theirs: tuple[bool, bool, bool],
    buffer: int,
    simultaneous: bool,
    no_delay: bool,
    congestion: str,
) -> None:
    options = [
        TcpOptions(congestion=congestion, no_delay=no_delay, receive_buffer_octets=buffer),
        TcpOptions(send_buffer_octets=buffer),
    ]
    made = pipe(Dice(seed, bad).fate, [make_settings(*ours), make_settings(*theirs)], options)
    exchange(made, sizes, simultaneous)


def test_a_clean_pipe_needs_no_retransmission(pipe: Any) -> None:
    made = pipe(lambda segment: [10 * MS], [TcpSettings(), TcpSettings()], [TcpOptions(), TcpOptions()])
    exchange(made, (500_000, 0))
    assert made.counters[0].retransmitted_segments == 0
    assert made.counters[1].retransmitted_segments == 0
