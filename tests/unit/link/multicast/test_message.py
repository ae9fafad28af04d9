"""Messages of IGMP and MLD: the octets of the RFCs, and back."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.link.multicast.group_record import GroupRecord, parse_records
from catenet.link.multicast.message import parse_message
from catenet.link.multicast.query import CODE_BITS, MLD_CODE_BITS, Query, decoded, encoded
from catenet.link.multicast.report import Report

S = 1_000_000_000


def number(text: str) -> int:
    return int(ipaddress.ip_address(text))


def addresses(version: int) -> st.SearchStrategy[int]:
    return st.integers(0, 2 ** (32 if version == 4 else 128) - 1)


@st.composite
def reports(draw: st.DrawFn) -> Report:
    version = draw(st.sampled_from((4, 6)))
    record = st.builds(
        GroupRecord, st.integers(1, 6), addresses(version), st.lists(addresses(version), max_size=5).map(tuple)
    )
    return Report(version, 3 if version == 4 else 2, draw(st.lists(record, max_size=4)))


def told(report: Report) -> list[tuple[int, int, tuple[int, ...]]]:
    return [(int(record.kind), record.group, record.sources) for record in report.records]


@pytest.mark.slow
@given(reports())
def test_a_report_is_what_its_octets_say(report: Report) -> None:
    parsed = parse_message(int(report.version), report.emit())
    assert parsed is not None
    assert parsed.report is not None
    assert parsed.query is None
    assert told(parsed.report) == told(report)
    assert parsed.report.is_latest


@st.composite
def queries(draw: st.DrawFn) -> Query:
    version = draw(st.sampled_from((4, 6)))
    return Query(
        version,
        3 if version == 4 else 2,
        draw(st.integers(0, 127 if version == 4 else 32767)) * (S // 10 if version == 4 else S // 1000),
        draw(addresses(version)),
        draw(st.lists(addresses(version), max_size=5)),
        draw(st.booleans()),
        draw(st.integers(0, 7)),
        draw(st.integers(0, 127)) * S,
    )


def fields(query: Query) -> tuple[object, ...]:
    return (
        query.version,
        query.generation,
        query.response_ns,
        query.group,
        query.sources,
        query.suppress,
        query.robustness,
        query.interval_ns,
    )


@pytest.mark.slow
@given(queries())
def test_a_query_is_what_its_octets_say(query: Query) -> None:
    parsed = parse_message(int(query.version), query.emit())
    assert parsed is not None
    assert parsed.query is not None
    assert fields(parsed.query) == fields(query)


@pytest.mark.slow
@given(st.sampled_from((4, 6)), st.binary(max_size=80))
def test_no_octets_are_too_strange(version: int, data: bytes) -> None:
    parsed = parse_message(version, data)
    assert parsed is None or (parsed.query is None) != (parsed.report is None)


@pytest.mark.slow
@given(st.sampled_from((CODE_BITS, MLD_CODE_BITS)), st.integers(0, 2**20))
def test_codes_of_time(bits: int, value: int) -> None:
    linear = 1 << (bits + 3)
    code = int(encoded(value, bits))
    assert 0 <= code < 2 * linear
    most = int(decoded(2 * linear - 1, bits))
    got = int(decoded(code, bits))
    if value < linear:
        assert got == value
    else:
        assert got == min(got, value)
        assert got == most or value - got < value / (1 << bits)


def test_the_largest_codes() -> None:
    assert decoded(255, CODE_BITS) == 31744  # RFC 3376 section 4.1.1: (15 | 16) << 10
    assert decoded(0xFFFF, MLD_CODE_BITS) == 8387584  # RFC 3810 section 9.3: about 8387584 ms
    assert encoded(128, CODE_BITS) == 128
    assert encoded(127, CODE_BITS) == 127


QUERY = "11 64 00 00 e0 00 00 00 0a 7d 00 02 0a 00 00 01 0a 00 00 02"


def test_an_igmpv3_query_octet_by_octet() -> None:
    query = Query(4, 3, 10 * S, 0xE0000000, [0x0A000001, 0x0A000002], True, 2, 125 * S)
    assert query.emit().hex(" ") == QUERY


def test_an_mldv2_report_octet_by_octet() -> None:
    group = number("ff05::3")
    report = Report(6, 2, [GroupRecord(4, group)])
    assert report.emit().hex() == "8f000000" + "00000001" + "04000000" + f"{group:032x}"


@pytest.mark.parametrize(
    ("data", "generation", "response_ns"),
    [
        ("11000000 00000000", 1, 10 * S),
        ("11640000 00000000", 2, 10 * S),
        ("110a0000 ef010203", 2, S),
        ("11640000 00000000 02 7d 0000", 3, 10 * S),
        ("118f0000 00000000 02 7d 0000", 3, 248 * S // 10),
    ],
)
def test_the_version_of_an_igmp_query(data: str, generation: int, response_ns: int) -> None:
    message = parse_message(4, bytes.fromhex(data))
    assert message is not None
    assert message.query is not None
    assert (message.query.generation, message.query.response_ns) == (generation, response_ns)


@pytest.mark.parametrize("octets", [9, 10, 11])
def test_a_query_of_no_version(octets: int) -> None:
    """RFC 3376 section 7.1: it is ignored."""
    assert parse_message(4, bytes([0x11]) + bytes(octets - 1)) is None


@pytest.mark.parametrize("octets", [23, 25, 27])
def test_an_mld_query_of_no_version(octets: int) -> None:
    assert parse_message(6, bytes([130]) + bytes(octets - 1)) is None


@pytest.mark.parametrize(
    ("version", "generation", "kind", "octet"),
    [(4, 1, 2, 0x12), (4, 2, 2, 0x16), (4, 2, 3, 0x17), (6, 1, 2, 131), (6, 1, 3, 132)],
)
def test_older_reports(version: int, generation: int, kind: int, octet: int) -> None:
    group = number("239.1.2.3" if version == 4 else "ff05::3")
    data = Report(version, generation, [GroupRecord(kind, group)]).emit()
    assert data[0] == octet
    assert len(data) == (8 if version == 4 else 24)
    message = parse_message(version, data)
    assert message is not None
    assert message.report is not None
    assert told(message.report) == [(kind, group, ())]
    assert message.report.generation == generation
    assert not message.report.is_latest


def test_auxiliary_data_and_data_behind_the_records_are_ignored() -> None:
    data = bytes.fromhex("01 01 0001 ef000001 0a000001 ffffffff  02 00 0000 ef000002 eeee")
    records = parse_records(4, data, 2)
    assert records is not None
    assert [(int(each.kind), each.group, each.sources) for each in records] == [
        (1, 0xEF000001, (0x0A000001,)),
        (2, 0xEF000002, ()),
    ]
    assert parse_records(4, data, 3) is None
    assert parse_records(4, data[:11], 1) is None
