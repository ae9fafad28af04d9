"""The header of a DNS message (RFC 1035 section 4.1), and its question."""

from __future__ import annotations

from typing import Final

from catenet.lab.probe.request.headers.header import HEX16, Field, Format, Header, read_fields

PORT: Final = 53
TYPES: Final = {1: "A", 2: "NS", 5: "CNAME", 6: "SOA", 12: "PTR", 15: "MX", 16: "TXT", 28: "AAAA", 33: "SRV"}
_MESSAGE: Final = (
    Format("ID", 16, "dns.id", HEX16),
    Format("Flags", 16, "dns.flags", HEX16),
    Format("QDCOUNT", 16, "dns.count.queries"),
    Format("ANCOUNT", 16, "dns.count.answers"),
    Format("NSCOUNT", 16, "dns.count.auth_rr"),
    Format("ARCOUNT", 16, "dns.count.add_rr"),
)
RESPONSE: Final = 0x8000
_RCODES: Final = {0: "NOERROR", 1: "FORMERR", 2: "SERVFAIL", 3: "NXDOMAIN", 5: "REFUSED"}


def dns(octets: bytes) -> Header:
    """The header of a message and its first question.  Raises ValueError if the octets end before them."""
    fields = list(read_fields(octets[:12], _MESSAGE))
    if not fields[2].number:  # QDCOUNT
        return Header("DNS", "RFC 1035", octets[:12], tuple(fields))
    name, end = _name(octets, 12)
    kind = int.from_bytes(octets[end : end + 2], "big")
    fields.append(Field("QNAME", 96, 8 * (end - 12), None, name, "dns.qry.name"))
    fields.append(Field("QTYPE", 8 * end, 16, kind, TYPES.get(kind, str(kind)), "dns.qry.type"))
    return Header("DNS", "RFC 1035", octets[: end + 4], tuple(fields))


def summary(header: Header) -> str:
    """What a message is, in a line."""
    flags = header.number("Flags")
    names = [field.text for field in header.fields if field.name in ("QTYPE", "QNAME")]
    question = " ".join(reversed(names))
    if not flags & RESPONSE:
        return f"DNS query {question}"
    code = flags & 15
    answers = header.number("ANCOUNT")
    return f"DNS response {question}: {_RCODES.get(code, f'RCODE {code}')}, {answers} answers"


def _name(octets: bytes, place: int) -> tuple[str, int]:
    labels = []
    while place < len(octets) and octets[place]:
        length = octets[place]
        if length > 63 or place + length >= len(octets):
            raise ValueError("the question of a DNS message does not end")
        labels.append(octets[place + 1 : place + 1 + length].decode("ascii", "backslashreplace"))
        place += 1 + length
    if place + 5 > len(octets):
        raise ValueError("the question of a DNS message does not end")
    return ".".join(labels) or ".", place + 1
