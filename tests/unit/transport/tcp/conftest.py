"""Two harnesses: a script that plays the peer of one connection, and two connections over a bad pipe."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from catenet.kernel import Event, Kernel
from catenet.transport.tcp.connection.connection import Connection, ConnectionOwner
from catenet.transport.tcp.connection.user import TcpUser
from catenet.transport.tcp.counters import TcpCounters
from catenet.transport.tcp.segment.options import SynOptions
from catenet.transport.tcp.segment.segment import ACK, FIN, PSH, RST, SYN, TcpSegment
from catenet.transport.tcp.sender.segment_output import Carrier
from catenet.transport.tcp.settings import TcpOptions, TcpSettings

MS = 1_000_000
SECOND = 1_000_000_000
FLAGS = {"F": FIN, "S": SYN, "R": RST, "P": PSH, "A": ACK}
OUR_ISN = 4_294_967_000  # wraps soon
PEER_ISN = 4_294_966_000


class Recorder(Carrier):
    """Keeps what is sent."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[TcpSegment] = []
        self.mtu = 1500
        self.errno = 0

    def carry(self, segment: TcpSegment) -> int:
        self.sent.append(segment)
        return self.errno

    def path_mtu(self) -> int:
        return self.mtu


class Told(TcpUser):
    """Keeps what the user is told."""

    def __init__(self, read: bool = False) -> None:
        super().__init__()
        self.calls: list[str] = []
        self.connection: Connection | None = None
        self.read = read
        self.data = b""

    def established(self) -> None:
        self.calls.append("established")

    def readable(self) -> None:
        self.calls.append("readable")
        if self.read:
            assert self.connection is not None
            self.data += self.connection.recv(1 << 30)

    def writable(self) -> None:
        self.calls.append("writable")

    def closed(self, errno: int) -> None:
        self.calls.append(f"closed {errno}")


class Owner(ConnectionOwner):
    """Keeps what became of the connection."""

    def __init__(self) -> None:
        super().__init__()
        self.fate = ""
        self.room = True

    def has_room(self, connection: Connection) -> bool:
        return self.room

    def left(self, connection: Connection) -> None:
        self.fate = "left"

    def waits(self, connection: Connection) -> None:
        self.fate = "waits"


class Script:
    """Plays the peer.  Numbers are relative to each side's ISN; the steps are printed when one fails."""

    def __init__(self, options: TcpOptions | None = None, settings: TcpSettings | None = None, **offer: Any) -> None:
        self.kernel = Kernel(seed=1)
        self.settings = settings or TcpSettings()
        self.counters = TcpCounters()
        self.owner = Owner()
        self.wire = Recorder()
        self.user = Told()
        self.steps: list[str] = []
        self.mss = offer.get("mss", 1460)
        self.shift = offer.get("shift", 7)
        self.sack = offer.get("sack", True)
        self.timestamps = offer.get("timestamps", True)
        self.window = 512
        self.c = Connection(
            self.kernel, self.owner, self.settings, self.counters, options or TcpOptions(), self.wire,
            offer.get("version", 4), 1, 1000, 2, 80,
        )  # fmt: skip
        self.c.user = self.user
        self.user.connection = self.c

    def fail(self, why: str) -> None:
        lines = "\n".join(self.steps)
        raise AssertionError(f"{why}\nsteps that led here (state {self.c.state_name}):\n{lines}")

    def clock(self) -> int:
        return 77_000 + self.kernel.now_ns // MS

    def inject(self, flags: str, seq: int, ack: int = 0, data: bytes = b"", **more: Any) -> None:
        """A segment from the peer; ``seq`` counts from the peer's ISN and ``ack`` from ours."""
        bits = 0
        for letter in flags:
            bits |= FLAGS[letter]
        syn = SynOptions(self.mss, self.shift, self.sack) if bits & SYN else None
        blocks = more.get("sack")
        segment = TcpSegment(
            80, 1000, (PEER_ISN + seq) & 0xFFFFFFFF, (OUR_ISN + ack) & 0xFFFFFFFF if bits & ACK else 0, bits,
            more.get("window", 65_535 if bits & SYN else self.window), data,
            self.timestamps and more.get("timestamps", True),
            more.get("ts", self.clock()) if self.timestamps else 0,
            more.get("echo", self.last_ts()) if self.timestamps else 0,
            [(OUR_ISN + edge) & 0xFFFFFFFF for edge in blocks] if blocks else None, syn,
        )  # fmt: skip
        self.steps.append(f"{self.kernel.now_ns / 1e9:.6f} < {self.text(segment, PEER_ISN, OUR_ISN)}")
        self.c.segment_arrives(segment, self.kernel.now_ns)

    def last_ts(self) -> int:
        return self._last_ts

    _last_ts = 0

    def text(self, segment: TcpSegment, isn: int, other: int) -> str:
        seq = (segment.seq - isn) & 0xFFFFFFFF
        ack = (segment.ack - other) & 0xFFFFFFFF if segment.flags & ACK else 0
        return f"{self.letters(segment)} seq {seq} ack {ack} win {segment.window} len {len(segment.payload)}"

    @staticmethod
    def letters(segment: TcpSegment) -> str:
        return "".join(letter for letter in "FSRPA" if segment.flags & FLAGS[letter])

    def expect(
        self, flags: str, seq: int | None = None, ack: int | None = None, length: int | None = None
    ) -> TcpSegment:
        """The next segment that was sent has these flags (PSH aside) and numbers."""
        if not self.wire.sent:
            self.fail(f"expected {flags} but nothing was sent")
        segment = self.wire.sent.pop(0)
        self.steps.append(f"{self.kernel.now_ns / 1e9:.6f} > {self.text(segment, OUR_ISN, PEER_ISN)}")
        if segment.has_timestamps:
            self._last_ts = segment.ts_value
        got = self.letters(segment).replace("P", "")
        if sorted(got) != sorted(flags):
            self.fail(f"expected flags {flags}, got {got}")
        for name, want, have in (
            ("seq", seq, (segment.seq - OUR_ISN) & 0xFFFFFFFF),
            ("ack", ack, (segment.ack - PEER_ISN) & 0xFFFFFFFF),
            ("length", length, len(segment.payload)),
        ):
            if want is not None and want != have:
                self.fail(f"expected {name} {want}, got {have}")
        return segment

    def expect_nothing(self) -> None:
        if self.wire.sent:
            self.fail(f"expected silence, got {self.text(self.wire.sent[0], OUR_ISN, PEER_ISN)}")

    def drop_sent(self) -> int:
        count = len(self.wire.sent)
        while self.wire.sent:
            self.expect(self.letters(self.wire.sent[0]).replace("P", ""))
        return count

    def run(self, duration_ns: int) -> None:
        """Let time pass, and every timer with it."""
        self.kernel.run(self.kernel.now_ns + duration_ns)

    def run_until_sent(self, max_ns: int = 200 * SECOND) -> int:
        """Let time pass until something is sent; returns how long that took."""
        start = self.kernel.now_ns
        while not self.wire.sent:
            if self.kernel.next_time_ns() > start + max_ns:
                self.fail("nothing is sent any more")
            self.kernel.step()
        return self.kernel.now_ns - start

    def connect(self) -> None:
        """Our SYN, without an answer."""
        self.c.open_actively(OUR_ISN, 5_000)
        self.expect("S", seq=0)

    def establish(self, rtt_ns: int = 10 * MS) -> Script:
        """ESTABLISHED by our own SYN.  Both next numbers are 1."""
        self.connect()
        self.run(rtt_ns)
        self.inject("SA", 0, 1)
        self.expect("A", seq=1, ack=1)
        return self

    def connect_passively(self) -> None:
        """The peer's SYN, and our answer."""
        syn = TcpSegment(
            80, 1000, PEER_ISN, 0, SYN, 65_535, b"", self.timestamps, self.clock(), 0, None,
            SynOptions(self.mss, self.shift, self.sack),
        )  # fmt: skip
        self.c.open_passively(OUR_ISN, 5_000, syn)
        self.expect("SA", seq=0, ack=1)

    def accept(self) -> Script:
        """ESTABLISHED by the peer's SYN."""
        self.connect_passively()
        self.inject("A", 1, 1)
        return self


