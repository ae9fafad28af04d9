"""The leases of a server, and the file that keeps them: a line for each change, of which the last one holds."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Final

BOUND: Final = "bound"
FREE: Final = "free"
"""Released or expired; kept, since the client may come back for its address (RFC 2131 4.3.1)."""
DECLINED: Final = "declined"
"""Another host was found to use it."""


@dataclass(slots=True)
class Lease:
    """One address and its last client.  ``until_s`` is in seconds of the server's wall clock."""

    address: IPv4Address
    client_id: bytes
    mac: bytes
    host_name: str
    until_s: int
    state: str

    def line(self) -> bytes:
        """The line of the file: a checksum, and the lease as JSON."""
        values = [str(self.address), self.client_id.hex(), self.mac.hex(), self.host_name, self.until_s, self.state]
        text = json.dumps(values, separators=(",", ":")).encode()
        return b"%08x " % zlib.crc32(text) + text + b"\n"


class Leases:
    """The table of a server, by address and by client in a subnet."""

    def __init__(self) -> None:
        self.by_address: Final[dict[IPv4Address, Lease]] = {}

    def active(self, address: IPv4Address, now_s: int) -> Lease | None:
        """The lease of an address that is not free."""
        lease = self.by_address.get(address)
        return lease if lease is not None and lease.state != FREE and lease.until_s > now_s else None

    def of_client(self, client_id: bytes, within: IPv4Network) -> Lease | None:
        """The latest lease of a client in a network, also if it has ended."""
        found: Lease | None = None
        for lease in self.by_address.values():
            if lease.client_id == client_id and lease.state != DECLINED and lease.address in within:
                if found is None or lease.until_s > found.until_s:
                    found = lease
        return found

    def put(self, lease: Lease) -> None:
        """Add or replace the lease of an address."""
        self.by_address[lease.address] = lease

    def dump(self) -> bytes:
        """The whole table, as a file without superseded lines."""
        return b"".join(lease.line() for lease in self.by_address.values())


def load(data: bytes) -> Leases:
    """The leases of a file.  What follows a damaged line, such as one that was cut off by a crash, is not believed."""
    leases = Leases()
    for line in data.split(b"\n"):
        checksum, _, text = line.partition(b" ")
        if checksum != b"%08x" % zlib.crc32(text) or not text:
            break
        address, client_id, mac, host_name, until_s, state = json.loads(text)
        lease = Lease(IPv4Address(address), bytes.fromhex(client_id), bytes.fromhex(mac), host_name, until_s, state)
        leases.put(lease)
    return leases
