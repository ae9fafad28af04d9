"""An HTTP server for any coroutine function as handler.

**Guarantees** to handlers: requests are complete and unambiguous; a body is read as fast as the handler takes it, and
a response is sent as fast as the client takes it.  What is over a limit is refused before the handler sees it.
**Requires** of the rooms below: asyncio, h11, h2.

- Read first :mod:`.server`: listens, and chooses the version; :mod:`.http1`, :mod:`.http2` and :mod:`.http3`: its
  connections; :mod:`.multiplexed`: what the last two share; :mod:`.service`: what all share;
- :mod:`.quic_listener`: gives datagrams to the connections of HTTP/3;
- :mod:`.request_head`: refuses heads that a proxy might read differently; :mod:`.refusals`: counts and logs;
  :mod:`.linger`: closes so that an error can be read.
"""
