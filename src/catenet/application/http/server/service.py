"""What all connections of a server share, of whichever version of HTTP: the handler, and what it is kept from."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from catenet.application.http.errors import HttpError
from catenet.application.http.limits import Limits
from catenet.application.http.message import Handler, Request, Response, error_response
from catenet.application.http.server.refusals import LOG, Refusals


@dataclass
class Service:
    """``methods`` are those that are accepted; ``alternative`` is told to clients of https as Alt-Svc."""

    handler: Handler
    limits: Limits
    methods: AbstractSet[str]
    refusals: Refusals
    alternative: str | None = None

    async def respond(self, request: Request) -> Response:
        """The handler's response; status 500 if it fails.  Raises the handler's HttpError and ConnectionError."""
        try:
            response = await self.handler(request)
        except (HttpError, ConnectionError):
            raise
        except Exception:
            LOG.exception("the handler of %s %s failed", request.method, request.target)
            return error_response(HttpError(500, "handler"))
        if self.alternative is not None and request.scheme == "https" and request.version != "3":
            headers = response.headers.copy()
            headers.set_default("alt-svc", self.alternative)
            return replace(response, headers=headers)
        return response
