"""uvicorn with a Starlette application, asked by httpx."""

from __future__ import annotations

import asyncio
import hashlib
import signal
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from websockets.asyncio.client import connect

from catenet.host.process import FINISHED, STOPPED

if TYPE_CHECKING:
    from tests.sim.libraries.conftest import Web

PORT = 8080
RTT_S = 0.0404
BODY = bytes(range(256)) * 8_000


def blocking(request: Request) -> JSONResponse:
    """A plain function, which Starlette runs in a worker thread of anyio."""
    assert request.client is not None
    return JSONResponse({"time": time.time(), "port": request.client.port, "path": request.url.path})


async def digest(request: Request) -> PlainTextResponse:
    return PlainTextResponse(hashlib.sha256(await request.body()).hexdigest())


async def stream(request: Request) -> StreamingResponse:
    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(BODY), 64_000):
            yield BODY[start : start + 64_000]
            await asyncio.sleep(0.001)

    return StreamingResponse(pieces())


async def silent(request: Request) -> Response:
    await asyncio.sleep(3600)
    return Response()


async def own_source(request: Request) -> FileResponse:
    return FileResponse(Path(__file__))


async def later(request: Request) -> Response:
    return Response(background=BackgroundTask(request.app.state.done.append, "background"))


async def chat(socket: WebSocket) -> None:
    await socket.accept()
    async for text in socket.iter_text():
        await socket.send_text(text.upper())


def application() -> Starlette:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        app.state.done.append("start")
        yield
        app.state.done.append("stop")

    routes: list[Any] = [
        Route("/blocking", blocking),
        Route("/digest", digest, methods=["POST"]),
        Route("/stream", stream),
        Route("/silent", silent),
        Route("/file", own_source),
        Route("/later", later),
        WebSocketRoute("/chat", chat),
    ]
    app = Starlette(routes=routes, middleware=[Middleware(GZipMiddleware)], lifespan=lifespan)
    app.state.done = []
    return app


async def serve(web: Web, app: Starlette, certificate: Path | None = None, **options: Any) -> None:
    host = "::" if web.version == 6 else "0.0.0.0"
    if certificate is not None:
        options["ssl_certfile"] = certificate
    config = uvicorn.Config(app, host=host, port=PORT, log_level="warning", **options)
    await uvicorn.Server(config).serve()


def certificate_of(web: Web, certificates: tuple[Path, Path]) -> Path | None:
    return None if web.server_tls is None else certificates[1]


def client(web: Web, **options: Any) -> httpx.AsyncClient:
    return httpx.AsyncClient(verify=web.client_tls or True, **options)


def test_requests_of_every_kind(web: Web, certificates: tuple[Path, Path]) -> None:
    async def fetch() -> None:
        async with client(web) as http:
            answers = [(await http.get(web.url("/blocking"))).json() for _ in range(3)]
            assert len({answer["port"] for answer in answers}) == 1
            assert answers[0]["time"] == pytest.approx(1_735_689_600, abs=1)
            up = await http.post(web.url("/digest"), content=BODY)
            assert up.text == hashlib.sha256(BODY).hexdigest()
            down = await http.get(web.url("/stream"))
            assert down.headers["content-encoding"] == "gzip"
            assert down.content == BODY
            file = await http.get(web.url("/file"), headers={"accept-encoding": "identity"})
            assert file.content == Path(__file__).read_bytes()
            assert (await http.get(web.url("/later"))).status_code == 200
            assert (await http.get(web.url("/nothing"))).status_code == 404
            async with http.stream("GET", web.url("/stream")) as response:
                assert b"".join([piece async for piece in response.aiter_bytes()]) == BODY

    app = application()
    threads = threading.active_count()
    web.serve(serve, web, app, certificate_of(web, certificates))
    web.fetch(fetch)
    assert app.state.done == ["start", "background"]
    assert threading.active_count() == threads


