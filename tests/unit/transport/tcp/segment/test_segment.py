from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.kernel.checksum import internet_checksum, pseudo_header_sum
from catenet.transport.tcp.segment.options import SynOptions, parse_options
from catenet.transport.tcp.segment.segment import ACK, FIN, SYN, TcpSegment, parse

WORD = st.integers(0, 0xFFFF)
NUMBER = st.integers(0, 0xFFFFFFFF)
FIELDS = (
    "src_port", "dst_port", "seq", "ack", "flags", "window", "payload", "has_timestamps", "ts_value", "ts_echo",
    "sack_blocks", "urgent",
)  # fmt: skip


@st.composite
def segments(draw: st.DrawFn) -> TcpSegment:
    timestamps = draw(st.booleans())
    flags = draw(st.integers(0, 255))
    syn = None
    blocks = None
    if flags & SYN:
        syn = SynOptions(draw(WORD), draw(st.integers(-1, 14)), draw(st.booleans()))
    elif draw(st.booleans()):
        count = draw(st.integers(1, 3 if timestamps else 4))
        blocks = draw(st.lists(NUMBER, min_size=2 * count, max_size=2 * count))
    return TcpSegment(
        draw(WORD), draw(WORD), draw(NUMBER), draw(NUMBER), flags, draw(WORD), draw(st.binary(max_size=40)),
        timestamps, draw(NUMBER) if timestamps else 0, draw(NUMBER) if timestamps else 0, blocks, syn, draw(WORD),
    )  # fmt: skip


@pytest.mark.slow
@given(segment=segments(), addresses=st.tuples(NUMBER, NUMBER))
def test_parse_is_the_inverse_of_emit(segment: TcpSegment, addresses: tuple[int, int]) -> None:
    length = segment.wire_length()
    start = pseudo_header_sum(4, addresses[0], addresses[1], 6, length)
    octets = segment.emit_over(start)
    assert len(octets) == length
    again = parse(octets, start)
    assert again is not None
    assert [getattr(again, name) for name in FIELDS] == [getattr(segment, name) for name in FIELDS]
    if segment.syn_options is None:
        assert again.syn_options is None
    else:
        assert again.syn_options is not None
        for name in ("mss", "window_shift", "sack_permitted"):
            assert getattr(again.syn_options, name) == getattr(segment.syn_options, name)
    assert again.emit_over(start) == octets


@pytest.mark.slow
@given(segment=segments(), bit=st.integers(0, 10_000))
def test_one_flipped_bit_is_found(segment: TcpSegment, bit: int) -> None:
    octets = bytearray(segment.emit())
    bit %= len(octets) * 8
    octets[bit >> 3] ^= 1 << (bit & 7)
    assert parse(bytes(octets), 0) is None


@given(data=st.binary(max_size=80))
def test_no_octets_break_the_parser(data: bytes) -> None:
    parse(data, 0)
    parse_options(data)


def test_known_octets() -> None:
    # the SYN of a Linux 6.1 host: mss 1460, sackOK, TS val 1 ecr 0, nop, wscale 7
    options = bytes.fromhex("020405b40402080a000000010000000001030307")
    parsed = parse_options(options)
    assert (parsed.mss, parsed.sack_permitted, parsed.ts_value, parsed.window_shift) == (1460, True, 1, 7)
    segment = TcpSegment(1, 2, 3, 0, SYN, 64_240, b"", True, 1, 0, None, SynOptions(1460, 7, True))
    assert segment.emit()[20:] == options


