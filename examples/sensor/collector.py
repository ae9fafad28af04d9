"""Takes readings from the network and puts each into the store."""

from __future__ import annotations

import asyncio

from reading import PORT, Reading
from server import ADDRESSES

from catenet.application.kv.client import Client


class Arrivals(asyncio.DatagramProtocol):
    """Puts datagrams into a queue."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[bytes] = asyncio.Queue()

    def datagram_received(self, data: bytes, addr: object) -> None:
        self.queue.put_nowait(data)


async def main() -> None:
    """Found the store, then put what arrives, one reading after the other."""
    store = Client(ADDRESSES)
    await store.join(1, ADDRESSES)
    _, arrivals = await asyncio.get_running_loop().create_datagram_endpoint(Arrivals, local_addr=("::", PORT))
    while True:
        reading = Reading.parse(await arrivals.queue.get())
        await store.put(reading.key, reading.emit())
