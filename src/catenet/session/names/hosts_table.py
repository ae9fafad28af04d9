"""The hosts table: addresses by name, and names by address.

One table serves a whole internet; all hosts use it.  ``localhost`` is always defined.  Names are compared without case
and final dot (RFC 1035 2.3.3, 3.1).
"""

from __future__ import annotations

from catenet.network import addresses

Address = tuple[int, int]
"""``(version, address)``: 4 or 6, and the address as a whole number."""

LOOPBACKS: tuple[Address, ...] = ((6, addresses.LOOPBACK6), (4, addresses.LOOPBACK4))

SERVICES: dict[str, dict[str, int]] = {
    "tcp": {
        "echo": 7,
        "discard": 9,
        "daytime": 13,
        "chargen": 19,
        "ftp": 21,
        "ssh": 22,
        "telnet": 23,
        "smtp": 25,
        "time": 37,
        "domain": 53,
        "http": 80,
        "pop3": 110,
        "imap2": 143,
        "https": 443,
        "submission": 587,
        "imaps": 993,
        "pop3s": 995,
        "postgresql": 5432,
        "redis": 6379,
        "http-alt": 8080,
    },
    "udp": {
        "echo": 7,
        "discard": 9,
        "daytime": 13,
        "chargen": 19,
        "time": 37,
        "domain": 53,
        "tftp": 69,
        "ntp": 123,
        "snmp": 161,
        "https": 443,
        "syslog": 514,
    },
}
"""Service names and ports that ``getaddrinfo`` and ``getservbyname`` know (IANA's registry, a few of them)."""


def canonical(name: str) -> str:
    """A name in the table's form.  Raises UnicodeError for an invalid name."""
    if not name.isascii():
        name = name.encode("idna").decode("ascii")
    return name.lower().removesuffix(".")


def wire_form(name: str) -> str:
    """A name in its wire form: unchanged, or its IDNA form if it is not ASCII (RFC 3490 section 4)."""
    return name if name.isascii() else canonical(name)


class Names:
    """Names and addresses, both ways."""

    def __init__(self) -> None:
        self._addresses: dict[str, list[Address]] = {}
        self._names: dict[Address, str] = {}
        for name in ("localhost", "ip6-localhost", "ip6-loopback"):
            self._addresses[name] = [own for own in LOOPBACKS if own[0] == 6 or name == "localhost"]
        for own in LOOPBACKS:
            self._names[own] = "localhost"

    def add(self, name: str, address: str) -> None:
        """Add an address, as text, to a name.  Raises ValueError for an invalid address."""
        self.add_number(name, *addresses.parse(address))

    def add_number(self, name: str, version: int, address: int) -> None:
        """Add an address, as a number, to a name."""
        entry = (version, address)
        known = self._addresses.setdefault(canonical(name), [])
        if entry not in known:
            known.append(entry)
        self._names.setdefault(entry, name.removesuffix("."))

    def remove(self, name: str) -> None:
        """Remove a name and its addresses.  Raises KeyError if it is not defined."""
        for entry in self._addresses.pop(canonical(name)):
            if canonical(self._names.get(entry, "")) == canonical(name):
                del self._names[entry]

    def lookup(self, name: str) -> list[Address] | None:
        """The addresses of a name, in the order of adding; None if there is no such name."""
        found = self._addresses.get(canonical(name))
        return None if found is None else list(found)

    def name_of(self, version: int, address: int) -> str | None:
        """The first name that was given to an address."""
        if version == 4 and addresses.is_loopback(4, address):
            return "localhost"
        return self._names.get((version, address))
