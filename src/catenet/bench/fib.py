"""The cost of a look-up in a large forwarding table.

Prefix lengths are distributed as in the tables of backbone routers: most are 24 bits, nearly all between 16 and 24
(IPv6: 29 to 48, most 48).  A tenth of the prefixes lie within another one, and there is a default route.  The
benchmark looks up random addresses, and addresses within the prefixes; as for a packet, the look-up checks the carrier
of the next hop.
"""

from __future__ import annotations

import importlib
import random
import resource
import time
from collections.abc import Callable
from typing import Any, Final

from catenet.bench import hot_loops
from catenet.bench.baseline import us_per_heapq_push_pop
from catenet.kernel import Kernel
from catenet.network import addresses
from catenet.network.forwarding import fib
from catenet.network.forwarding.fib import Fib
from catenet.network.forwarding.route import UNICAST, NextHop, Route
from catenet.network.stack import IpStack
from catenet.physical.wire import Wire

LENGTHS: Final = {
    4: {8: 1, 12: 2, 14: 3, 16: 14, 17: 8, 18: 14, 19: 25, 20: 45, 21: 52, 22: 115, 23: 100, 24: 610, 28: 3, 32: 8},
    6: {20: 1, 28: 5, 29: 40, 30: 5, 32: 130, 36: 25, 40: 60, 42: 10, 44: 100, 46: 40, 47: 30, 48: 540, 56: 4, 64: 10},
}
"""Prefix lengths with their frequencies among about 1,000 prefixes."""
SPACE: Final = {4: (0x01000000, 0xDFFFFFFF), 6: (0x2000 << 112, (0x2C10 << 112) - 1)}
LOOKUPS: Final = 200_000
REPEATS: Final = 5


def lookups(prefixes: int = 100_000, *, version: int = 4, seed: int = 1) -> dict[str, object]:
    """Measure one table; times are processor times, the best of five.

    ``us_per_lookup`` is for random addresses, ``us_per_held_lookup`` for addresses within a prefix, both from compiled
    code; ``us_per_python_lookup`` is for random addresses from an interpreted loop.  ``us_per_dict_get`` and
    ``us_per_python_dict_get`` are for a dict of the same size, with the same loops.  ``us_per_pytricia_lookup`` is for
    PyPI's pytricia (a Patricia trie in C), if installed, from the interpreted loop.
    """
    drawn = random.Random(seed)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    table = random_table(prefixes, version, drawn)
    anywhere = [drawn.randint(*SPACE[version]) for _ in range(LOOKUPS)]
    held = addresses_within(table, drawn)
    hot_loops.look_up(table, anywhere)  # the first look-ups build the index
    grown_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    plain = {address: address for address in held[:prefixes]}
    figures: dict[str, object] = {
        "bench": "fib",
        "build": "interpreted" if fib.__file__.endswith(".py") else "compiled",
        "version": version,
        "prefixes": prefixes,
        "octets_per_prefix": grown_kb * 1024 // prefixes,
        "us_per_lookup": _us_each(lambda: hot_loops.look_up(table, anywhere)),
        "us_per_held_lookup": _us_each(lambda: hot_loops.look_up(table, held)),
        "us_per_python_lookup": _us_each(lambda: _ask(table.lookup, anywhere)),
        "us_per_dict_get": _us_each(lambda: hot_loops.look_up_dict(plain, held)),
        "us_per_python_dict_get": _us_each(lambda: _ask(plain.get, held)),
        "us_per_heapq_push_pop": us_per_heapq_push_pop(time.process_time),
    }
    theirs = _pytricia(table)
    if theirs is not None:
        texts = [addresses.text(version, address) for address in anywhere]
        figures["us_per_pytricia_lookup"] = _us_each(lambda: _ask(theirs, texts if version == 6 else anywhere))
    return figures


def random_table(prefixes: int, version: int, drawn: random.Random) -> Fib:
    """A table of ``prefixes`` distinct prefixes, including the default route, with 16 next hops."""
    stack = IpStack(Kernel(1), "router")
    interfaces = [stack.add_interface(f"eth{number}", 0x020000000000 + number) for number in range(16)]
    hops = [[NextHop(interface, 0x0A000001)] for interface in interfaces]
    for one, other in zip(interfaces[::2], interfaces[1::2], strict=True):
        wire = Wire(stack.kernel, one.name, other.name, one.port, other.port, 1_000_000_000, 0)
        one.port.attach(wire.forward)
        other.port.attach(wire.backward)
    width = addresses.width(version)
    lengths, weights = list(LENGTHS[version]), list(LENGTHS[version].values())
    table = Fib(version)
    seen = {(0, 0)}
    table.add(Route(version, 0, 0, UNICAST, hops[0]))
    wide: list[tuple[int, int]] = []
    while len(seen) < prefixes:
        length = drawn.choices(lengths, weights)[0]
        address = drawn.randint(*SPACE[version])
        if wide and drawn.random() < 0.1:
            within, outer = drawn.choice(wide)
            address = within | address & ((1 << (width - outer)) - 1)
        prefix = address & addresses.mask(version, length)
        if length < 22 + (version == 6) * 20:
            wide.append((prefix, length))
        if (prefix, length) not in seen:
            seen.add((prefix, length))
            table.add(Route(version, prefix, length, UNICAST, drawn.choice(hops)))
    return table


def addresses_within(table: Fib, drawn: random.Random) -> list[int]:
    """Random addresses, each within a random prefix of the table."""
    width = addresses.width(table.version)
    chosen = drawn.choices([route for route in table.routes() if route.prefix_len], k=LOOKUPS)
    return [route.prefix | drawn.getrandbits(width) >> route.prefix_len for route in chosen]


def _us_each(measured: Callable[[], object]) -> float:
    best_s = float("inf")
    for _ in range(REPEATS):
        start = time.process_time()
        measured()
        best_s = min(best_s, time.process_time() - start)
    return best_s / LOOKUPS * 1e6


def _ask(lookup: Callable[[Any], object], asked: list[Any]) -> int:
    found = 0
    for address in asked:
        if lookup(address) is not None:
            found += 1
    return found


def _pytricia(table: Fib) -> Callable[[Any], object] | None:
    """The look-up function of pytricia with the same table; None if it is not installed."""
    try:
        module = importlib.import_module("pytricia")
    except ModuleNotFoundError:
        return None
    version = table.version
    tree = module.PyTricia(addresses.width(version))
    for number, route in enumerate(table.routes()):
        tree[f"{addresses.text(version, route.prefix)}/{route.prefix_len}"] = number
    found: Callable[[Any], object] = tree.get
    return found
