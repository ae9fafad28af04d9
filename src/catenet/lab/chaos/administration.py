"""Who changes the groups meanwhile: slots that move, nodes that come and go, leadership that is handed over."""

from __future__ import annotations

import asyncio
import random

from catenet.application.kv import protocol
from catenet.application.kv.client import Client
from catenet.application.kv.errors import Mistaken, StoreError
from catenet.lab.chaos.climate import ADD, JOIN, JOINT, LEARN, LEAVE, REMOVE, TRANSFER, Climate

Addresses = dict[int, tuple[str, ...]]


async def administer(
    directory: tuple[str, ...], nodes: dict[int, protocol.Node], groups: Addresses, climate: Climate
) -> None:
    """Change something now and then, until the climate's end."""
    loop = asyncio.get_running_loop()
    patience_s = 4.0 if climate.administrators == 1 else 0.4
    client = Client(directory, timeout_s=min(0.5, climate.timeout_ms / 1000), patience_s=patience_s)
    while loop.time() < climate.until_ms / 1000:
        await asyncio.sleep(random.expovariate(1000 / climate.administer_ms))
        group = random.choice(list(groups))
        try:
            await _change(client, random.choice(climate.administration), group, nodes, groups[group])
        except (StoreError, Mistaken):
            continue  # nobody is there to do it, or it cannot be now
    client.close()


async def _change(
    client: Client, what: str, group: int, nodes: dict[int, protocol.Node], addresses: tuple[str, ...]
) -> None:
    node = random.choice(list(nodes))
    if what == JOIN:
        await client.join(group, addresses)
    elif what == LEAVE:
        await client.leave(group)
    elif what == TRANSFER:
        await client.transfer(group, node)
    elif what == REMOVE:
        await client.change_members(group, remove=(node,))
    elif what == ADD:
        await client.change_members(group, {node: nodes[node]})
    elif what == LEARN:
        await client.change_members(group, learn={node: nodes[node]})
    else:
        assert what == JOINT, f"there is no change {what!r}"
        chosen = random.sample(list(nodes), random.randint(2, len(nodes) - 1))
        goes = [one for one in nodes if one not in chosen][: len(nodes) // 2]
        await client.change_members(group, {one: nodes[one] for one in chosen}, tuple(goes))


async def settle(directory: tuple[str, ...], groups: Addresses, patience_s: float) -> bool:
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
