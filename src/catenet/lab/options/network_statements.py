"""``networks`` of a routing protocol: on which links it is spoken, and told of, by their addresses.

Without it a router speaks a protocol on all its links.  With it, on those alone that have an address in one of these
networks; others are neither told of nor spoken on.  OSPF's may say an area.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from ipaddress import IPv4Network
from typing import Any, Final, NamedTuple

from catenet.errors import LabError
from catenet.kernel.quoting import quoted


class Statement(NamedTuple):
    """A network, and the area of the links in it; None leaves that to the other options."""

    network: IPv4Network
    area_id: int | None


class NetworkStatements:
    """The ``networks`` of one router; empty ones hold all addresses."""

    def __init__(self, statements: Sequence[Statement] = ()) -> None:
        self.statements: Final = tuple(statements)

    def of(self, address: int) -> Statement | None:
        """The most specific network that an address is in."""
        found: Statement | None = None
        for one in self.statements:
            if address >> (32 - one.network.prefixlen) == int(one.network.network_address) >> (
                32 - one.network.prefixlen
            ):
                if found is None or one.network.prefixlen > found.network.prefixlen:
                    found = one
        return found

    def holds(self, address: int) -> bool:
        """Whether the protocol is spoken on a link with this address."""
        return not self.statements or self.of(address) is not None

    def area_of(self, address: int) -> int | None:
        """The area that is said for a link with this address."""
        found = self.of(address)
        return None if found is None else found.area_id


def parse_networks_of(given: Any, area: Callable[[Any], int] | None = None) -> NetworkStatements:
    """``["10.1.0.0/16"]``, or with ``area``, which reads one, also ``{ "10.1.0.0/16" = 1 }``.  Raises LabError."""
    if given is None:
        return NetworkStatements()
    example = '["10.1.0.0/16"]' if area is None else '["10.1.0.0/16"] or { "10.1.0.0/16" = 1 }'
    kinds = Sequence if area is None else Sequence | Mapping
    if isinstance(given, str) or not isinstance(given, kinds):
        raise LabError(f"networks is like {example}, not {quoted(given)}")
    if not given:
        raise LabError(f"networks is empty, so nothing would be advertised; write {example}, or omit it")
    table = given if isinstance(given, Mapping) else dict.fromkeys(given)
    found = []
    for prefix, said in table.items():
        try:
            network = IPv4Network(prefix)
        except ValueError as error:
            raise LabError(f"networks: {error}") from None
        found.append(Statement(network, None if said is None or area is None else area(said)))
    return NetworkStatements(found)
