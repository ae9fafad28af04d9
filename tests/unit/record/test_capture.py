"""A link's capture: every frame, in order of time, with what became of it; and tshark agrees."""

from __future__ import annotations

import shutil
import struct
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catenet.kernel import Kernel, Octets
from catenet.lab.observe.link_capture import BATCH, LinkCapture
from catenet.link import BROADCAST, DropTail, Frame, Port, Station, local_mac
from catenet.physical import Bernoulli, GilbertElliott, RecordedLoss, Uniform, Wire
from catenet.record.pcapng import CapturedFrame, PcapngReader, PcapngWriter

MBIT = 1_000_000


class Careless(Station):
    """Overwrites each frame that it gets: what was captured must not change by that."""

    def receive_frame(self, port: Port, frame: Frame) -> None:
        frame.dst = frame.src = 0


def arp_request(sender: int, number: int = 0) -> Octets:
    addresses = struct.pack("!HI6xI", sender & 0xFFFF, 0x0A000001 + number % 200, 0x0A000002)
    return Octets(bytes.fromhex("0001080006040001") + sender.to_bytes(6, "big")[:4] + addresses)


class Link:
    """Paris and Oslo, at 8 Mbit/s (an octet takes a microsecond), and a capture of what is between them."""

    def __init__(self, path: Path, seed: int = 1) -> None:
        self.kernel = Kernel(seed)
        self.paris = Port(self.kernel, "paris:0", local_mac(1), Careless())
        self.oslo = Port(self.kernel, "oslo:0", local_mac(2), Careless())
        self.wire = Wire(self.kernel, "paris", "oslo", self.paris, self.oslo, 8 * MBIT, 100_000)
        self.paris.attach(self.wire.forward)
        self.oslo.attach(self.wire.backward)
        self.capture = LinkCapture(self.wire, path, ("paris", "oslo"))

    def send(self, port: Port, count: int = 1) -> None:
        for number in range(count):
            port.send(Frame(BROADCAST, port.mac, 0x0806, arp_request(port.mac, number)))

    def read(self) -> list[CapturedFrame]:
        self.capture.close()
        with self.capture.path.open("rb") as stream:
            return list(PcapngReader(stream))


@pytest.fixture
def link(tmp_path: Path) -> Link:
    return Link(tmp_path / "paris-oslo.pcapng")


def test_frames_are_as_they_were_sent_at_the_time_of_their_first_bit(link: Link) -> None:
    link.send(link.paris, 2)
    link.kernel.call_at(10_000, lambda: link.send(link.oslo))
    link.kernel.run()
    frames = link.read()
    assert [(frame.time_ns, frame.interface, frame.comment) for frame in frames] == [
        (0, 0, "paris -> oslo"),
        (10_000, 1, "oslo -> paris"),
        (84_000, 0, "paris -> oslo"),
    ]
    assert frames[1].data == Frame(BROADCAST, link.oslo.mac, 0x0806, arp_request(link.oslo.mac)).emit()


def test_interfaces_say_whose_they_are(link: Link) -> None:
    link.capture.close()
    with link.capture.path.open("rb") as stream:
        reader = PcapngReader(stream)
        assert list(reader) == []
    assert [(one.name, one.description, one.speed_bit_s, one.fcs_octets) for one in reader.interfaces] == [
        ("paris", "paris -> oslo", 8 * MBIT, 4),
        ("oslo", "oslo -> paris", 8 * MBIT, 4),
    ]


def test_a_comment_tells_what_became_of_a_frame(link: Link) -> None:
    link.paris.queue = DropTail(limit_frames=2)
    link.wire.forward.impairments.set_loss(RecordedLoss([False, True, False]))
    link.send(link.paris, 4)
    link.kernel.run()
    fates = [(frame.time_ns, frame.comment) for frame in link.read()]
    assert fates == [
        (0, "paris -> oslo"),
        (0, "paris -> oslo; dropped: queue full"),
        (84_000, "paris -> oslo; lost: random loss"),
        (168_000, "paris -> oslo"),
    ]


def test_a_later_cut_is_told_of_frames_that_were_under_way(link: Link) -> None:
    link.send(link.paris, 3)
    link.kernel.run(until_ns=100_000)
    link.wire.cut()
    link.send(link.paris)
    link.kernel.run()
    assert [(frame.time_ns, frame.comment) for frame in link.read()] == [
        (0, "paris -> oslo; lost: link cut"),
        (84_000, "paris -> oslo; lost: link cut"),
        (100_000, "paris -> oslo; lost: link cut"),
        (100_000, "paris -> oslo; dropped: link down"),
    ]


def test_bit_errors_lateness_and_copies_are_counted_and_the_frame_is_as_sent(link: Link) -> None:
    channel = link.wire.forward
    channel.impairments.set_bit_errors(1.0)
    channel.impairments.set_reordering(1.0, 5)
    channel.impairments.set_duplication(1.0)
    link.send(link.paris)
    link.kernel.run()
    (frame,) = link.read()
    assert frame.comment == "paris -> oslo; bit errors: 512; late; twice"
    assert Frame.parse(frame.data) is not None
    assert link.oslo.counters()["fcs_errors"] == 2


def test_what_is_under_way_at_the_end_is_there_too(link: Link) -> None:
    link.send(link.paris)
    link.kernel.run(until_ns=100)
    (frame,) = link.read()
    assert frame.comment == "paris -> oslo; on its way when the capture ended"


def test_a_frame_that_waits_is_not_lost_yet_whatever_is_in_store_for_it(link: Link) -> None:
    link.send(link.paris, 5)
    link.wire.set_loss(Bernoulli(1.0))
    link.kernel.run()
    endings = [frame.comment.partition("; ")[2] for frame in link.read()]
    assert endings == ["", *["lost: random loss"] * 2, *["on its way when the capture ended"] * 2]
    assert link.wire.forward.counters()["lost_random"] == 2


