"""An ASGI application, and how ASGI applications are served and asked: what the rows of frameworks share."""

from __future__ import annotations

from typing import Any

import httpx
import uvicorn

from tests.compat.site import Site


async def serve_with_uvicorn(app: Any, site: Site, port: int = 443) -> None:
    """Serve an application over TLS."""
    config = uvicorn.Config(app, host="::", port=port, log_level="warning", ssl_certfile=site.certificate)
    await uvicorn.Server(config).serve()


def https_client(site: Site, *, http2: bool = False) -> httpx.AsyncClient:
    """A client of the server's port 443."""
    return httpx.AsyncClient(base_url="https://server", verify=site.client_tls(), http2=http2, timeout=60)


async def echo(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """An application that sends a body back in the chunks in which it came, and its HTTP version in a header."""
    assert scope["type"] == "http"
    headers = [(b"version", scope["http_version"].encode()), (b"path", scope["raw_path"])]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    more = True
    while more:
        event = await receive()
        more = event.get("more_body", False)
        await send({"type": "http.response.body", "body": event.get("body", b""), "more_body": more})
