"""Where exactly what is acceptable ends: the numbers of segments, of acknowledgments, of SACK blocks, of a FIN."""

from __future__ import annotations

from typing import Any

import pytest

from catenet.transport.tcp.counters import TcpCounters
from catenet.transport.tcp.receiver.receiver import Receiver
from catenet.transport.tcp.settings import TcpOptions, TcpSettings

MS = 1_000_000
PEER_ISN = 4_294_966_000


@pytest.mark.parametrize(
    ("window", "start", "length", "acceptable"),
    [
        (0, 1000, 0, True),
        (0, 999, 0, False),
        (0, 1001, 0, False),
        (0, 1000, 1, False),
        (100, 1000, 0, True),
        (100, 999, 0, False),
        (100, 1099, 0, True),
        (100, 1100, 0, False),
        (100, 1099, 1, True),
        (100, 1100, 1, False),
        (100, 999, 1, False),
        (100, 999, 2, True),
        (100, 900, 500, True),
    ],
)
def test_the_four_cases_of_a_segment_s_number(window: int, start: int, length: int, acceptable: bool) -> None:
    """RFC 9293 section 3.10.7.4, table 6."""
    receiver = Receiver(TcpSettings(), TcpCounters(), 0)
    receiver.rcv_nxt, receiver.window.edge = 1000, 1000 + window
    assert receiver.acceptable(start, length) is acceptable


@pytest.mark.parametrize(("octets", "ended"), [(999, True), (1000, True), (1001, False), (2000, False)])
def test_a_fin_beyond_the_window_is_cut_off_with_the_data_before_it(script: Any, octets: int, ended: bool) -> None:
    """Taken without them, it would end the stream before its last octets."""
    s = script(options=TcpOptions(receive_buffer_octets=1000)).establish()
    s.inject("FA", 1, 1, b"x" * octets)
    assert s.c.state_name == ("CLOSE-WAIT" if ended else "ESTABLISHED")
    read = min(octets, 1000)
    s.expect("A", ack=1 + read + int(ended))
    assert (len(s.c.recv(5000)), s.c.at_eof) == (read, ended)


@pytest.mark.parametrize("ahead", [0, 1, 2])
def test_an_acknowledgment_may_be_of_the_last_octet_sent_and_no_later_one(script: Any, ahead: int) -> None:
    """RFC 5961 section 5.2: SND.NXT is the most; what a forger adds to it must not be read."""
    s = script().establish()
    s.c.send(b"x" * 10)
    s.drop_sent()
    s.inject("A", 1, 11 + ahead, b"data")
    assert s.c.available == (0 if ahead else 4)
    assert s.counters.challenge_acks == int(ahead > 0)


@pytest.mark.parametrize("below", [-1, 0, 1])
def test_an_old_acknowledgment_is_read_if_it_lies_within_the_largest_window_of_the_peer(
    script: Any, below: int
) -> None:
    """RFC 5961 section 5.2: SND.UNA - MAX.SND.WND is the least."""
    s = script(shift=0)
    s.window = 5
    s.connect()
    s.run(10 * MS)
    s.inject("SA", 0, 1, window=5)
    s.drop_sent()
    for sent in range(2):
        s.c.send(b"x" * 5)
        s.drop_sent()
        s.inject("A", 1, 6 + 5 * sent)
    s.inject("A", 1, 11 - 5 - below, b"data")
    assert s.c.available == (0 if below > 0 else 4)
    assert s.counters.challenge_acks == int(below > 0)
    assert s.c.unacked == 0


@pytest.mark.parametrize(
    ("block", "sacked"),
    [
        ((1449, 2897), 1),
        ((2897, 4345), 1),
        ((1449, 4345), 2),
        ((1449, 4346), 0),
        ((4345, 5793), 0),
        ((2897, 1449), 0),
        ((1449, 1449), 0),
    ],
)
def test_a_block_of_what_was_not_sent_or_turned_round_is_no_proof(
    script: Any, block: tuple[int, int], sacked: int
) -> None:
    s = script().establish()
    s.c.send(b"x" * 3 * 1448)
    s.drop_sent()
    s.inject("A", 1, 1, sack=[*block])
    assert s.c.info().sacked_segments == sacked
    assert s.counters.dsacks_received == 0


@pytest.mark.parametrize(
    ("ack", "blocks", "reports"),
    [
        (1449, [1, 1449], 1),
        (1449, [1, 101], 1),
        (1449, [1449, 2897], 0),
        (1, [1449, 2897, 1449, 4345], 1),
        (1, [1449, 1500, 1449, 2897], 1),
        (1, [1449, 4345, 1449, 2897], 0),
        (1, [1400, 1500, 1449, 2897], 0),
        (1, [2897, 4345, 1449, 2897], 0),
        (1, [1449, 2897], 0),
    ],
)
def test_a_first_block_below_the_acknowledgment_or_within_the_second_reports_a_duplicate(
    script: Any, ack: int, blocks: list[int], reports: int
) -> None:
    """RFC 2883 section 4; any other would be taken for a retransmission that was not needed."""
    s = script().establish()
    s.c.send(b"x" * 4 * 1448)
    s.drop_sent()
    s.inject("A", 1, ack, sack=blocks)
    assert s.counters.dsacks_received == reports


@pytest.mark.parametrize(
    ("start", "size", "reported"),
    [
        (1, 4, (1, 5)),
        (2, 3, (2, 5)),
        (4, 4, (4, 5)),
        (5, 4, None),
        (1, 0, None),
        (0, 1, None),
        (0, 3, (1, 3)),
        (0, 7, (1, 5)),
    ],
)
def test_only_octets_that_were_there_are_reported_as_a_duplicate(
    script: Any, start: int, size: int, reported: tuple[int, int] | None
) -> None:
    """RFC 2883 section 4: of a segment that is partly new, the old part alone; and never the number of the SYN."""
    s = script().establish()
    s.inject("A", 1, 1, b"abcd")
    s.drop_sent()
    s.inject("A", start, 1, b"-abcdefgh"[start : start + size])
    blocks = s.expect("A").sack_blocks if s.wire.sent else None
    told = None if blocks is None else tuple((edge - PEER_ISN) & 0xFFFFFFFF for edge in blocks)
    assert told == reported
    assert s.counters.dsacks_sent == int(reported is not None)


@pytest.mark.parametrize(
    ("version", "mtu", "most", "mss"),
    [
        (4, 1500, 0, 1460),
        (6, 1500, 0, 1440),
        (4, 1500, 1000, 1000),
        (4, 1500, 1460, 1460),
        (4, 1500, 1461, 1460),
        (4, 100, 0, 88),
        (4, 128, 0, 88),
        (4, 129, 0, 89),
        (4, 1500, 50, 88),
        (4, 70_000, 0, 65_495),
    ],
)
def test_the_segment_size_follows_the_path_and_the_user_s_wish_within_limits(
    script: Any, version: int, mtu: int, most: int, mss: int
) -> None:
    """RFC 9293 section 3.7.1, and Linux's least of 88 octets, below which a forged error could not push it."""
    s = script(options=TcpOptions(mss=most), version=version, mss=65_535, timestamps=False).establish()
    s.wire.mtu = mtu
    s.c.refresh_mss(s.kernel.now_ns)
    assert s.c.info().mss == mss
