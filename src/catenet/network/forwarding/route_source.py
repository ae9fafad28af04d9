"""Somebody who works routes out when they are asked for, so that no table need hold them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mypy_extensions import mypyc_attr

if TYPE_CHECKING:
    from catenet.network.forwarding.fib import Route


@mypyc_attr(allow_interpreted_subclasses=True)
class RouteSource:
    """Routes of one version of IP that count as if they were in the table of the
    :class:`~catenet.network.forwarding.fib.Fib` whose ``source`` this is.

    Who changes what it answers tells the table (:meth:`~catenet.network.forwarding.fib.Fib.changed`), and makes the
    host forget its destinations.
    """

    def lookup(self, address: int, need_carrier: bool) -> Route | None:
        """Of these routes the one with the longest prefix that holds the address and can be used."""
        return None

    def routes_to(self, prefix: int, prefix_len: int) -> list[Route]:
        """All to just this prefix, the best first."""
        return []

    def routes(self) -> list[Route]:
        """All, in any order."""
        return []
