"""The body of an LSA, after the common header.  One file per LSA type."""

from __future__ import annotations

from typing import Final


class LsaBody:
    """The body of an LSA.  It is immutable; ``length`` is in octets."""

    def __init__(self, length: int) -> None:
        self.length: Final = length

    def emit(self) -> bytes:
        """The body's octets."""
        raise AssertionError(f"{type(self).__name__} cannot be emitted")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LsaBody) and type(self) is type(other) and self.emit() == other.emit()

    def __hash__(self) -> int:
        return hash(self.emit())


class Contents:
    """The contents of a router- or network-LSA for the calculation.  Do not change them.

    ``neighbours`` are the names of the linked vertices, each with the costs of its links in order (0 out of a network).
    ``networks`` are the attached networks, by :func:`~catenet.network.routing.ospf.lsa.prefixes.pack_prefix`, with
    their costs: a transit network's vertex has the network itself at cost 0, a router has its stub networks.
    """

    def __init__(self) -> None:
        self.neighbours: Final[dict[int, list[int]]] = {}
        self.networks: Final[dict[int, int]] = {}


def is_mask(mask: int) -> bool:
    """Whether a network mask is contiguous."""
    hosts = 0xFFFFFFFF ^ mask
    return hosts & (hosts + 1) == 0