class Delivery(Event):
    """A segment on its way through the bad pipe."""

    def __init__(self, pipe: Pipe, to: int, segment: TcpSegment) -> None:
        super().__init__()
        self.pipe, self.to, self.segment = pipe, to, segment

    def fire(self) -> None:
        connection = self.pipe.ends[self.to]
        if self.pipe.owners[self.to].fate == "":
            connection.segment_arrives(self.segment, self.pipe.kernel.now_ns)
        elif self.pipe.owners[self.to].fate == "waits" and self.segment.flags & FIN:
            self.pipe.answer_in_time_wait(self.to)


class BadCarrier(Carrier):
    """Loses, doubles and delays as the plan says."""

    def __init__(self, pipe: Pipe, to: int) -> None:
        super().__init__()
        self.pipe, self.to = pipe, to

    def carry(self, segment: TcpSegment) -> int:
        pipe = self.pipe
        for delay_ns in pipe.fate(segment):
            pipe.kernel.after(Delivery(pipe, self.to, segment), delay_ns)
        return 0


class Pipe:
    """Two connections; ``fate(segment)`` gives the delays after which copies arrive."""

    def __init__(
        self, fate: Callable[[TcpSegment], list[int]], settings: list[TcpSettings], options: list[TcpOptions]
    ) -> None:
        self.kernel = Kernel(seed=1)
        self.fate = fate
        self.owners = [Owner(), Owner()]
        self.users = [Told(read=True), Told(read=True)]
        self.counters = [TcpCounters(), TcpCounters()]
        self.ends = [
            Connection(
                self.kernel, self.owners[i], settings[i], self.counters[i], options[i], BadCarrier(self, 1 - i),
                4, i + 1, 1000 + i, 2 - i, 1001 - i,
            )
            for i in (0, 1)
        ]  # fmt: skip
        for connection, user in zip(self.ends, self.users, strict=True):
            connection.user = user
            user.connection = connection

    def answer_in_time_wait(self, to: int) -> None:
        end = self.ends[to]
        end.output.send(end.sender.snd_nxt, 0, b"", self.kernel.now_ns)


@pytest.fixture
def script() -> Callable[..., Script]:
    return Script


@pytest.fixture
def pipe() -> Callable[..., Pipe]:
    return Pipe
