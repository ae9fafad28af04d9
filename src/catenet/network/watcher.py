"""Somebody who wants to know when an interface goes down or comes up, such as a routing daemon."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mypy_extensions import mypyc_attr

if TYPE_CHECKING:
    from catenet.network.interface import Interface


@mypyc_attr(allow_interpreted_subclasses=True)
class InterfaceWatcher:
    """Told by :class:`~catenet.network.stack.IpStack`, which it is given to by ``watch``."""

    def interface_changed(self, interface: Interface) -> None:
        """The carrier came or went, or an administrator enabled or disabled it: see ``up`` and ``enabled``."""
