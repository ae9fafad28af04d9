"""Proxies as handlers of an HTTP server: a forward proxy, a reverse proxy (RFC 9110 section 7.6).

**Guarantees** to the programs above: fields of one connection do not pass to the next; Via tells the way and ends
loops; bodies and tunnels (CONNECT, WebSocket) pass through as fast as both ends take them.  **Requires** of the rooms
below: asyncio, the server and the client of :mod:`catenet.application.http`.

- Read first :mod:`.forwarder`, which passes one request on, and :mod:`.proxy`, a handler of it; then
  :mod:`.forward_proxy`, with the targets that it takes in :mod:`.proxy_target`, and :mod:`.reverse_proxy`;
- :mod:`.hops`: fields that a proxy removes or adds; :mod:`.relay`: bodies that pass through.
"""

from catenet.application.http.proxy.forward_proxy import PROXY_METHODS, ForwardProxy
from catenet.application.http.proxy.forwarder import Forwarder, OriginFailed
from catenet.application.http.proxy.reverse_proxy import ReverseProxy

__all__ = ["PROXY_METHODS", "ForwardProxy", "Forwarder", "OriginFailed", "ReverseProxy"]
