"""An HTTP client: kept connections, redirects, timeouts, retries where they are safe."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterable, Mapping
from typing import Literal, Self
from urllib.parse import urljoin

from catenet.application.http.client.alternatives import Alternative, Alternatives
from catenet.application.http.client.answer import Answer, DeadConnection, NotProcessed, Outgoing
from catenet.application.http.client.har import HarLog
from catenet.application.http.client.pool import Connection, OriginPool
from catenet.application.http.client.timings import Timings
from catenet.application.http.client.url import Origin, split_url
from catenet.application.http.errors import ClientError, TooManyRedirects
from catenet.application.http.headers import Headers
from catenet.application.http.message import without_body
from catenet.errors import installed

IDEMPOTENT = {"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"}
"""What may be sent a second time if the first may have arrived (RFC 9110 section 9.2.2)."""
REDIRECTS = {301, 302, 303, 307, 308}
TRIES_MAX = 3
ALTERNATIVE_TIMEOUT_S = 3.0
"""An offer of HTTP/3 that does not answer for so long is not followed: networks may lose UDP."""
REDIRECT_BODY_BYTES = 65536
NONE: Mapping[str, str] = {}
Body = bytes | AsyncIterable[bytes]


class Client:
    """Sends requests over kept connections, at most ``connections_per_origin`` to one origin.

    The body of each answer is to be read or closed: until then it occupies its connection.

    ``timeout_s`` is for the head of an answer, with the connection; ``read_timeout_s`` between two pieces of its body.
    ``tls`` is the context for https, which gets the protocols to offer (ALPN); by default the machine's authorities are
    trusted.  With ``http2``, an https server that can speaks HTTP/2: one connection for all requests.  With
    ``prior_knowledge``, http servers are known to speak it.  With ``http3``, servers are asked by HTTP/3 once they
    offer it (Alt-Svc); with ``version=3`` from the first request on.  ``log`` gets each answer.
    """

    def __init__(
        self,
        *,
        tls: ssl.SSLContext | None = None,
        http2: bool = True,
        prior_knowledge: bool = False,
        http3: bool = True,
        version: Literal[3] | None = None,
        connections_per_origin: int = 6,
        idle_timeout_s: float = 30.0,
        connect_timeout_s: float = 30.0,
        timeout_s: float = 60.0,
        read_timeout_s: float = 60.0,
        redirects_max: int = 10,
        log: HarLog | None = None,
    ) -> None:
        self._tls = tls
        self._http2, self._prior_knowledge = http2, prior_knowledge
        self._most = connections_per_origin
        self._idle_timeout_s, self._connect_timeout_s = idle_timeout_s, connect_timeout_s
        self._timeout_s, self._read_timeout_s = timeout_s, read_timeout_s
        self._redirects_max = redirects_max
        self._log = log
        self._only_http3, self._alternatives = version == 3, Alternatives()
        self._follows = http3 and version is None and installed("aioquic")
        self._pools: dict[Origin, OriginPool] = {}
        self._quic_pools: dict[tuple[Origin, Alternative | None], OriginPool] = {}

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Headers | Mapping[str, str] = NONE,
        body: Body = b"",
        redirects: bool = True,
    ) -> Answer:
        """The answer to a request, after redirects unless they are turned off.

        Raises ClientError, a ConnectionError; TooManyRedirects; TimeoutError if no head of an answer came in time.
        """
        seen: list[str] = []
        fields = Headers(headers)
        while True:
            answer = await self._one(method, url, fields, body)
            answer.redirects = seen
            location = answer.headers.get("location")
            if not redirects or answer.status not in REDIRECTS or location is None:
                return answer
            if len(seen) == self._redirects_max:
                answer.body.close()
                raise TooManyRedirects(f"{seen[0]} was redirected more than {self._redirects_max} times")
            seen = [*seen, url]
            await self._discard(answer)
            url, before = urljoin(url, location), url
            fields, method, body = _redirected(fields, method, body, answer.status, before, url)

    async def get(self, url: str, *, headers: Headers | Mapping[str, str] = NONE) -> Answer:
        """GET, with redirects."""
        return await self.request("GET", url, headers=headers)

    async def close(self) -> None:
        """End all connections."""
        for pool in (*self._pools.values(), *self._quic_pools.values()):
            pool.close()
        await asyncio.sleep(0)  # transports close in the next turn of the loop

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _one(self, method: str, url: str, headers: Headers, body: Body) -> Answer:
        origin, target = split_url(url)
        fields = Headers({"host": origin.authority})
        for name, value in headers:
            fields.set(name, value) if name == "host" else fields.add(name, value)
        _frame(fields, method, body)
        request = Outgoing(method, target, fields, body)
        timings = Timings()
        async with asyncio.timeout(self._timeout_s):
            answer = await self._exchange(origin, request, timings)
        answer.url = url
        if self._follows and origin.scheme == "https":
            self._alternatives.learn(origin, answer.headers, asyncio.get_running_loop().time())
        self._record(request, answer)
        if without_body(method, answer.status) or answer.headers.get("content-length") == "0":
            await answer.body.chunk()  # its end, which frees the connection
        return answer

    async def _exchange(self, origin: Origin, request: Outgoing, timings: Timings) -> Answer:
        """Over a kept connection, or a new one if the kept one is dead and the request may be repeated."""
        for number in range(TRIES_MAX):
            connection = await self._connection(origin, timings, fresh=number > 0)
            try:
                return await connection.exchange(request, timings, self._read_timeout_s)
            except NotProcessed:
                if not isinstance(request.body, bytes):
                    raise
            except DeadConnection:
                if number or request.method not in IDEMPOTENT or not isinstance(request.body, bytes):
                    raise  # a failed repetition is not repeated (RFC 9110 section 9.2.2)
        raise ClientError(f"{origin.authority} ended {TRIES_MAX} connections without an answer")

    async def _connection(self, origin: Origin, timings: Timings, *, fresh: bool) -> Connection:
        context, now_s = self._context(origin), asyncio.get_running_loop().time()
        if self._only_http3:
            return await self._quic_pool(origin, None).acquire(context, timings, fresh=fresh)
        alternative = self._alternatives.find(origin, now_s)
        if alternative is not None:
            try:
                return await self._quic_pool(origin, alternative).acquire(context, timings, fresh=fresh)
            except (ClientError, TimeoutError):
                self._alternatives.failed(origin, now_s)
        pool = self._pools.get(origin)
        if pool is None:
            pool = OriginPool(
                origin, self._most, self._idle_timeout_s, self._connect_timeout_s, self._multiplexes(origin)
            )
            self._pools[origin] = pool
        return await pool.acquire(context, timings, fresh=fresh)

    def _quic_pool(self, origin: Origin, alternative: Alternative | None) -> OriginPool:
        """Raises ClientError without https, MissingExtra without aioquic."""
        import catenet.application.http.http3  # noqa: F401 - raises MissingExtra
        from catenet.application.http.client.quic_pool import QuicPool

        if origin.scheme == "http":
            raise ClientError(f"HTTP/3 is for https, and not for http://{origin.authority}")
        pool = self._quic_pools.get((origin, alternative))
        if pool is None:
            limit_s = self._connect_timeout_s if alternative is None else ALTERNATIVE_TIMEOUT_S
            pool = QuicPool(origin, self._idle_timeout_s, min(limit_s, self._connect_timeout_s), alternative)
            self._quic_pools[origin, alternative] = pool
        return pool

    def _multiplexes(self, origin: Origin) -> bool | None:
        """Whether connections speak HTTP/2; None if TLS is to find out."""
        if origin.scheme == "http":
            return self._prior_knowledge
        return None if self._http2 else False

    def _context(self, origin: Origin) -> ssl.SSLContext | None:
        if origin.scheme == "http":
            return None
        if self._tls is None:
            self._tls = ssl.create_default_context()
        self._tls.set_alpn_protocols(["h2", "http/1.1"] if self._http2 else ["http/1.1"])
        return self._tls

    def _record(self, request: Outgoing, answer: Answer) -> None:
        log = self._log
        if log is not None:
            answer.body.when_done(lambda size_bytes: log.add(request, answer, size_bytes))

    @staticmethod
    async def _discard(answer: Answer) -> None:
        """Read the body of a redirect, so that its connection serves the next request, unless it is long."""
        size = 0
        while size < REDIRECT_BODY_BYTES and (piece := await answer.body.chunk()):
            size += len(piece)
        answer.body.close()


def _frame(fields: Headers, method: str, body: Body) -> None:
    if isinstance(body, bytes):
        if body or method in {"POST", "PUT", "PATCH"}:
            fields.set_default("content-length", str(len(body)))
    elif "content-length" not in fields:
        fields.set_default("transfer-encoding", "chunked")


def _redirected(
    fields: Headers, method: str, body: Body, status: int, before: str, after: str
) -> tuple[Headers, str, Body]:
    """What is sent to the new place (RFC 9110 section 15.4).  Credentials do not go to another origin."""
    fields = fields.copy()
    if split_url(before)[0] != split_url(after)[0]:
        fields.remove("authorization", "cookie", "proxy-authorization", "host")
    if (status == 303 and method != "HEAD") or (status in {301, 302} and method == "POST"):
        method, body = "GET", b""
        fields.remove("content-length", "content-type", "transfer-encoding")
    if not isinstance(body, bytes):
        raise ClientError(f"{before} is redirected, and a streamed body cannot be sent twice")
    return fields, method, body
