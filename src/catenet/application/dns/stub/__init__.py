"""The stub resolver of a host: what ``getaddrinfo`` and ``getnameinfo`` call where a name server is set.

**Guarantees** to the session layer: the look-ups of resolv.conf(5), with glibc's errors.  **Requires** of the rooms
below: exchanges of messages.

- Read first :mod:`.resolv_conf`: the file's keywords and options; then :mod:`.stub`: queries, retries and search.
"""