@pytest.mark.parametrize(
    ("kind", "sizes"), [(2, {2}), (3, {1}), (4, {0}), (5, {8, 16, 24, 32}), (8, {8}), (253, set()), (254, set())]
)
def test_an_option_is_taken_at_its_own_size_and_at_no_other(kind: int, sizes: set[int]) -> None:
    """253 and 254 are for experiments (RFC 6994): of eight octets, they are still no list of blocks received."""
    for size in range(39):
        parsed = parse_options(bytes([kind, 2 + size]) + bytes([9]) * size)
        found = [
            parsed.mss != 0,
            parsed.window_shift != -1,
            parsed.sack_permitted,
            parsed.sack_blocks is not None,
            parsed.timestamps,
        ]
        assert found == [size in sizes and kind == each for each in (2, 3, 4, 5, 8)], size
        assert (parsed.ts_value, parsed.ts_echo) == ((0x09090909,) * 2 if parsed.timestamps else (0, 0))
        assert parsed.sack_blocks is None or parsed.sack_blocks == [0x09090909] * (size // 4)


@pytest.mark.parametrize(("octets", "mss"), [([2, 4, 5, 180], 1460), ([2, 4, 5], 0), ([2], 0), ([0, 2, 4, 5, 180], 0)])
def test_what_stands_after_the_end_of_options_or_is_cut_off_is_no_option(octets: list[int], mss: int) -> None:
    assert parse_options(bytes(octets)).mss == mss
    assert parse_options(bytes([1, 1, *octets])).mss == mss
    assert parse_options(bytes([99, 2, 99, 3, 0, *octets])).mss == mss, "unknown ones are skipped"
    assert parse_options(bytes([99, 0, *octets])).mss == 0, "of a length that cannot be, the rest is unknown"
    assert parse_options(bytes([99, 1, *octets])).mss == 0


@pytest.mark.parametrize(("offered", "taken"), [(0, 0), (7, 7), (14, 14), (15, 14), (255, 14)])
def test_a_window_is_scaled_by_fourteen_bits_at_most(offered: int, taken: int) -> None:
    """RFC 7323 section 2.3: a larger count is taken for 14."""
    assert parse_options(bytes([3, 3, offered])).window_shift == taken


def test_an_option_of_wrong_length_ends_the_list() -> None:
    parsed = parse_options(bytes([1, 2, 4, 5, 180, 3, 9, 7]))
    assert parsed.mss == 1460
    assert parsed.window_shift == -1


def test_a_header_that_claims_more_than_there_is() -> None:
    octets = bytearray(TcpSegment(1, 2, 3, 4, ACK, 5, b"").emit())
    octets[12] = 0xF0
    octets[16:18] = b"\0\0"
    assert parse(bytes(octets), 0) is None


@pytest.mark.parametrize(
    ("flags", "payload", "length"), [(ACK, 0, 0), (SYN, 0, 1), (FIN, 0, 1), (FIN, 5, 6), (SYN | FIN, 2, 4)]
)
def test_syn_and_fin_take_a_number_each(flags: int, payload: int, length: int) -> None:
    """SEG.LEN of RFC 9293 section 3.4: an ACK of a FIN that took two numbers would not be one."""
    segment = TcpSegment(1, 2, 0, 0, flags, 100, b"x" * payload, False, 0, 0, None, None)
    assert segment.sequence_length() == length


def test_a_segment_is_shown_with_the_letters_of_its_flags() -> None:
    segment = TcpSegment(1, 2, 3, 4, SYN | ACK, 5, b"abc")
    assert repr(segment) == "<SA seq 3 ack 4 win 5 len 3>"
    assert repr(TcpSegment(1, 2, 3, 4, 0, 5, b"", sack_blocks=[7, 9])) == "<- seq 3 ack 4 win 5 len 0 sack [7, 9]>"


def test_a_translator_changes_the_ports_and_nothing_else() -> None:
    """What NAT hands on: a field that it forgot would break the connection behind it."""
    options = SynOptions(1460, 7, True)
    segment = TcpSegment(1000, 80, 3, 4, SYN | ACK, 5, b"abc", True, 6, 7, [8, 9], options, 10)
    assert (segment.flow_ports(), segment.flow_flags()) == (1000 << 16 | 80, SYN | ACK)
    other = segment.with_flow_ports(2000 << 16 | 443)
    assert isinstance(other, TcpSegment)
    assert (other.src_port, other.dst_port) == (2000, 443)
    for name in FIELDS[2:]:
        assert getattr(other, name) == getattr(segment, name), name
    assert other.syn_options is options


@pytest.mark.parametrize("offset", [0, 4, 7, 15])
def test_a_header_that_is_shorter_than_one_or_longer_than_the_segment_is_none(offset: int) -> None:
    octets = bytearray(TcpSegment(1, 2, 3, 4, ACK, 5, b"abcd").emit_over(0))
    octets[12] = offset << 4
    octets[16:18] = b"\0\0"
    octets[16:18] = internet_checksum(bytes(octets), 0).to_bytes(2, "big")
    assert (parse(bytes(octets), 0) is not None) == (5 <= offset <= 6)
