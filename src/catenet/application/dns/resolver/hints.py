"""Root hints: the names and addresses of the root servers, as a zone file has them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import dns.exception
import dns.rdataset
import dns.zonefile
from dns.name import Name, root
from dns.rdataset import Rdataset
from dns.rdatatype import RdataType

from catenet.application.dns.zones.zone_file import ZoneError

HINT_TTL: Final = 3_600_000


class Hints:
    """The NS records of the root, and the addresses of those servers."""

    def __init__(self, servers: Rdataset, addresses: dict[Name, tuple[str, ...]]) -> None:
        self.servers: Final = servers
        self.addresses: Final = addresses
        self.all_addresses: Final = tuple(dict.fromkeys(own for each in addresses.values() for own in each))

    @classmethod
    def of(cls, addresses: dict[str, tuple[str, ...]]) -> Hints:
        """Hints from addresses by name."""
        lines = [f". {HINT_TTL} IN NS {_absolute(name)}" for name in addresses]
        for name, own in addresses.items():
            lines += [f"{_absolute(name)} {HINT_TTL} IN {'AAAA' if ':' in one else 'A'} {one}" for one in own]
        return parse_hints("\n".join(lines), "root hints")


def read_hints(path: Path) -> Hints:
    """The hints in a file.  Raises :class:`~catenet.application.dns.zones.zone_file.ZoneError`."""
    try:
        return parse_hints(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise ZoneError(f"{path}: cannot read the root hints: {error}") from error


def parse_hints(text: str, file: str) -> Hints:
    """The hints in a text; ``file`` is its name in messages.  Raises ``ZoneError``."""
    try:
        rrsets = dns.zonefile.read_rrsets(text, rdclass=None, origin=root, relativize=False)
    except (dns.exception.DNSException, ValueError) as error:
        raise ZoneError(f"{file}: {error}") from None
    servers = [rrset for rrset in rrsets if rrset.rdtype == RdataType.NS and rrset.name == root]
    addresses: dict[Name, tuple[str, ...]] = {}
    for rrset in rrsets:
        if rrset.rdtype in (RdataType.A, RdataType.AAAA):
            addresses[rrset.name] = addresses.get(rrset.name, ()) + tuple(rdata.address for rdata in rrset)
    if not servers or not any(server.target in addresses for server in servers[0]):
        raise ZoneError(f"{file}: root hints need NS records of the root, and the addresses of those servers")
    return Hints(servers[0].to_rdataset(), addresses)


def _absolute(name: str) -> str:
    return name if name.endswith(".") else f"{name}."
