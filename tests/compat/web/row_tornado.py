from __future__ import annotations

import asyncio

import pytest
from tornado.httpclient import AsyncHTTPClient, HTTPClientError
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
    HTTPServer(Application([("/echo", Echo), ("/chat", Chat)])).listen(80)
    await asyncio.Event().wait()


async def ask(site: Site) -> None:
    client = AsyncHTTPClient()
    for body in (b"one", b"two", BODY):
        response = await client.fetch("http://server/echo", method="POST", headers=OCTETS, body=body)
        assert response.body == body
    with pytest.raises(HTTPClientError, match="404"):
        await client.fetch("http://server/none")
    socket = await websocket_connect("ws://server/chat")
    for text in ("hello", TEXT):
        await socket.write_message(text)
        assert await socket.read_message() == text[::-1]
    socket.close()


ROW = Row(("tornado",), "HTTP/1.1 and a WebSocket, client and server: 300 kB are echoed by each", "", serve, ask)
