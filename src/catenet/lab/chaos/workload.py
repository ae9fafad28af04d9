"""What the clients do: random operations on a few keys, written down; and an administrator who changes the groups."""

from __future__ import annotations

import asyncio
import random
from typing import Final

from catenet.application.kv import protocol
from catenet.application.kv.client import Client
from catenet.application.kv.errors import Mistaken, OutcomeUnknown, StoreError, Unavailable
from catenet.lab.check.history import Recorder

KEYS: Final = tuple(f"key {number}" for number in range(5))


class Workload:
    """One client.  ``number`` is its process in the history: the next one after an operation with unknown end."""

    def __init__(self, recorder: Recorder, directory: tuple[str, ...], number: int, of: int) -> None:
        self._recorder: Final = recorder
        self._directory: Final = directory
        self._process = number
        self._of: Final = of
        self._number: Final = number
        self._count = 0
        self.done = 0

    async def run(self, until_s: float, pause_s: float, lease_reads: bool) -> None:
        """Random operations until then."""
        loop = asyncio.get_running_loop()
        client = Client(self._directory, timeout_s=0.5, patience_s=3.0)
        modes = [protocol.LINEARIZABLE, protocol.LEASE] if lease_reads else [protocol.LINEARIZABLE]
        while loop.time() < until_s:
            await asyncio.sleep(random.expovariate(1 / pause_s))
            await self._one(client, random.choice(KEYS), random.choice(modes))
        client.close()

    async def peace(self, patience_s: float) -> str:
        """One write and one read, which are to succeed now; what was wrong, if anything."""
        client = Client(self._directory, timeout_s=0.5, patience_s=patience_s)
        done = self.done
        await self._do(client, "put", KEYS[self._number % len(KEYS)], f"peace {self._number}")
        await self._do(client, "get", KEYS[self._number % len(KEYS)], mode=protocol.LINEARIZABLE)
        client.close()
        return "" if self.done == done + 2 else f"client {self._number} got no answer within {patience_s:g} s of peace"

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
            self._process += self._of
            return None
        except Unavailable:
            self._recorder.failed(self._process)
            return None
        self._recorder.returned(self._process, result)
        self.done += 1
        return result if isinstance(result, str) else None


async def administer(
    directory: tuple[str, ...],
    nodes: dict[int, protocol.Node],
    groups: dict[int, tuple[int, ...]],
    until_s: float,
    pause_s: float,
    patience_s: float,
) -> bool:
    """Let groups join and leave, nodes join and leave groups, and leaders hand over, now and then.

    Afterwards every group is to join again; False if that took longer than ``patience_s``.
    """
    loop = asyncio.get_running_loop()
    client = Client(directory, timeout_s=0.5, patience_s=4.0)
    addresses = {group: tuple(nodes[node].address for node in members) for group, members in groups.items()}
    while loop.time() < until_s:
        await asyncio.sleep(random.expovariate(1 / pause_s))
        group = random.choice(list(groups))
        node = random.choice(list(groups[group]))
        try:
            match random.randrange(5):
                case 0:
                    await client.join(group, addresses[group])
                case 1:
                    await client.leave(group)
                case 2:
                    await client.transfer(group, node)
                case 3:
                    await client.change_members(group, remove=(node,))
                case 4:
                    await client.change_members(group, {node: nodes[node]})
        except (StoreError, Mistaken):
            continue  # nobody is there to do it, or it cannot be now
    client.close()
    return await settle(directory, addresses, patience_s)


async def settle(directory: tuple[str, ...], groups: dict[int, tuple[str, ...]], patience_s: float) -> bool:
    """Have every group in the layout; False if that took longer."""
    client = Client(directory, timeout_s=0.5, patience_s=patience_s)
    try:
        for group, addresses in groups.items():
            await client.join(group, addresses)
    except StoreError:
        return False
    finally:
        client.close()
    return True
