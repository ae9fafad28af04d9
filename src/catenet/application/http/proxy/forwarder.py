"""Passes a request on to an origin, and its answer back (RFC 9110 section 7.6)."""

from __future__ import annotations

from collections.abc import Callable

from catenet.application.http.client.answer import Answer
from catenet.application.http.client.client import Client
from catenet.application.http.errors import ClientError, HttpError
from catenet.application.http.headers import Headers
from catenet.application.http.message import Body, Request, Response
from catenet.application.http.proxy.hops import add_via, end_to_end, is_websocket, passed_before
from catenet.application.http.proxy.relay import RelayedAnswer, RelayedRequest
from catenet.application.http.tunnel import Tunnel, splice

CONNECTIONS_PER_ORIGIN = 64
"""A proxy has the requests of many clients for one origin."""
ALLOWED = "GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS"


class OriginFailed(HttpError):
    """No answer came: 502, or 504 after a timeout.  ``repeatable`` if nothing of the request's body was taken."""

    def __init__(self, status: int, detail: str, *, repeatable: bool) -> None:
        super().__init__(status, "origin", detail)
        self.repeatable: bool = repeatable


class Forwarder:
    """Passes requests on over the connections of ``client``.  ``name`` is the proxy's in Via, without white space."""

    def __init__(self, name: str = "catenet", client: Client | None = None) -> None:
        self.name: str = name
        self._client = client if client is not None else Client(connections_per_origin=CONNECTIONS_PER_ORIGIN)

    async def forward(
        self, request: Request, base: str, *, host: str | None = None, on_end: Callable[[], None] | None = None
    ) -> Response:
        """The answer of the origin at ``base``, such as ``http://server:8080``, to ``request.target``, a path.

        ``host`` is what the origin is told as Host; by default what the client said.  ``on_end`` is called when the
        answer has ended, or its tunnel; not if this raises.  Raises OriginFailed; HttpError if the request cannot be
        passed on.
        """
        if passed_before(request.headers, self.name):
            raise HttpError(508, "loop", "the request has passed this proxy already")
        headers = self._request_fields(request, host)
        if request.method == "OPTIONS" and (request.target == "*" or headers.get("max-forwards") == "0"):
            if on_end is not None:
                on_end()
            return Response(200, Headers({"allow": ALLOWED}))
        _count_down(request.method, headers)
        body = RelayedRequest(request.body) if type(request.body) is not Body else None
        answer = await self._ask(request.method, base + request.target, headers, body)
        return self._response(answer, on_end)

    async def close(self) -> None:
        """End the connections to origins."""
        await self._client.close()

    def _request_fields(self, request: Request, host: str | None) -> Headers:
        headers = end_to_end(request.headers)
        if request.version == "1.1" and is_websocket(request.headers):
            headers.add("connection", "upgrade")
            headers.add("upgrade", "websocket")
        if host is not None:
            headers.set("host", host)
        add_via(headers, request.version, self.name)
        return headers

    async def _ask(self, method: str, url: str, headers: Headers, body: RelayedRequest | None) -> Answer:
        try:
            return await self._client.request(method, url, headers=headers, body=body or b"", redirects=False)
        except (ClientError, TimeoutError) as error:
            if body is not None and body.error is not None:
                raise body.error from error
            repeatable = body is None or not body.begun
            if isinstance(error, TimeoutError):
                raise OriginFailed(504, "the origin did not answer in time", repeatable=repeatable) from error
            raise OriginFailed(502, "the origin gave no answer", repeatable=repeatable) from error

    def _response(self, answer: Answer, on_end: Callable[[], None] | None) -> Response:
        headers = end_to_end(answer.headers)
        add_via(headers, answer.version, self.name)
        if (other := answer.tunnel) is not None:
            headers.add("connection", "upgrade")
            headers.add("upgrade", "websocket")

            async def pass_through(tunnel: Tunnel) -> None:
                try:
                    await splice(tunnel, other)
                finally:
                    if on_end is not None:
                        on_end()

            return Response(answer.status, headers, upgrade=pass_through)
        if on_end is not None:
            answer.body.when_done(lambda _: on_end())
        return Response(answer.status, headers, b"" if answer.body.ended else RelayedAnswer(answer.body))


def _count_down(method: str, headers: Headers) -> None:
    """Max-Forwards (RFC 9110 section 7.6.2)."""
    left = headers.get("max-forwards") or ""
    if method in {"OPTIONS", "TRACE"} and left.isdigit():
        headers.set("max-forwards", str(max(0, int(left) - 1)))
