"""Source address selection (RFC 6724 section 5, the applicable rules; RFC 1122 3.3.4.3)."""

from __future__ import annotations

from mypy_extensions import i64

from catenet.network import addresses
from catenet.network.family import Family
from catenet.network.forwarding.destination_cache import LOCAL, LOOPBACK, Destination
from catenet.network.interface import PREFERRED, LocalAddress


def choose_source(family: Family, destination: Destination) -> int:
    """The source address for a destination; 0 if this host has no suitable one.

    All addresses are candidates, but a link-local one only on the link where the packet leaves.
    """
    if destination.kind == LOCAL or destination.kind == LOOPBACK:
        return destination.address
    if not destination.neighbours:
        return 0
    port = destination.neighbours[0].port
    best: LocalAddress | None = None
    best_leaves = False
    for own in family.own.values():
        leaves = own.interface.port is port
        if not own.usable or addresses.is_loopback(family.version, own.address):
            continue
        if addresses.is_link_local(family.version, own.address) and not leaves:
            continue
        if best is None or _better(own, leaves, best, best_leaves, destination.address):
            best = own
            best_leaves = leaves
    return best.address if best is not None else 0


def _better(one: LocalAddress, one_leaves: bool, other: LocalAddress, other_leaves: bool, address: int) -> bool:
    """Rules 2 (scope), 3 (deprecated, as is an optimistic address by RFC 4429 3.1), 5 (interface), 8 (prefix)."""
    if one.version == 6:
        one_scope = addresses.scope(one.address)
        other_scope = addresses.scope(other.address)
        if one_scope < other_scope:
            return one_scope >= addresses.scope(address)
        if one_scope > other_scope:
            return other_scope < addresses.scope(address)
        one_preferred = one.state == PREFERRED and not one.deprecated
        if one_preferred != (other.state == PREFERRED and not other.deprecated):
            return one_preferred
    if one_leaves != other_leaves:
        return one_leaves
    return _common(one, address) > _common(other, address)


def _common(own: LocalAddress, address: int) -> i64:
    """Leading bits that an address has in common with another, at most its prefix length."""
    bits: int = 32 if own.version == 4 else 128
    common = bits - (own.address ^ address).bit_length()
    return min(common, own.prefix_len)
