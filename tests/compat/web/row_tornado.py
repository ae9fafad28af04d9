from __future__ import annotations

import asyncio
import ssl

import pytest
from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest
from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler
from tornado.websocket import WebSocketHandler, websocket_connect

from tests.compat.site import BODY, TEXT, Row, Site

OCTETS = {"Content-Type": "application/octet-stream"}


class Echo(RequestHandler):
    async def post(self) -> None:
        for start in range(0, len(self.request.body), 50_000):
            self.write(self.request.body[start : start + 50_000])
            await self.flush()


class Chat(WebSocketHandler):
    async def on_message(self, message: str | bytes) -> None:
        await self.write_message(message[::-1])


async def serve(site: Site) -> None:
    HTTPServer(Application([("/echo", Echo), ("/chat", Chat)]), ssl_options=site.server_tls()).listen(443)
    await asyncio.Event().wait()


async def ask(site: Site) -> None:
    client = AsyncHTTPClient(defaults={"ssl_options": site.client_tls()})
    for body in (b"one", b"two", BODY):
        response = await client.fetch("https://server/echo", method="POST", headers=OCTETS, body=body)
        assert response.body == body
    with pytest.raises(HTTPClientError, match="404"):
        await client.fetch("https://server/none")
    with pytest.raises(ssl.SSLCertVerificationError):
        await client.fetch("https://server/none", ssl_options=ssl.create_default_context())
    socket = await websocket_connect(HTTPRequest("wss://server/chat", ssl_options=site.client_tls()))
    for text in ("hello", TEXT):
        await socket.write_message(text)
        assert await socket.read_message() == text[::-1]
    socket.close()


ROW = Row(("tornado",), "HTTP/1.1 and a WebSocket, client and server: 300 kB are echoed by each", "1.3", serve, ask)
