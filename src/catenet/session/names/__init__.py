"""Names and addresses: the hosts table, and ``getaddrinfo``.

**Guarantees** to programs: answers and errors as Linux's libc gives them.  **Requires** of the rooms below: the
addresses of the host, and which destinations have a route.

- Read first :mod:`.hosts_table`: one table for the whole internet, names compared as in RFC 1035 2.3.3;
- :mod:`.resolver`: ``getaddrinfo`` and ``getnameinfo`` (RFC 3493 section 6), with :mod:`.address_selection`: which
  address first (RFC 6724).

Left out: DNS queries; names come from the hosts table.
"""
