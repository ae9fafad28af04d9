"""Name look-up over the network: what a host's resolver asks if a name server is set.

The application layer implements it (:mod:`catenet.application.dns.stub`); without one, names are in the hosts table.
"""

from __future__ import annotations

from collections.abc import Awaitable, Sequence

from mypy_extensions import mypyc_attr


class HostEntry:
    """What a look-up found: the canonical name, and addresses as ``(version, address)``."""

    def __init__(self, name: str, addresses: list[tuple[int, int]]) -> None:
        self.name = name
        self.addresses = addresses


@mypyc_attr(allow_interpreted_subclasses=True)
class NameService:
    """Looks names and addresses up; errors are ``socket.gaierror``."""

    def addresses(self, name: str, versions: Sequence[int]) -> Awaitable[HostEntry]:
        """The addresses of a name, of the given IP versions."""
        raise AssertionError("a name service must look names up")

    def name_of(self, version: int, address: int) -> Awaitable[str | None]:
        """The name of an address; None if it has none."""
        raise AssertionError("a name service must look addresses up")
