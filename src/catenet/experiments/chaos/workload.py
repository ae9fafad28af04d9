"""The clients' workload: random operations on a few keys, recorded in a history."""

from __future__ import annotations

import asyncio
import contextlib
import random
from typing import Final

from catenet.application.kv import protocol
from catenet.application.kv.client import Client
from catenet.application.kv.connection import Connections
from catenet.application.kv.errors import OutcomeUnknown, Unavailable
from catenet.check.history import Recorder
from catenet.experiments.chaos.profile import Profile


class Workload:
    """One of ``of`` clients.  ``number`` is its process in the history; after an unknown outcome it takes another."""

    def __init__(self, recorder: Recorder, directory: tuple[str, ...], number: int, of: int, profile: Profile) -> None:
        self._recorder: Final = recorder
        self._directory: Final = directory
        self._process = number
        self._of: Final = of
        self._profile: Final = profile
        self._keys: Final = tuple(f"key {one}" for one in range(profile.keys))
        self._number: Final = number
        self._count = 0
        self.done: int = 0
        self.unknown: int = 0

    async def run(self, until_s: float) -> None:
        """Random operations until ``until_s``."""
        loop, profile = asyncio.get_running_loop(), self._profile
        client = Client(self._directory, timeout_s=profile.timeout_ms / 1000, patience_s=profile.patience_ms / 1000)
        while loop.time() < until_s:
            await asyncio.sleep(random.expovariate(1000 / profile.pause_ms))
            key, by_lease = random.choice(self._keys), random.random() < profile.lease_share
            if by_lease and not profile.leases_are_checked:
                with contextlib.suppress(Unavailable):
                    await client.get(key.encode(), protocol.LEASE)  # it may be wrong, and is not recorded
                by_lease = False
            await self._one(client, key, protocol.LEASE if by_lease else protocol.LINEARIZABLE)
        client.close()

    async def linger(self, address: str, groups: tuple[int, ...], until_s: float) -> None:
        """Read at one node only, whether or not it leads: this detects an outdated leader earliest."""
        loop, profile = asyncio.get_running_loop(), self._profile
        connections = Connections(0.05)
        while loop.time() < until_s:
            await asyncio.sleep(random.expovariate(1000 / profile.read_ms))
            by_lease = profile.leases_are_checked and random.random() < profile.lease_share
            key, mode = random.choice(self._keys), protocol.LEASE if by_lease else protocol.LINEARIZABLE
            question = protocol.Read(key.encode(), mode)
            self._recorder.invoke(self._process, "get", key=key)
            try:
                connection = await connections.to(address)
                reply = await connection.call(random.choice(groups), question, connections.timeout_s)
            except (OSError, TimeoutError):
                reply = None
            if not isinstance(reply, protocol.ReadReply):
                self._recorder.failed(self._process)
                continue
            self._recorder.returned(self._process, reply.record and reply.record.value.decode())
            self.done += 1
        connections.close()

    async def peace(self, patience_s: float) -> str:
        """One write and one read, which must succeed; returns a problem, or an empty text."""
        client = Client(self._directory, timeout_s=0.5, patience_s=patience_s)
        done, key = self.done, self._keys[self._number % len(self._keys)]
        await self._do(client, "put", key, f"peace {self._number}")
        await self._do(client, "get", key, mode=protocol.LINEARIZABLE)
        client.close()
        return (
            ""
            if self.done == done + 2
            else f"client {self._number} got no answer within {patience_s:g} s without faults"
        )

    async def _one(self, client: Client, key: str, mode: int) -> None:
        kind = random.choices(("get", "put", "cas", "delete"), (5, 3, 2, 1))[0]
        self._count += 1
        new = f"{self._number}.{self._count}"
        if kind == "get":
            await self._do(client, "get", key, mode=mode)
        elif kind == "cas":
            known = await self._do(client, "get", key, mode=mode)
            await self._do(client, "cas", key, known, new)
        elif kind == "put":
            await self._do(client, "put", key, new)
        else:
            await self._do(client, "delete", key)

    async def _do(self, client: Client, kind: str, key: str, *values: str | None, mode: int = 0) -> str | None:
        """One operation, written down."""
        self._recorder.invoke(self._process, kind, *values, key=key)
        result: str | bool | None = None
        try:
            octets = [None if value is None else value.encode() for value in values]
            match kind:
                case "get":
                    found = await client.get(key.encode(), mode)
                    result = None if found is None else found.decode()
                case "put":
                    await client.put(key.encode(), octets[0] or b"")
                case "delete":
                    await client.delete(key.encode())
                case "cas":
                    result = await client.compare_and_set(key.encode(), octets[0], octets[1])
        except OutcomeUnknown:
            self._recorder.unknown(self._process)
            self.unknown += 1
            self._process += self._of
            return None
        except Unavailable:
            self._recorder.failed(self._process)
            return None
        self._recorder.returned(self._process, result)
        self.done += 1
        return result if isinstance(result, str) else None
