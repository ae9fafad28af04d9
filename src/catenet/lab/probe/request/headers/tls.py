"""TLS records (RFC 8446 section 5.1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from catenet.lab.probe.request.headers.header import HEX16, Format, Header, named, read_fields

CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, APPLICATION_DATA = 20, 21, 22, 23
CONTENT_TYPES: Final = {20: "change_cipher_spec", 21: "alert", 22: "handshake", 23: "application_data"}
HANDSHAKES: Final = {
    1: "ClientHello",
    2: "ServerHello",
    4: "NewSessionTicket",
    11: "Certificate",
    12: "ServerKeyExchange",
    13: "CertificateRequest",
    14: "ServerHelloDone",
    16: "ClientKeyExchange",
}
VERSIONS: Final = {0x0301: "TLS 1.0", 0x0302: "TLS 1.1", 0x0303: "TLS 1.2", 0x0304: "TLS 1.3"}
RECORD_OCTETS: Final = 5
_RECORD: Final = (
    Format("ContentType", 8, "tls.record.content_type", named(CONTENT_TYPES)),
    Format("legacy_record_version", 16, "tls.record.version", named(VERSIONS, HEX16)),
    Format("length", 16, "tls.record.length"),
)
_MESSAGE: Final = (
    Format("msg_type", 8, "tls.handshake.type", named(HANDSHAKES)),
    Format("length", 24, "tls.handshake.length"),
)


class Record(NamedTuple):
    """A record in the octets that one end sent; ``start`` is the place of its header there."""

    start: int
    header: bytes
    fragment: bytes

    @property
    def kind(self) -> int:
        """Its content type."""
        return self.header[0]

    @property
    def octets(self) -> int:
        """Its length with its header."""
        return RECORD_OCTETS + len(self.fragment)


def records(stream: bytes) -> Iterator[Record]:
    """The complete records of the octets that one end sent."""
    place = 0
    while place + RECORD_OCTETS <= len(stream):
        length = int.from_bytes(stream[place + 3 : place + 5], "big")
        fragment = stream[place + RECORD_OCTETS : place + RECORD_OCTETS + length]
        if stream[place] not in CONTENT_TYPES or len(fragment) < length:
            return
        yield Record(place, stream[place : place + RECORD_OCTETS], fragment)
        place += RECORD_OCTETS + length


def record_header(octets: bytes, version: str = "") -> Header:
    """The header of a record; of a message of the handshake that is in clear, its type and length too.

    In TLS 1.3 (``version`` is ``"TLSv1.3"``) an encrypted record has an opaque type (RFC 8446 section 5.2).
    """
    fields = list(read_fields(octets[:RECORD_OCTETS], _RECORD))
    if octets[0] == APPLICATION_DATA and version == "TLSv1.3":
        fields[0] = fields[0]._replace(name="opaque_type", key="tls.record.opaque_type")
    end = RECORD_OCTETS
    if octets[0] == HANDSHAKE and len(octets) >= 9 and octets[5] in HANDSHAKES:
        fields.extend(read_fields(octets[:9], _MESSAGE, 8 * RECORD_OCTETS))
        end = 9
    return Header("TLS record", "RFC 8446", octets[:end], tuple(fields))


def summary(record: Record) -> str:
    """What a record is, in a line."""
    if record.kind == HANDSHAKE and record.fragment and record.fragment[0] in HANDSHAKES:
        return HANDSHAKES[record.fragment[0]]
    return {HANDSHAKE: "encrypted handshake", APPLICATION_DATA: "encrypted record"}.get(
        record.kind, CONTENT_TYPES[record.kind]
    )