def test_a_websocket(web: Web, certificates: tuple[Path, Path]) -> None:
    async def talk() -> list[str | bytes]:
        async with connect(web.url("/chat", scheme="ws"), ssl=web.client_tls) as socket:
            await socket.send("hello")
            await socket.send("x" * 100_000)
            return [await socket.recv(), await socket.recv()]

    web.serve(serve, web, application(), certificate_of(web, certificates))
    assert web.fetch(talk) == ["HELLO", "X" * 100_000]


def test_a_silent_server_is_given_up_at_the_clients_time(web: Web, certificates: tuple[Path, Path]) -> None:
    async def fetch() -> float:
        async with client(web, timeout=httpx.Timeout(30, read=2.25)) as http:
            await http.get(web.url("/blocking"))
            begun = time.monotonic()
            with pytest.raises(httpx.ReadTimeout):
                await http.get(web.url("/silent"))
            return time.monotonic() - begun

    web.serve(serve, web, application(), certificate_of(web, certificates))
    assert web.fetch(fetch) == pytest.approx(2.25, abs=1e-3)


def test_nobody_listens(web: Web) -> None:
    async def fetch() -> float:
        async with client(web) as http:
            begun = time.monotonic()
            with pytest.raises(httpx.ConnectError):
                await http.get(web.url("/blocking"))
            return time.monotonic() - begun

    assert RTT_S < web.fetch(fetch) < 4 * RTT_S  # neighbours have to be resolved first


def test_the_real_machines_proxy_is_not_asked(plain: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://192.0.2.99:3128")

    async def fetch() -> int:
        async with client(plain) as http:
            return (await http.get(plain.url("/blocking"))).status_code

    plain.serve(serve, plain, application())
    assert plain.fetch(fetch) == 200


def test_nobody_answers(plain: Web) -> None:
    async def fetch() -> float:
        async with client(plain) as http:
            await http.get(plain.url("/blocking"))
        await asyncio.sleep(2)
        async with client(plain, timeout=httpx.Timeout(30, connect=7)) as http:
            begun = time.monotonic()
            with pytest.raises(httpx.ConnectTimeout):
                await http.get(plain.url("/blocking"))
            return time.monotonic() - begun

    plain.serve(serve, plain, application())
    plain.net.at("1s").set("line", loss="100%")
    assert plain.fetch(fetch) == pytest.approx(7, abs=1e-6)


def test_a_signal_stops_the_server_gracefully(plain: Web) -> None:
    async def fetch() -> list[str]:
        seen = []
        async with client(plain) as http:
            for _ in range(3):
                try:
                    seen.append(str((await http.get(plain.url("/blocking"))).status_code))
                except httpx.ConnectError:
                    seen.append("refused")
                await asyncio.sleep(2)
        return seen

    app = application()
    real = signal.getsignal(signal.SIGTERM)
    server = plain.serve(serve, plain, app)
    plain.net._world.kernel.call_at(3_000_000_000, lambda: plain.server.signal(signal.SIGTERM))
    assert plain.fetch(fetch) == ["200", "200", "refused"]
    assert app.state.done == ["start", "stop"]
    assert server.state == STOPPED
    assert signal.getsignal(signal.SIGTERM) is real


def test_a_server_stops_when_it_is_told(plain: Web) -> None:
    async def serve_for_a_while() -> None:
        server = uvicorn.Server(uvicorn.Config(application(), host="0.0.0.0", port=PORT, log_level="warning"))
        asyncio.get_running_loop().call_later(1, setattr, server, "should_exit", True)
        await server.serve()

    async def fetch() -> int:
        async with client(plain) as http:
            answer = await http.get(plain.url("/blocking"))
        await asyncio.sleep(3)
        return answer.status_code

    server = plain.serve(serve_for_a_while)
    assert plain.fetch(fetch) == 200
    assert server.state == FINISHED


def test_a_port_that_is_taken_fails_the_server(plain: Web, caplog: pytest.LogCaptureFixture) -> None:
    async def wait() -> None:
        await asyncio.sleep(1)

    plain.serve(serve, plain, application())
    second = plain.serve(serve, plain, application())
    plain.client.run(wait)
    plain.net.run(check=False)
    assert second.state == "failed"
    assert "exited with status" in str(second.exception)
    assert "address already in use" in caplog.text
