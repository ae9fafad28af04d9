"""An HTTP server for any coroutine function as handler.

**Guarantees** to handlers: requests are complete and unambiguous; a body is read as fast as the handler takes it, and
a response is sent as fast as the client takes it.  What is over a limit is refused before the handler sees it.
**Requires** of the rooms below: asyncio, h11, h2.

- Read first :mod:`.server`: listens, and chooses the version; :mod:`.http1` and :mod:`.http2`: its connections;
  :mod:`.service`: what they share;
- :mod:`.request_head`: refuses heads that a proxy might read differently; :mod:`.refusals`: counts and logs;
  :mod:`.linger`: closes so that an error can be read.
"""
