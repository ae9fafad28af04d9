"""An HTTP client, which tells how long each part of a request took.

**Guarantees** to programs: an answer whose body is read as it arrives; a request is sent twice only if it is idempotent
and a kept connection turned out to be dead.  **Requires** of the rooms below: asyncio, h11, h2.

- Read first :mod:`.client`, then :mod:`.answer`; :mod:`.pool` and :mod:`.quic_pool`: kept connections; :mod:`.http1`,
  :mod:`.http2` and :mod:`.http3`, with what the last two share in :mod:`.multiplexed`; :mod:`.alternatives`: Alt-Svc;
- :mod:`.connect`: name, TCP and TLS; :mod:`.happy_eyeballs`: which of several addresses; :mod:`.url`;
- :mod:`.timings`, and :mod:`.har`, their archive.
"""
