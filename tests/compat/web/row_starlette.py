from __future__ import annotations

import hashlib
from collections.abc import Iterator

from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route

from tests.compat.site import BODY, Row, Site
from tests.compat.web.asgi import https_client, serve_with_uvicorn

DONE: list[str] = []


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


async def post(request: Request) -> Response:
    body = await request.body()
    return JSONResponse({"sha256": digest(body)}, background=BackgroundTask(DONE.append, request.path_params["name"]))


def pieces() -> Iterator[bytes]:
    for start in range(0, len(BODY), 50_000):
        yield BODY[start : start + 50_000]


def stream(request: Request) -> Response:
    return StreamingResponse(pieces(), headers={"by": request.query_params["by"]})


async def serve(site: Site) -> None:
    routes = [Route("/{name}", post, methods=["POST"]), Route("/stream", stream)]
    await serve_with_uvicorn(Starlette(routes=[Mount("/v1", routes=routes)]), site)


async def ask(site: Site) -> None:
    DONE.clear()
    async with https_client(site) as client:
        for name, body in (("small", b"small"), ("large", BODY)):
            assert (await client.post(f"/v1/{name}", content=body)).json() == {"sha256": digest(body)}
        answer = await client.get("/v1/stream", params={"by": "thread"})
        assert (answer.headers["by"], answer.content) == ("thread", BODY)
        assert (await client.get("/v2")).status_code == 404
    assert DONE == ["small", "large"]


ROW = Row(
    ("starlette", "uvicorn", "httpx"),
    "HTTP/1.1: mounted routes, a background task, 300 kB up, and 300 kB down from a worker thread's generator",
    "1.3",
    serve,
    ask,
    "Worker threads are steps of virtual time",
)
