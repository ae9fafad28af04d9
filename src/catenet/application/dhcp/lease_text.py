"""A client's lease as the line of a file, with a checksum; times are those of the host's wall clock."""

from __future__ import annotations

import json
import zlib
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from catenet.application.dhcp.client_lease import ClientLease


def dump_lease(lease: ClientLease, wall_offset_ns: int) -> bytes:
    """The line; ``wall_offset_ns`` is what the wall clock is ahead of the kernel's."""
    ends = None if lease.until_ns is None else lease.until_ns + wall_offset_ns
    values = {
        "address": f"{lease.address}/{lease.prefix_len}",
        "server": str(lease.server),
        "times_ns": [lease.renew_ns + wall_offset_ns, lease.rebind_ns + wall_offset_ns, ends],
        "routers": [str(address) for address in lease.routers],
        "routes": [[str(network), str(gateway)] for network, gateway in lease.routes],
        "name_servers": [str(address) for address in lease.name_servers],
        "domains": list(lease.domains),
        "mtu": lease.mtu,
    }
    text = json.dumps(values, separators=(",", ":")).encode()
    return b"%08x " % zlib.crc32(text) + text + b"\n"


def load_lease(line: bytes, wall_offset_ns: int) -> ClientLease | None:
    """The lease of a line; None if the line is damaged."""
    checksum, _, text = line.rstrip(b"\n").partition(b" ")
    if checksum != b"%08x" % zlib.crc32(text):
        return None
    values: dict[str, Any] = json.loads(text)
    address, _, prefix_len = values["address"].partition("/")
    renew_ns, rebind_ns, until_ns = values["times_ns"]
    return ClientLease(
        address=IPv4Address(address),
        prefix_len=int(prefix_len),
        server=IPv4Address(values["server"]),
        renew_ns=renew_ns - wall_offset_ns,
        rebind_ns=rebind_ns - wall_offset_ns,
        until_ns=None if until_ns is None else until_ns - wall_offset_ns,
        routers=tuple(map(IPv4Address, values["routers"])),
        routes=tuple((IPv4Network(network), IPv4Address(gateway)) for network, gateway in values["routes"]),
        name_servers=tuple(map(IPv4Address, values["name_servers"])),
        domains=tuple(values["domains"]),
        mtu=values["mtu"],
    )
