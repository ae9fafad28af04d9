"""``networks`` of a routing protocol: the links on which it runs, selected by their addresses.

Without it the protocol runs on all links of a router.  With it, it runs only on links with an address in one of these
networks; it does not advertise other links.  A statement of OSPF may contain an area.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from ipaddress import IPv4Network
from typing import Any, Final, NamedTuple

from catenet.errors import LabError
from catenet.kernel.quoting import quoted


class Statement(NamedTuple):
    """A network, and the area of the links in it; None if other options determine the area."""

    network: IPv4Network
    area_id: int | None


class NetworkStatements:
    """The ``networks`` of one router; without any, all addresses match."""

    def __init__(self, statements: Sequence[Statement] = ()) -> None:
        self.statements: Final = tuple(statements)

    def of(self, address: int) -> Statement | None:
        """The most specific statement that contains an address; None if there is none."""
        found: Statement | None = None
        for one in self.statements:
            if address >> (32 - one.network.prefixlen) == int(one.network.network_address) >> (
                32 - one.network.prefixlen
            ):
                if found is None or one.network.prefixlen > found.network.prefixlen:
                    found = one
        return found

    def holds(self, address: int) -> bool:
        """Whether the protocol runs on a link with this address."""
        return not self.statements or self.of(address) is not None

    def area_of(self, address: int) -> int | None:
        """The area of a link with this address; None if no statement determines it."""
        found = self.of(address)
        return None if found is None else found.area_id


def parse_networks_of(given: Any, area: Callable[[Any], int] | None = None) -> NetworkStatements:
    """Parse ``["10.1.0.0/16"]``, or with ``area``, a parser, also ``{ "10.1.0.0/16" = 1 }``.  Raises LabError."""
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
