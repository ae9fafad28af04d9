"""Which of its addresses a host speaks from (RFC 6724 section 5, the rules that apply here; RFC 1122 3.3.4.3)."""

from __future__ import annotations

from mypy_extensions import i64

from catenet.network import addresses
from catenet.network.destination import LOCAL, LOOPBACK, Destination
from catenet.network.family import Family
from catenet.network.interface import Interface
from catenet.network.own_address import PREFERRED, OwnAddress


def choose_source(family: Family, destination: Destination) -> int:
    """The source address for a destination; 0 if this host has none that would do."""
    if destination.kind == LOCAL or destination.kind == LOOPBACK:
        return destination.address
    if not destination.neighbours:
        return 0
    best = _best_of(family, _interface_of(family, destination), destination.address)
    if best is None:
        for interface in family.interfaces:
            if not interface.loopback and best is None:
                best = _best_of(family, interface, destination.address)
    return best.address if best is not None else 0


def _interface_of(family: Family, destination: Destination) -> Interface | None:
    port = destination.neighbours[0].port
    for interface in family.interfaces:
        if interface.port is port:
            return interface
    return None


def _best_of(family: Family, interface: Interface | None, address: int) -> OwnAddress | None:
    best: OwnAddress | None = None
    if interface is None:
        return None
    for own in interface.addresses:
        if own.version == family.version and own.usable and (best is None or _better(own, best, address)):
            best = own
    return best


def _better(one: OwnAddress, other: OwnAddress, address: int) -> bool:
    """Rules 2 (scope), 3 (an optimistic address counts as deprecated, RFC 4429 3.1) and 8 (longest prefix)."""
    if one.version == 6:
        scope = addresses.scope(address)
        one_scope = addresses.scope(one.address)
        other_scope = addresses.scope(other.address)
        if one_scope != other_scope:
            if one_scope < other_scope:
                return one_scope >= scope
            return other_scope < scope
    if one.state != other.state:
        return one.state == PREFERRED
    return _common(one, address) > _common(other, address)


def _common(own: OwnAddress, address: int) -> i64:
    """Leading bits that an address has in common with another, at most its prefix length."""
    bits: int = 32 if own.version == 4 else 128
    common = bits - (own.address ^ address).bit_length()
    return min(common, own.prefix_len)
