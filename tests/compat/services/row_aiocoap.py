from __future__ import annotations

import asyncio

from aiocoap import CHANGED, CONTENT, GET, NOT_FOUND, PUT, Context, Message
from aiocoap.resource import ObservableResource
from aiocoap.resource import Site as Resources

from tests.compat.site import BODY, Row, Site


class Stored(ObservableResource):
    def __init__(self) -> None:
        super().__init__()
        self.content = b""

    async def render_get(self, request: Message) -> Message:
        return Message(code=CONTENT, payload=self.content)

    async def render_put(self, request: Message) -> Message:
        self.content = request.payload
        self.updated_state()
        return Message(code=CHANGED, payload=b"%d" % len(self.content))


async def serve(site: Site) -> None:
    resources = Resources()
    resources.add_resource(["stored"], Stored())
    await Context.create_server_context(resources, bind=("::", None), transports=["udp6"])
    await asyncio.Event().wait()


async def ask(site: Site) -> None:
    context = await Context.create_client_context(transports=["udp6"])
    url = "coap://server/stored"

    async def put(data: bytes) -> None:
        response = await context.request(Message(code=PUT, uri=url, payload=data)).response
        assert (response.code, response.payload) == (CHANGED, b"%d" % len(data))

    for data in (b"one", BODY):
        await put(data)
        response = await context.request(Message(code=GET, uri=url)).response
        assert response.payload == data
    await put(b"0")
    request = context.request(Message(code=GET, uri=url, observe=0))
    assert (await request.response).payload == b"0"
    changes = aiter(request.observation)
    for number in range(1, 6):
        await put(b"%d" % number)
        assert (await anext(changes)).payload == b"%d" % number
    absent = await context.request(Message(code=GET, uri="coap://server/absent")).response
    assert absent.code == NOT_FOUND
    await context.shutdown()


ROW = Row(
    ("aiocoap",),
    "CoAP over UDP: block-wise transfer of 300 kB both ways, an observed resource, a refusal",
    "",
    serve,
    ask,
    "Its UDP transport uses control messages and the error queue; no TLS: its DTLS is in a C library of its own",
)
