"""A cache and a load balancer in front of three servers, of which one crashes and comes back."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest

from catenet.application.http import Client, Headers, Request, Response, Server
from catenet.application.http.balancer import Balancer, ConsistentHash, Ejection, HealthCheck, Policy, RoundRobin
from catenet.application.http.cache import Cache
from catenet.internet import Internet

BACKENDS = ("b1", "b2", "b3")
KEYS = 30
CRASH_S, RESTART_S, END_S = 10, 40, 70


@dataclass
class Seen:
    """What the clients saw: when, of which key, the status, and which server answered."""

    answers: list[tuple[float, str, int, str]] = field(default_factory=list)
    balancer: Counter[str] = field(default_factory=Counter)
    crashed: Counter[str] = field(default_factory=Counter)
    origin: Counter[str] = field(default_factory=Counter)

    def between(self, begin_s: float, end_s: float) -> list[tuple[float, str, int, str]]:
        return [answer for answer in self.answers if begin_s <= answer[0] < end_s]

    def placement(self, begin_s: float, end_s: float) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for _, key, _, name in self.between(begin_s, end_s):
            found.setdefault(key, set()).add(name)
        return found


def run(policy: Policy, *, check: HealthCheck | None, ejection: Ejection | None, seed: int = 4) -> Seen:
    seen = Seen()

    def backend(name: str) -> Callable[[], Awaitable[None]]:
        async def answer(request: Request) -> Response:
            seen.origin[name] += 1
            await asyncio.sleep(0.05)
            return Response(200, Headers({"cache-control": "no-store"}), name.encode())

        async def serve() -> None:
            server = await Server(answer).start(port=80)
            await server.serve_forever()

        return serve

    async def balance() -> None:
        client = Client(connections_per_origin=64, connect_timeout_s=1.0, timeout_s=2.0)
        urls = {name: f"http://{name}" for name in BACKENDS}
        async with Balancer(urls, policy, client=client, check=check, ejection=ejection) as balancer:
            seen.balancer, seen.crashed = balancer.counts, balancer.backends["b2"].counts
            server = await Server(Cache(balancer)).start(port=80)
            await server.serve_forever()

    async def ask() -> None:
        loop = asyncio.get_running_loop()
        begun_s = loop.time()

        async def one(client: Client, key: str) -> None:
            asked_s = loop.time() - begun_s
            answer = await client.get(f"http://www/{key}")
            seen.answers.append((asked_s, key, answer.status, (await answer.read()).decode()))

        async with Client(connections_per_origin=50) as client:
            running = []
            for number in range(END_S * 5):
                running.append(asyncio.ensure_future(one(client, f"key{number % KEYS}")))
                await asyncio.sleep(0.2)
            await asyncio.gather(*running)

    with Internet(seed=seed) as net:
        near, far = net.routers("near", "far")
        net.link(near, far, rate="100Mbit/s", delay="10ms")
        for name in BACKENDS:
            net.host(name, at=far).run(backend(name), service=True)
        net.host("www", at=far).run(balance, service=True)
        net.host("client", at=near).run(ask)
        net.at(f"{CRASH_S}s").crash("b2")
        net.at(f"{RESTART_S}s").restart("b2")
        assert net.run().ok
    return seen


@pytest.mark.slow
def test_no_request_fails_when_a_server_crashes() -> None:
    seen = run(RoundRobin(), check=None, ejection=Ejection(failures=3, base_s=10.0))
    assert {status for _, _, status, _ in seen.answers} == {200}
    assert len(seen.answers) == END_S * 5
    assert {name for *_, name in seen.between(0, CRASH_S - 1)} == set(BACKENDS)
    assert {name for *_, name in seen.between(CRASH_S + 5, CRASH_S + 12)} == {"b1", "b3"}
    assert {name for *_, name in seen.between(RESTART_S + 25, END_S)} == set(BACKENDS)
    assert 1 <= seen.crashed["ejected"] <= 3
    assert seen.balancer["retried"] == seen.crashed["failed"]


@pytest.mark.slow
def test_only_the_keys_of_the_crashed_server_move_and_they_come_back() -> None:
    check = HealthCheck(interval_s=1.0, timeout_s=0.5)
    seen, again = (run(ConsistentHash(), check=check, ejection=None) for _ in range(2))
    assert seen == again
    assert {status for _, _, status, _ in seen.answers} == {200}
    before = seen.placement(0, CRASH_S - 3)
    without = seen.placement(CRASH_S + 5, RESTART_S)
    after = seen.placement(RESTART_S + 10, END_S)
    assert all(len(names) == 1 for names in before.values())
    assert before == after
    moved = {key for key in before if before[key] != without[key]}
    assert moved == {key for key in before if before[key] == {"b2"}}
    assert {name for key in moved for name in without[key]} == {"b1", "b3"}
