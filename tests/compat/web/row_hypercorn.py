from __future__ import annotations

import asyncio
from typing import Any, cast

from hypercorn.asyncio import serve as serve_app
from hypercorn.config import Config

from tests.compat.site import BODY, Row, Site
from tests.compat.web.asgi import echo, https_client


async def serve_with_hypercorn(app: Any, site: Site) -> None:
    """Serve an ASGI application over TLS, HTTP/2 where the client speaks it."""
    config = Config()
    config.bind = ["[::]:443"]
    config.certfile = config.keyfile = site.certificate
    config.loglevel = "WARNING"
    await serve_app(app, config, shutdown_trigger=cast("Any", asyncio.Event().wait))


async def serve(site: Site) -> None:
    await serve_with_hypercorn(echo, site)


async def ask(site: Site) -> None:
    async with https_client(site, http2=True) as client:
        bodies = [b"", b"two", BODY, *(bytes([number]) * 20_000 for number in range(5))]
        answers = await asyncio.gather(*(client.post("/", content=body) for body in bodies))
        assert [answer.content for answer in answers] == bodies
        assert {answer.headers["version"] for answer in answers} == {"2"}


ROW = Row(("hypercorn", "httpx", "h2"), "HTTP/2: eight streams at once, 400 kB both ways", "1.3", serve, ask)
