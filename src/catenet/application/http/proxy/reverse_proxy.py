"""A reverse proxy (gateway): stands for one origin server.  A load balancer stands for several."""

from __future__ import annotations

from catenet.application.http.client.client import Client
from catenet.application.http.message import Request
from catenet.application.http.proxy.proxy import Proxy
from catenet.application.http.proxy.proxy_target import as_origin


class ReverseProxy(Proxy):
    """A handler that passes all requests on to ``origin``, such as ``http://server:8080``.

    The origin gets the Host that the client sent.  :attr:`counts` counts ``requests`` and ``failed``.
    """

    def __init__(self, origin: str, *, name: str = "catenet", client: Client | None = None) -> None:
        self._origin = origin.rstrip("/")
        super().__init__(name, client)

    def route(self, request: Request) -> tuple[Request, str, str | None]:
        return as_origin(request), self._origin, None
