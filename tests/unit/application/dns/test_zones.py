"""Zone files: what they need, and the place of a mistake."""

from __future__ import annotations

from pathlib import Path

import dns.name
import pytest
from dns.rdatatype import RdataType

from catenet.application.dns.zones.history import VERSIONS_MAX, History
from catenet.application.dns.zones.lookup import Kind, find
from catenet.application.dns.zones.zone import Zone
from catenet.application.dns.zones.zone_file import ZoneError, parse_zone, read_zone

from .zone_texts import EXAMPLE


def zone(text: str = EXAMPLE) -> Zone:
    return parse_zone(text, "example")


def name(text: str) -> dns.name.Name:
    return dns.name.from_text(text)


@pytest.mark.parametrize(
    ("asked", "rdtype", "kind"),
    [
        ("web.example", "A", Kind.ANSWER),
        ("WEB.EXAMPLE", "A", Kind.ANSWER),
        ("web.example", "MX", Kind.NODATA),
        ("empty.example", "A", Kind.NODATA),
        ("nowhere.example", "A", Kind.NXDOMAIN),
        ("below.web.example", "A", Kind.NXDOMAIN),
        ("www.example", "A", Kind.CNAME),
        ("www.example", "CNAME", Kind.ANSWER),
        ("a.b.wild.example", "TXT", Kind.ANSWER),
        ("a.wild.example", "A", Kind.NODATA),
        ("below.here.wild.example", "TXT", Kind.NXDOMAIN),
        ("sub.example", "NS", Kind.REFERRAL),
        ("ns.sub.example", "A", Kind.REFERRAL),
        ("sub.example", "DS", Kind.NODATA),
        ("below.sub.example", "DS", Kind.REFERRAL),
        (".".join("a" * 60) + ".example", "A", Kind.NXDOMAIN),
    ],
)
def test_a_search_in_a_zone(asked: str, rdtype: str, kind: Kind) -> None:
    assert find(zone(), name(asked), RdataType.make(rdtype)).kind is kind


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("$TTL 300\n@ NS ns.elsewhere.test.\n", "zone: the zone has no SOA record at its origin"),
        ("$TTL 300\n@ SOA a b 1 2 3 4 5\n", "zone: the zone has no NS record at its origin"),
        (EXAMPLE + "bad A 192.0.2.999\nmore A 192.0.2.9\n", "zone:21: Text input is malformed: bad A 192.0.2.999"),
        (EXAMPLE + "bad BOGUS x\n", "zone:21: unknown rdatatype 'BOGUS': bad BOGUS x"),
        (EXAMPLE + "mail CNAME web\n", "zone:21: CNAME"),
        (EXAMPLE + "twice CNAME web\ntwice CNAME mail\n", "zone:22: twice.example. has more than one CNAME record"),
        (EXAMPLE + "sub2 SOA a b 1 2 3 4 5\n", "zone:21: add() has non-origin SOA: sub2 SOA a b 1 2 3 4 5"),
        (EXAMPLE.replace("ns1         A ", "ns9         A "), "zone: the name server ns1.example. has no A or AAAA"),
    ],
)
def test_a_mistake_in_a_zone_file(text: str, message: str) -> None:
    if "ns9" in text:
        text = text.replace("            AAAA 2001:db8::1\n", "")
    with pytest.raises(ZoneError) as caught:
        zone(text)
    assert str(caught.value).startswith(message)


def test_a_file_gives_its_origin_and_is_named_in_messages(tmp_path: Path) -> None:
    file = tmp_path / "example.zone"
    file.write_text("$ORIGIN example.\n" + EXAMPLE)
    assert read_zone(file).origin == name("example")
    file.write_text(EXAMPLE)
    with pytest.raises(ZoneError, match=r"begin the file with \$ORIGIN"):
        read_zone(file)
    with pytest.raises(ZoneError, match=r"nothing\.zone: cannot read the zone file: No such file"):
        read_zone(tmp_path / "nothing.zone")
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(ZoneError, match="octet 0 is not UTF-8"):
        read_zone(file)


def test_a_history_keeps_the_last_differences() -> None:
    tiny = "$TTL 300\n@ SOA a b 5 3600 600 86400 60\n@ NS ns.elsewhere.test.\n"
    versions = [zone(tiny.replace(" 5 3600", f" {serial} 3600")) for serial in range(5, 25)]
    history = History(versions[0])
    for version in versions[1:]:
        history.replace(version)
    assert len(history.since(24 - VERSIONS_MAX) or []) == VERSIONS_MAX
    assert history.since(23 - VERSIONS_MAX) is None
    with pytest.raises(ValueError, match="serial 5, which is not newer than 24"):
        history.replace(versions[0])
