"""A customer of the store: reads, writes, and writes if nothing has changed meanwhile, on a few keys that all share.

It writes down what it asked and what it was told, so that a checker can say whether that can have been.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Sequence

import catenet
from catenet.application.kv.client import Client
from catenet.application.kv.errors import OutcomeUnknown, Unavailable
from catenet.application.kv.protocol import CLIENT_PORT

KEYS = ("amber", "birch", "cedar", "dogwood", "elder")


async def main(number: int, customers: int, cities: Sequence[str], seconds: float, every: float = 0.25) -> None:
    """Ask every ``every`` seconds or so.  The first customer founds the store."""
    addresses = tuple(f"store-{city}:{CLIENT_PORT}" for city in cities)
    client = Client(addresses, timeout_s=1.0, patience_s=5.0)
    end = time.monotonic() + seconds
    if number == 0:
        await client.join(1, addresses)
    customer = Customer(client, number, customers)
    while time.monotonic() < end:
        await asyncio.sleep(every * random.uniform(0.5, 1.5))
        await customer.ask(random.choice(KEYS))
    client.close()


class Customer:
    """One customer; ``process`` is its number in the history, a new one after every answer that never came."""

    def __init__(self, client: Client, number: int, customers: int) -> None:
        self.client: Client = client
        self.number: int = number
        self.customers: int = customers
        self.process: int = number
        self.count: int = 0

    async def ask(self, key: str) -> None:
        """One of four things."""
        self.count += 1
        value = f"{self.number}.{self.count}"
        match random.choices(("get", "put", "cas", "delete"), (5, 3, 2, 1))[0]:
            case "get":
                await self.read(key)
            case "put":
                await self.timed("write", self.client.put(key.encode(), value.encode()), "put", key, value)
            case "delete":
                await self.timed("write", self.client.delete(key.encode()), "delete", key)
            case "cas":
                known = await self.read(key)
                octets = None if known is None else known.encode()
                work = self.client.compare_and_set(key.encode(), octets, value.encode())
                await self.timed("write", work, "cas", key, known, value)

    async def read(self, key: str) -> str | None:
        """What a key holds."""
        found = await self.timed("read", self.client.get(key.encode()), "get", key)
        return found if isinstance(found, str) else None

    async def timed(self, what: str, work: Awaitable[object], kind: str, key: str, *values: str | None) -> object:
        """Do it, measure it and write it down."""
        history = catenet.history()
        history.invoke(self.process, kind, *values, key=key)
        start = time.perf_counter()
        try:
            result = await work
        except (OutcomeUnknown, Unavailable) as error:
            catenet.measure(f"{what} failed", time.perf_counter() - start)
            if isinstance(error, Unavailable):
                history.failed(self.process)
            else:
                history.unknown(self.process)
                self.process += self.customers
            return None
        catenet.measure(what, time.perf_counter() - start)
        told = result.decode() if isinstance(result, bytes) else result
        history.returned(self.process, told if kind in ("get", "cas") else None)
        return told
