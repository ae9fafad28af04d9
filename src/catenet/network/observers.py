"""Somebody who wants to know what changes in a host: its interfaces, such as a routing daemon, or its routes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mypy_extensions import mypyc_attr

if TYPE_CHECKING:
    from catenet.network.forwarding.fib import Fib
    from catenet.network.interface import Interface


@mypyc_attr(allow_interpreted_subclasses=True)
class InterfaceWatcher:
    """Told by :class:`~catenet.network.stack.IpStack`, which it is given to by ``watch``."""

    def interface_changed(self, interface: Interface) -> None:
        """The carrier came or went, or an administrator enabled or disabled it: see ``up`` and ``enabled``."""


@mypyc_attr(allow_interpreted_subclasses=True)
class RouteWatcher:
    """Told by a :class:`~catenet.network.forwarding.fib.Fib`, which it is given to by ``watch``."""

    def route_changed(self, fib: Fib, prefix: int, prefix_len: int) -> None:
        """A route to this prefix was put in, replaced or taken out; ``fib.routes_to`` says what is there now.

        It is called in the midst of a change: remember it, and act when the change is over.
        """