def test_what_is_settled_is_written_and_what_is_not_waits(link: Link) -> None:
    link.send(link.paris, 3)
    link.kernel.run(until_ns=84_000 + 64_000 + 100_000)
    link.capture.flush()
    assert link.capture.frames == 1
    link.kernel.run(until_ns=84_000 + 84_000 + 100_000)
    link.capture.flush()
    assert link.capture.frames == 2


def test_a_long_capture_is_written_as_it_goes(link: Link) -> None:
    for _ in range(BATCH + 1):
        link.send(link.paris)
        link.kernel.run(until_ns=link.kernel.now_ns + 1_000_000)
    assert link.capture.frames == BATCH - 1


EVENTS = st.lists(
    st.tuples(st.integers(0, 300_000), st.sampled_from(["paris", "oslo", "cut", "heal", "rate", "loss", "jitter"])),
    max_size=40,
)


@pytest.mark.slow
@settings(max_examples=50)
@given(EVENTS)
def test_whatever_happens_every_frame_is_there_once_in_order(
    tmp_path_factory: pytest.TempPathFactory, events: list[tuple[int, str]]
) -> None:
    link = Link(tmp_path_factory.getbasetemp() / "any.pcapng")
    link.paris.queue = DropTail(limit_frames=3)
    sent = 0
    for pause_ns, what in events:
        link.kernel.run(until_ns=link.kernel.now_ns + pause_ns)
        if what in ("paris", "oslo"):
            link.send(link.paris if what == "paris" else link.oslo, 3)
            sent += 3
        elif what == "cut":
            link.wire.cut()
        elif what == "heal":
            link.wire.heal()
        elif what == "rate":
            link.wire.set_rate(80 * MBIT if link.wire.forward.rate_bit_s == 8 * MBIT else 8 * MBIT)
        elif what == "loss":
            link.wire.set_loss(Bernoulli(0.5))
        else:
            link.wire.set_jitter(Uniform(50_000))
    link.kernel.run()
    frames = link.read()
    times = [frame.time_ns for frame in frames]
    assert times == sorted(times)
    assert len(frames) == sent
    told = {"link cut": 0, "random loss": 0, "queue full": 0, "link down": 0}
    for frame in frames:
        for text in told:
            told[text] += text in frame.comment
    wire, paris, oslo = link.wire, link.paris.counters(), link.oslo.counters()
    assert told["link cut"] == wire.forward.lost_cut + wire.backward.lost_cut
    counted = [channel.counters()["lost_random"] for channel in (wire.forward, wire.backward)]
    assert told["random loss"] == sum(counted)
    assert told["queue full"] == paris["dropped_queue_full"]
    assert told["link down"] == paris["dropped_no_carrier"] + oslo["dropped_no_carrier"]


def busy_link(path: Path) -> bytes:
    link = Link(path, seed=11)
    link.wire.set_loss(GilbertElliott(0.1, 0.5))
    link.wire.set_jitter(Uniform(50_000))
    link.wire.set_bit_errors(1e-4)
    for time_ns in range(0, 3_000_000, 250_000):
        link.kernel.call_at(time_ns, lambda: link.send(link.paris, 3))
        link.kernel.call_at(time_ns, lambda: link.send(link.oslo, 2))
    link.kernel.run()
    link.capture.close()
    return path.read_bytes()


def test_the_same_run_leaves_the_same_octets(tmp_path: Path) -> None:
    assert busy_link(tmp_path / "one.pcapng") == busy_link(tmp_path / "other.pcapng")


def tshark(path: Path, *fields: str) -> list[list[str]]:
    program = shutil.which("tshark")
    if program is None:
        pytest.skip("tshark is not installed")
    asked = [part for field in fields for part in ("-e", field)]
    command = [program, "-r", str(path), "-o", "eth.check_fcs:TRUE", "-T", "fields", *asked]
    run = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return [line.split("\t") for line in run.stdout.splitlines()]


GOOD, BAD = "1", "0"


@pytest.mark.slow
def test_tshark_reads_every_frame_and_finds_nothing_wrong(tmp_path: Path) -> None:
    path = tmp_path / "busy.pcapng"
    busy_link(path)
    with path.open("rb") as stream:
        frames = list(PcapngReader(stream))
    fields = ("frame.time_epoch", "frame.interface_name", "frame.interface_description", "frame.comment")
    checks = ("frame.packet_flags_direction", "eth.fcs.status", "_ws.malformed", "arp.opcode")
    rows = tshark(path, *fields, *checks)
    assert len(rows) == len(frames) > 50
    assert [(row[3], row[4]) for row in rows] == [(frame.comment, "0x00000002") for frame in frames]
    assert {tuple(row[5:]) for row in rows} == {(GOOD, "", "1")}
    assert {(row[1], row[2]) for row in rows} == {("paris", "paris -> oslo"), ("oslo", "oslo -> paris")}
    seconds = [f"{frame.time_ns // 10**9}.{frame.time_ns % 10**9:09}" for frame in frames]
    assert [row[0] for row in rows] == seconds


@pytest.mark.slow
def test_tshark_would_find_a_wrong_check_sequence(tmp_path: Path) -> None:
    path = tmp_path / "bad.pcapng"
    data = Frame(BROADCAST, local_mac(1), 0x0806, arp_request(local_mac(1))).emit()
    with path.open("wb") as stream:
        writer = PcapngWriter(stream)
        writer.add_interface("a")
        writer.write(0, 0, data[:-1] + bytes([data[-1] ^ 1]))
    assert tshark(path, "eth.fcs.status") == [[BAD]]
