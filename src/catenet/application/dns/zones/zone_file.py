"""Zones from master files (RFC 1035 section 5), parsed by dnspython.

An error names the file and the line.  Beyond the syntax, a zone must have what makes it a zone: one SOA record, NS
records, addresses for those of its servers that it names itself, and no other data beside a CNAME record.  Records
outside the zone are ignored.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import dns.exception
import dns.name
import dns.tokenizer
import dns.transaction
import dns.zone
import dns.zonefile
from dns.name import Name
from dns.rdataset import Rdataset
from dns.rdatatype import RdataType

from catenet.application.dns.zones.zone import Zone, zone_of
from catenet.errors import LabError

_PLACE: Final = re.compile(r"^(?P<file>.*?):(?P<line>\d+): (?P<problem>.*)$", re.DOTALL)
_SINGLE: Final = (RdataType.CNAME, RdataType.SOA, RdataType.DNAME)
QUOTED_MAX: Final = 80
"""Characters of a wrong line that a message repeats."""


class ZoneError(LabError):
    """A zone file is invalid or cannot be read: the file, the line where known, and the problem."""


def parse_origin(text: str) -> Name:
    """The name of a zone, with or without the final dot.  Raises :class:`ZoneError`."""
    try:
        return dns.name.from_text(text)
    except (dns.exception.DNSException, UnicodeError) as error:
        raise ZoneError(f"{text!r} cannot name a zone: {error}; write it like 'example.org'") from None


def read_zone(path: Path, origin: str | None = None) -> Zone:
    """The zone in a file; without ``origin``, the file's ``$ORIGIN`` names it.  Raises :class:`ZoneError`."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ZoneError(f"{path}: cannot read the zone file: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ZoneError(f"{path}: a zone file is text; octet {error.start} is not UTF-8") from error
    return parse_zone(text, origin, str(path), allow_include=True)


def parse_zone(text: str, origin: str | None = None, file: str = "zone", *, allow_include: bool = False) -> Zone:
    """The zone in a text; ``file`` is its name in messages.  Raises :class:`ZoneError`."""
    name = None if origin is None else parse_origin(origin)
    loaded = dns.zone.Zone(name, relativize=False)
    tokens = _Tokenizer(text, file)
    try:
        with loaded.writer(replacement=True) as writer:
            writer.check_put_rdataset(_check_single)
            dns.zonefile.Reader(tokens, loaded.rdclass, writer, allow_include=allow_include).read()
        loaded.check_origin()
    except dns.zone.NoSOA:
        raise ZoneError(f"{file}: the zone has no SOA record at its origin") from None
    except dns.zone.NoNS:
        raise ZoneError(f"{file}: the zone has no NS record at its origin") from None
    except dns.zonefile.UnknownOrigin:
        raise ZoneError(f"{file}: the zone has no name: begin the file with $ORIGIN, or give the origin") from None
    except (dns.exception.DNSException, ValueError, OSError) as error:
        raise ZoneError(_placed(tokens, file, text, error)) from None
    zone = zone_of(loaded)
    _check(zone, file)
    return zone


class _Tokenizer(dns.tokenizer.Tokenizer):
    """Words of a file; the place is that of the first line of the record."""

    def __init__(self, text: str, file: str) -> None:
        super().__init__(text, file)
        self._first_line = 1

    def get(self, want_leading: bool = False, want_comment: bool = False) -> dns.tokenizer.Token:
        if want_leading:  # only the first word of a record is asked for in this way
            self._first_line = self.line_number
        return super().get(want_leading, want_comment)

    def where(self) -> tuple[str, int]:
        return super().where()[0], self._first_line


def _check_single(transaction: dns.transaction.Transaction, name: Name, rdataset: Rdataset) -> None:
    """Refuse a second record of a type that a name has once; dnspython would keep the last."""
    if rdataset.rdtype in _SINGLE:
        before = transaction.get(name, rdataset.rdtype)
        if before is not None and before != rdataset:
            raise ValueError(f"{name} has more than one {rdataset.rdtype.name} record")


def _placed(tokens: _Tokenizer, file: str, text: str, error: Exception) -> str:
    """The error with file and line, and with the line of the text where that is what is wrong."""
    problem = str(error) or type(error).__name__
    found = _PLACE.match(problem)
    place, number = (found["file"], int(found["line"])) if found else tokens.where()
    problem = found["problem"] if found else problem
    lines = text.splitlines()
    quote = f": {lines[number - 1].strip()[:QUOTED_MAX]}" if place == file and number <= len(lines) else ""
    return f"{place}:{number}: {problem.rstrip('.')}{quote}"


def _check(zone: Zone, file: str) -> None:
    for server in zone.nodes[zone.origin][RdataType.NS]:
        target: Name = server.target
        if target.is_subdomain(zone.origin) and not _has_address(zone, target):
            raise ZoneError(f"{file}: the name server {target} has no A or AAAA record in its own zone {zone.origin}")


def _has_address(zone: Zone, name: Name) -> bool:
    if _below_cut(zone, name):
        return True  # its addresses are the child zone's
    node = zone.nodes.get(name, {})
    return RdataType.A in node or RdataType.AAAA in node


def _below_cut(zone: Zone, name: Name) -> bool:
    while len(name) > len(zone.origin):
        if RdataType.NS in zone.nodes.get(name, {}):
            return True
        name = name.parent()
    return False
