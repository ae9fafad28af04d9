"""An HTTP client, which tells how long each part of a request took.

**Guarantees** to programs: an answer whose body is read as it arrives; a request is sent twice only if it is idempotent
and a kept connection turned out to be dead.  **Requires** of the rooms below: asyncio, h11, h2.

- Read first :mod:`.client`, then :mod:`.answer`; :mod:`.pool`: kept connections; :mod:`.http1` and :mod:`.http2`;
- :mod:`.connect`: name, TCP and TLS; :mod:`.url`; :mod:`.timings`, and :mod:`.har`, their archive.
"""
