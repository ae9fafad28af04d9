"""A shared HTTP cache in front of any handler (RFC 9111): of a proxy, of a load balancer, of a program.

**Guarantees** to the programs above: a stored response is sent only where RFC 9111 allows it; the store has a bounded
size; requests for the same thing at the same time reach the handler once.  **Requires** of the rooms below: asyncio.

- Read first :mod:`.cache`, the handler, and :mod:`.asking`, which asks the origin; :mod:`.reuse`: whether a stored
  response may be sent; :mod:`.storable`: whether a response may be stored;
- :mod:`.directives` of Cache-Control; :mod:`.freshness`: lifetime and age; :mod:`.stored`: a response with its Vary;
- :mod:`.store`: all of them, by URI, see :mod:`.target`; :mod:`.validation`: conditional requests to the origin;
- :mod:`.transfer`: an answer on its way to the store and to all who asked for it; :mod:`.answers`: responses from the
  store, with conditions and ranges; :mod:`.status`: the field Cache-Status.
"""

from catenet.application.http.cache.cache import Cache

__all__ = ["Cache"]
