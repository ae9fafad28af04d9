"""Asks the origin, once for all who want the same at the same time, and stores what may be stored."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from typing import Any

from catenet.application.http.cache.answers import from_store
from catenet.application.http.cache.directives import Directives
from catenet.application.http.cache.reuse import Reuse, assess, stale_on_error
from catenet.application.http.cache.status import add_status
from catenet.application.http.cache.storable import may_store
from catenet.application.http.cache.store import Store
from catenet.application.http.cache.stored import StoredResponse
from catenet.application.http.cache.transfer import Outcome, Transfer
from catenet.application.http.cache.validation import confirms, is_plain, validating
from catenet.application.http.dates import now
from catenet.application.http.errors import HttpError
from catenet.application.http.message import Handler, Request, Response

LOG = logging.getLogger("catenet.http")
FAILURES = {500, 502, 503, 504}
"""RFC 5861 section 4."""


@dataclass(frozen=True, slots=True)
class Question:
    """A GET that the store cannot answer.  ``stored`` is what is to be validated; ``why`` as in Cache-Status.

    ``wanted`` are the directives of the request; None if no client waits, since it has a stale response already.
    """

    request: Request
    uri: str
    stored: StoredResponse | None
    wanted: Directives | None
    why: str


class Asking:
    """All questions to ``handler`` that are under way."""

    def __init__(self, handler: Handler, name: str, store: Store, object_bytes: int, counts: Counter[str]) -> None:
        self._handler, self._name, self._store, self._counts = handler, name, store, counts
        self._object_bytes = object_bytes
        self._transfers: dict[str, list[Transfer]] = {}
        self._shared: dict[str, Transfer] = {}
        self._tasks: dict[asyncio.Task[None], None] = {}

    async def get(self, question: Question) -> Response:
        """The answer, if possible that to another's question.  Raises HttpError, and what the handler raises."""
        wanted, stored = question.wanted, question.stored
        shared = stored is not None or is_plain(question.request)
        if shared and wanted is not None and "no-cache" not in wanted:
            while (transfer := self._shared.get(question.uri)) is not None:
                response = await self._follow(transfer, question, wanted)
                if response is not None:
                    self._counts["collapsed"] += 1
                    add_status(response.headers, self._name, f"fwd={question.why}", "collapsed")
                    return response
                if transfer.outcome.result() is not Outcome.ABANDONED:
                    shared = False  # this answer was not for us, and the next will not be either
                    break
        return await self._lead(question, shared=shared)

    def get_behind(self, question: Question) -> None:
        """Validate a response that was sent stale; nothing if someone does so already."""
        if question.uri not in self._shared:
            self._start(self._get_behind(question))

    def forget(self, uri: str) -> None:
        """What is on its way about ``uri`` is not to be stored (RFC 9111 section 4.4)."""
        self._shared.pop(uri, None)
        for transfer in self._transfers.get(uri, ()):
            transfer.outdated = True

    async def close(self) -> None:
        """End validations and transfers."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _get_behind(self, question: Question) -> None:
        if question.uri in self._shared:
            return  # begun since this was scheduled
        try:
            response = await self._lead(question, shared=True)
        except (HttpError, OSError):
            self._counts["revalidation_failed"] += 1
            return
        if response.status in FAILURES:
            self._counts["revalidation_failed"] += 1
        await discard(response)

    async def _follow(self, transfer: Transfer, question: Question, wanted: Directives) -> Response | None:
        """The answer to another's question; None if it cannot be used for this one."""
        outcome = await asyncio.shield(transfer.outcome)
        if outcome is Outcome.FAILED and transfer.error is not None:
            if (stale := self._stale_on_error(question)) is not None:
                return stale
            raise transfer.error
        stored, request = transfer.stored, question.request
        if outcome not in {Outcome.ARRIVING, Outcome.VALIDATED} or stored is None:
            return None
        if not stored.matches(request.headers) or assess(stored, wanted, now()) not in {Reuse.FRESH, Reuse.STALE}:
            return None
        if outcome is Outcome.VALIDATED:
            return from_store(request, stored, now())
        if transfer.overflowed or not is_plain(request):
            return None
        headers = stored.headers.copy()
        headers.set("age", str(int(stored.age_s(now()))))
        return Response(stored.status, headers, transfer.read())

    async def _lead(self, question: Question, *, shared: bool) -> Response:
        transfer = Transfer(self._object_bytes)
        self._transfers.setdefault(question.uri, []).append(transfer)
        if shared:
            self._shared.setdefault(question.uri, transfer)
        try:
            response, asked_s = await self._ask(question)
            if question.stored is not None and response.status == 304:
                return self._validated(question, question.stored, response, asked_s, transfer)
            if response.status in FAILURES and (stale := self._stale_on_error(question)) is not None:
                transfer.error = HttpError(response.status, "origin")
                transfer.decide(Outcome.FAILED)
                await discard(response)
                return stale
            return self._arrived(question, response, asked_s, transfer)
        except HttpError as error:
            if error.status not in FAILURES:
                raise  # it is this request's fault, not the origin's
            transfer.error = error
            transfer.decide(Outcome.FAILED)
            if (stale := self._stale_on_error(question)) is not None:
                return stale
            raise
        finally:
            if not transfer.filling:
                self._leave(question.uri, transfer)

    async def _ask(self, question: Question) -> tuple[Response, float]:
        """The origin's answer, and when it was asked; once more if a 304 is about another version (section 4.3.4)."""
        stored, asked = question.stored, validating(question.request, question.stored)
        asked_s = now()
        response = await self._handler(asked)
        if stored is not None and response.status == 304 and not confirms(stored, response.headers):
            headers = asked.headers.copy()
            headers.remove("if-none-match", "if-modified-since")
            asked_s = now()
            response = await self._handler(replace(asked, headers=headers))
        return response, asked_s

    def _validated(
        self, question: Question, stored: StoredResponse, response: Response, asked_s: float, transfer: Transfer
    ) -> Response:
        """The stored response, which is current again."""
        self._counts["validated"] += 1
        stored.freshen(response.headers, asked_s, now())
        if transfer.outdated:
            self._store.discard(stored)
        else:
            self._store.updated(stored)
            transfer.stored = stored
            transfer.decide(Outcome.VALIDATED)
        return self.answer(question.request, stored, f"fwd={question.why}", "fwd-status=304")

    def _arrived(self, question: Question, response: Response, asked_s: float, transfer: Transfer) -> Response:
        """A response that goes to the client, and to the store if it may."""
        headers = response.headers.copy()
        parameters = (f"fwd={question.why}", f"fwd-status={response.status}")
        storable = may_store(question.request, response.status, headers) and self._is_short(response)
        if not storable or transfer.outdated:
            if question.stored is not None and response.status not in FAILURES:
                self._store.discard(question.stored)
            transfer.decide(Outcome.UNSHARED)
            add_status(headers, self._name, *parameters)
            return replace(response, headers=headers)
        transfer.stored = StoredResponse(question.request, response, asked_s, now())
        body = transfer.read()
        transfer.filling = True
        self._start(self._fill(question.uri, transfer, response))
        transfer.decide(Outcome.ARRIVING)
        add_status(headers, self._name, *parameters, "stored")
        return Response(response.status, headers, body)

    def _is_short(self, response: Response) -> bool:
        length = response.headers.get("content-length") or ""
        return not length.isdigit() or int(length) <= self._object_bytes

    async def _fill(self, uri: str, transfer: Transfer, response: Response) -> None:
        try:
            body = await transfer.fill(response.body)
        except (OSError, HttpError):
            self._counts["broken_off"] += 1
            await discard(response)
            return
        finally:
            self._leave(uri, transfer)
        stored = transfer.stored
        if body is None or transfer.outdated or stored is None:
            return
        stored.body = body
        if self._store.put(uri, stored):
            self._counts["stored"] += 1

    def _leave(self, uri: str, transfer: Transfer) -> None:
        transfer.decide(Outcome.ABANDONED)
        if self._shared.get(uri) is transfer:
            del self._shared[uri]
        self._transfers[uri].remove(transfer)
        if not self._transfers[uri]:
            del self._transfers[uri]

    def _stale_on_error(self, question: Question) -> Response | None:
        stored, wanted = question.stored, question.wanted
        if stored is None or wanted is None or not stale_on_error(stored, wanted, now()):
            return None
        self._counts["stale_if_error"] += 1
        return self.answer(question.request, stored, "fwd=stale")

    def answer(self, request: Request, stored: StoredResponse, *parameters: str) -> Response:
        """A stored response, with Age and Cache-Status."""
        response = from_store(request, stored, now())
        left_s = int(stored.lifetime_s - stored.age_s(now()))
        add_status(response.headers, self._name, *parameters, f"ttl={left_s}")
        return response

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks[task] = None
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        del self._tasks[task]
        if not task.cancelled() and (error := task.exception()) is not None:
            LOG.error("a response failed on its way into the cache", exc_info=error)


async def discard(response: Response) -> None:
    """Nobody wants the rest of ``response``: what it holds is free again."""
    close = getattr(response.body, "aclose", None)
    if close is not None:
        await close()
