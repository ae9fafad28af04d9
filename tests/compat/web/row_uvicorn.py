from __future__ import annotations

from tests.compat.site import BODY, Row, Site
from tests.compat.web.asgi import echo, https_client, serve_with_uvicorn


async def serve(site: Site) -> None:
    await serve_with_uvicorn(echo, site)


async def ask(site: Site) -> None:
    async with https_client(site) as client:
        for path, body in (("/a", b""), ("/b%20c", b"two"), ("/d", BODY)):
            response = await client.post(path, content=body)
            assert (response.status_code, response.headers["path"]) == (200, path)
            assert response.content == body


ROW = Row(("uvicorn", "httpx"), "HTTP/1.1: an ASGI application streams 300 kB back as they come", "1.3", serve, ask)
