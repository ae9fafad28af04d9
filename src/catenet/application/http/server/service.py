"""What all connections of a server share, of whichever version of HTTP: the handler, and what it is kept from."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from catenet.application.http.errors import HttpError
from catenet.application.http.limits import Limits
from catenet.application.http.message import Handler, Request, Response, error_response
from catenet.application.http.server.refusals import LOG, Refusals


@dataclass(frozen=True)
class Service:
    """``methods`` are those that are accepted."""

    handler: Handler
    limits: Limits
    methods: AbstractSet[str]
    refusals: Refusals

    async def respond(self, request: Request) -> Response:
        """The handler's response; status 500 if it fails.  Raises the handler's HttpError and ConnectionError."""
        try:
            return await self.handler(request)
        except (HttpError, ConnectionError):
            raise
        except Exception:
            LOG.exception("the handler of %s %s failed", request.method, request.target)
            return error_response(HttpError(500, "handler"))
