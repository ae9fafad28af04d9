"""DNS: authoritative servers, recursive and stub resolvers, on dnspython (``pip install catenet[services]``).

**Guarantees** to programs: servers and clients that run unchanged on simulated hosts and on real sockets, bounded in
memory and time for any input.  **Requires** of the rooms below: asyncio and nothing else.

- Read first :mod:`.zones`: a zone, its file, and the search of a name in it;
- :mod:`.authority`: the authoritative server, zone transfers out and in; :mod:`.protocol`: messages, UDP and TCP;
- :mod:`.resolver`: the recursive resolver and its cache; :mod:`.stub`: what ``getaddrinfo`` of a host calls.

Importing this package does not need dnspython; the rooms do.
"""

from catenet.errors import MissingExtra, installed


def need_dnspython(what: str = "DNS") -> None:
    """Raise :class:`~catenet.errors.MissingExtra` if dnspython is not installed."""
    if not installed("dns"):
        raise MissingExtra(what, "dnspython", "services")
