"""Names and addresses: the hosts table, and ``getaddrinfo``.

**Guarantees** to programs: results and errors of Linux's libc.  **Requires** of the rooms below: the addresses of the
host, and which destinations have a route.

- Read first :mod:`.hosts_table`: one table for the whole internet, names compared as in RFC 1035 2.3.3;
- :mod:`.resolver`: ``getaddrinfo`` and ``getnameinfo`` (RFC 3493 section 6), with :mod:`.address_selection`: the order
  of addresses (RFC 6724);
- :mod:`.name_service`: look-up over the network, which the application layer implements.
"""
