from __future__ import annotations

import asyncio
from typing import Any

from asyncua import Client, Server, ua, uamethod

from tests.compat.site import BODY, Row, Site

URL = "opc.tcp://server:4840/plant/"


@uamethod
def reverse(parent: object, data: bytes) -> bytes:
    return data[::-1]


async def serve(site: Site) -> None:
    server = Server()
    await server.init()
    server.set_endpoint("opc.tcp://[::]:4840/plant/")
    server.set_security_policy([ua.SecurityPolicyType.NoSecurity])
    space = await server.register_namespace("urn:test:plant")
    plant = await server.nodes.objects.add_object(space, "plant")
    level = await plant.add_variable(space, "level", 0)
    await level.set_writable()
    await plant.add_method(space, "reverse", reverse, [ua.VariantType.ByteString], [ua.VariantType.ByteString])
    async with server:
        await asyncio.Event().wait()


class Changes:
    def __init__(self) -> None:
        self.values: asyncio.Queue[int] = asyncio.Queue()

    def datachange_notification(self, node: object, value: int, data: object) -> None:
        self.values.put_nowait(value)


async def ask(site: Site) -> None:
    async with Client(URL, timeout=30) as client:
        space = await client.get_namespace_index("urn:test:plant")
        plant: Any = await client.nodes.objects.get_child(f"{space}:plant")
        level = await plant.get_child(f"{space}:level")
        changes = Changes()
        subscription = await client.create_subscription(100, changes)
        await subscription.subscribe_data_change(level)
        for value in range(5):
            await level.write_value(value)
            assert await level.read_value() == value
            assert await asyncio.wait_for(changes.values.get(), 10) == value
        for data in (b"one", BODY):
            assert await plant.call_method(f"{space}:reverse", data) == data[::-1]


ROW = Row(
    ("asyncua",),
    "OPC UA: a variable is written, read and watched, and a method is called with 300 kB",
    "",
    serve,
    ask,
)
