"""What HTTP/2 and 3 have in common: many exchanges over one connection.

**Guarantees** to server and client: a body is received as its reader takes it, and sent as the peer takes it.
**Requires** of the rooms below: asyncio.

- Read first :mod:`.stream`: one exchange; :mod:`.connection`: the exchanges of a connection;
- :mod:`.fields`: pseudo-header fields.
"""
