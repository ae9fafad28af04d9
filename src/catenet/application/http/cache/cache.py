"""The cache: a handler in front of another handler, for all of its clients (a shared cache)."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Self

from catenet.application.http.cache.asking import Asking, Question
from catenet.application.http.cache.directives import Directives
from catenet.application.http.cache.reuse import Reuse, assess
from catenet.application.http.cache.store import Store
from catenet.application.http.cache.stored import StoredResponse
from catenet.application.http.cache.target import changed_uris, target_uri
from catenet.application.http.cache.validation import OF_ORIGINS, same_as_head
from catenet.application.http.dates import now
from catenet.application.http.errors import HttpError
from catenet.application.http.message import Body, Handler, Request, Response

SAFE = {"GET", "HEAD", "OPTIONS", "TRACE", "CONNECT"}
"""Methods that change nothing at the target; CONNECT has no target resource."""


class Cache:
    """Answers from stored responses of ``handler`` where RFC 9111 allows it, and asks ``handler`` otherwise.

    The store holds at most ``store_bytes``, and no body of more than ``object_bytes``.  ``name`` is the cache's in
    Cache-Status.  :attr:`counts` counts by name: ``hit``, ``miss``, ``stored``, ``evicted`` and others, which
    ``docs/http.md`` lists.
    """

    def __init__(
        self, handler: Handler, *, name: str = "catenet", store_bytes: int = 64 << 20, object_bytes: int = 1 << 20
    ) -> None:
        self._handler = handler
        self.counts: Counter[str] = Counter()
        self.store: Store = Store(store_bytes, self.counts)
        self._asking = Asking(handler, name, self.store, object_bytes, self.counts)

    async def __call__(self, request: Request) -> Response:
        """The handler.  Raises HttpError, and what the handler behind it raises."""
        if request.method not in {"GET", "HEAD"} or _only_for_origin(request):
            self.counts["bypassed"] += 1
            return await self._pass_on(request)
        uri, wanted = target_uri(request), Directives.of_request(request.headers)
        stored = self.store.find(uri, request.headers)
        if stored is not None and (response := self._reused(request, uri, stored, wanted)) is not None:
            return response
        if stored is None:
            self.counts["miss"] += 1
        if "only-if-cached" in wanted:
            self.counts["only_if_cached"] += 1
            raise HttpError(504, "only_if_cached", "no stored response can be sent")
        if request.method == "HEAD":
            return await self._head(request, stored)
        if stored is None and "range" in request.headers:
            return await self._handler(request)  # a part alone is not stored
        why = "stale" if stored is not None else "vary-miss" if self.store.holds(uri) else "uri-miss"
        return await self._asking.get(Question(request, uri, stored, wanted, why))

    async def close(self) -> None:
        """End validations and transfers that are under way."""
        await self._asking.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def _reused(self, request: Request, uri: str, stored: StoredResponse, wanted: Directives) -> Response | None:
        """The stored response, if it may be sent without asking the origin first."""
        reuse = assess(stored, wanted, now())
        if reuse is Reuse.VALIDATE:
            return None
        self.counts["hit"] += 1
        if reuse is not Reuse.FRESH:
            self.counts[reuse.value] += 1
        if reuse is Reuse.STALE_WHILE_REVALIDATE:
            headers = request.headers.copy()
            headers.remove("cache-control", "pragma")
            asked = replace(request, method="GET", headers=headers)
            self._asking.get_behind(Question(asked, uri, stored, None, "stale"))
        return self._asking.answer(request, stored, "hit")

    async def _pass_on(self, request: Request) -> Response:
        response = await self._handler(request)
        if request.method not in SAFE and 200 <= response.status < 400:
            for uri in changed_uris(target_uri(request), response.headers):
                if removed := self.store.remove(uri):
                    self.counts["invalidated"] += removed
                self._asking.forget(uri)
        return response

    async def _head(self, request: Request, stored: StoredResponse | None) -> Response:
        """HEAD by the origin, which also tells whether ``stored`` is current (RFC 9111 section 4.3.5)."""
        asked_s = now()
        response = await self._handler(request)
        if stored is not None and response.status == 200:
            if same_as_head(stored, response.headers):
                stored.freshen(response.headers, asked_s, now())
                self.store.updated(stored)
            else:
                self.store.discard(stored)
                self.counts["invalidated"] += 1
        return response


def _only_for_origin(request: Request) -> bool:
    """Requests that no cache may answer: a body, an upgrade, conditions for the origin, no-store."""
    named = any(name in request.headers for name in (*OF_ORIGINS, "upgrade"))
    return named or type(request.body) is not Body or "no-store" in Directives(request.headers)
