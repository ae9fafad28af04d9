"""The load balancer: policies, retries, ejection with return, active checks, draining."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from catenet.application.http import Body, Client, Headers, HttpError, Request, Response, Server
from catenet.application.http.balancer import (
    Backend,
    Balancer,
    ConsistentHash,
    Ejection,
    HealthCheck,
    LeastOutstanding,
    Policy,
    RoundRobin,
)
from catenet.application.placement import Rendezvous
from tests.unit.application.http.raw_client import in_virtual_time

NAMES = ["a", "b", "c"]
PORTS = {"a": 8081, "b": 8082, "c": 8083}
URLS = {name: f"http://127.0.0.1:{port}" for name, port in PORTS.items()}


def backends(**weights: float) -> list[Backend]:
    return [Backend(name, f"http://{name}", weight) for name, weight in weights.items()]


def asked(target: str = "/") -> Request:
    return Request("GET", target, Headers({"host": "site"}))


def test_round_robin_is_smooth_by_weight() -> None:
    policy, all_ = RoundRobin(), backends(a=4.0, b=2.0, c=1.0)
    assert "".join(policy.choose(asked(), all_).name for _ in range(7)) == "abacaba"
    plain = backends(a=1.0, b=1.0, c=1.0)
    policy = RoundRobin()
    assert "".join(policy.choose(asked(), plain).name for _ in range(6)) == "abcabc"


def test_least_outstanding_counts_by_weight_and_takes_turns() -> None:
    policy, all_ = LeastOutstanding(), backends(a=1.0, b=2.0, c=1.0)
    all_[0].outstanding, all_[1].outstanding, all_[2].outstanding = 2, 3, 2
    assert policy.choose(asked(), all_).name == "b"
    all_[1].outstanding = 9
    assert {policy.choose(asked(), all_).name for _ in range(2)} == {"a", "c"}


@pytest.mark.parametrize("make", [ConsistentHash, lambda: ConsistentHash(placement=Rendezvous())])
def test_only_the_keys_of_a_missing_backend_move(make: Callable[[], ConsistentHash]) -> None:
    policy, all_ = make(), backends(a=1.0, b=1.0, c=1.0)
    policy.begin(all_)
    targets = [f"/{number}" for number in range(200)]
    before = {target: policy.choose(asked(target), all_).name for target in targets}
    without = {target: policy.choose(asked(target), [all_[0], all_[2]]).name for target in targets}
    assert set(before.values()) == set(NAMES)
    assert {before[target] for target in targets if before[target] != without[target]} == {"b"}
    assert {without[target] for target in targets if before[target] == "b"} == {"a", "c"}
    assert {target: policy.choose(asked(target), all_).name for target in targets} == before


def test_the_key_may_be_a_field() -> None:
    policy, all_ = ConsistentHash(lambda request: request.headers.get("cookie") or ""), backends(a=1.0, b=1.0, c=1.0)
    policy.begin(all_)
    names = set()
    for number in range(20):
        names.add(policy.choose(Request("GET", f"/{number}", Headers({"cookie": "mine"})), all_).name)
    assert len(names) == 1


def test_ejections_grow_and_are_bounded() -> None:
    ejection, all_ = Ejection(failures=2, base_s=10.0, max_s=25.0), backends(a=1.0, b=1.0, c=1.0)
    first, second, _ = all_
    assert [ejection.failed(first, all_, 0.0) for _ in range(2)] == [False, True]
    assert [first.available(at_s) for at_s in (0.0, 9.9, 10.0)] == [False, False, True]
    assert [ejection.failed(second, all_, 1.0) for _ in range(3)] == [False] * 3  # one of three at one time
    assert [ejection.failed(first, all_, 10.0) for _ in range(2)] == [False, True]
    assert first.ejected_until_s == 30.0
    assert [ejection.failed(first, all_, 30.0) for _ in range(2)] == [False, True]
    assert first.ejected_until_s == 55.0
    ejection.succeeded(first)
    assert [ejection.failed(first, all_, 60.0) for _ in range(2)] == [False, True]
    assert first.ejected_until_s == 70.0


def test_a_success_between_failures_counts() -> None:
    ejection, all_ = Ejection(failures=2), backends(a=1.0, b=1.0)
    for _ in range(5):
        assert not ejection.failed(all_[0], all_, 0.0)
        ejection.succeeded(all_[0])


def test_mistakes_are_told() -> None:
    with pytest.raises(ValueError, match="weight"):
        Backend("a", "http://a", 0.0)
    with pytest.raises(ValueError, match="two backends"):
        Balancer([Backend("a", "http://a"), Backend("a", "http://b")])


class Site:
    """Backends that tell their names, and may be broken."""

    def __init__(self) -> None:
        self.got: Counter[str] = Counter()
        self.statuses: dict[str, int] = {}
        self.servers: dict[str, Server] = {}
        self.delay_s = 0.0

    async def start(self, name: str) -> None:
        async def answer(request: Request) -> Response:
            if request.path != "/health":
                self.got[name] += 1
                await asyncio.sleep(self.delay_s)
            return Response(self.statuses.get(name, 200), body=name.encode())

        self.servers[name] = await Server(answer).start("127.0.0.1", PORTS[name])


def with_site(program: Callable[[Site, Balancer], Awaitable[Any]], policy: Policy | None = None, **options: Any) -> Any:
    async def main() -> Any:
        site = Site()
        for name in NAMES:
            await site.start(name)
        client = Client(connections_per_origin=16, connect_timeout_s=1.0, timeout_s=2.0)
        async with Balancer(URLS, policy, client=client, **options) as balancer:
            result = await program(site, balancer)
        for server in site.servers.values():
            await server.close()
        return result

    return in_virtual_time(main)


async def name_of(balancer: Balancer, request: Request | None = None) -> str:
    response = await balancer(request if request is not None else asked())
    body = response.body
    assert not isinstance(body, bytes)
    return b"".join([piece async for piece in body]).decode()


def test_a_request_goes_elsewhere_and_the_dead_backend_is_ejected() -> None:
    async def program(site: Site, balancer: Balancer) -> None:
        await site.servers["b"].close()
        names = [await name_of(balancer) for _ in range(12)]
        assert set(names) == {"a", "c"}
        assert balancer.counts == {"requests": 12, "retried": 3}
        assert balancer.backends["b"].counts == {"requests": 3, "failed": 3, "ejected": 1}
        await site.start("b")
        await asyncio.sleep(10)
        assert {await name_of(balancer) for _ in range(3)} == set(NAMES)
        assert [backend.outstanding for backend in balancer.backends.values()] == [0, 0, 0]

    with_site(program)


def test_what_is_not_idempotent_is_not_repeated() -> None:
    async def program(site: Site, balancer: Balancer) -> None:
        await site.servers["a"].close()
        with pytest.raises(HttpError) as failed:
            await balancer(Request("POST", "/", Headers({"host": "site"})))
        assert failed.value.status == 502
        assert balancer.counts == {"requests": 1, "failed": 1}

    with_site(program)


def test_statuses_of_a_gateway_eject_as_well() -> None:
    async def program(site: Site, balancer: Balancer) -> None:
        site.statuses["c"] = 503
        for _ in range(9):
            await name_of(balancer)
        site.got.clear()
        assert {await name_of(balancer) for _ in range(6)} == {"a", "b"}
        assert site.got["c"] == 0

    with_site(program)


def test_active_checks_take_a_backend_out_and_bring_it_back() -> None:
    async def program(site: Site, balancer: Balancer) -> None:
        site.statuses["a"] = 500
        await asyncio.sleep(4)  # checked at 0 s and 5 s
        assert balancer.backends["a"].up
        await asyncio.sleep(2)
        assert [backend.up for backend in balancer.backends.values()] == [False, True, True]
        for _ in range(6):
            await name_of(balancer)
        assert site.got == {"b": 3, "c": 3}
        site.statuses.clear()
        await asyncio.sleep(8)  # at 10 s
        assert not balancer.backends["a"].up
        await asyncio.sleep(2)  # at 15 s
        assert {await name_of(balancer) for _ in range(3)} == set(NAMES)
        counts = balancer.backends["a"].counts
        assert (counts["checks"], counts["checks_failed"]) == (4, 2)

    with_site(program, ejection=None, check=HealthCheck("/health", interval_s=5.0))


def test_without_a_backend_the_answer_is_503() -> None:
    async def program(site: Site, balancer: Balancer) -> None:
        for backend in balancer.backends.values():
            backend.up = False
        response = await balancer(asked())
        assert (response.status, response.headers.get("retry-after")) == (503, "1")
        assert balancer.counts["no_backend"] == 1

    with_site(program)


def test_draining_lets_requests_end() -> None:
    async def program(site: Site, balancer: Balancer) -> None:
        site.delay_s = 1.0
        running = [asyncio.ensure_future(name_of(balancer)) for _ in range(3)]
        await asyncio.sleep(0.5)
        assert not await balancer.drain("a", timeout_s=0.1)
        assert await balancer.drain("a", timeout_s=1.0)
        assert running[0].done()
        assert {await name_of(balancer) for _ in range(4)} == {"b", "c"}
        balancer.restore("a")
        assert {await name_of(balancer) for _ in range(3)} == set(NAMES)

    with_site(program)


def test_an_answer_that_nobody_reads_is_no_longer_outstanding() -> None:
    async def program(site: Site, balancer: Balancer) -> None:
        response = await balancer(asked())
        assert balancer.backends["a"].outstanding == 1
        del response
        assert balancer.backends["a"].outstanding == 0

    with_site(program)


def test_a_body_that_was_not_begun_goes_elsewhere() -> None:
    class Words(Body):
        def __init__(self) -> None:
            self.left = [b"some", b"words", b""]

        async def chunk(self) -> bytes:
            return self.left.pop(0)

    async def program(site: Site, balancer: Balancer) -> None:
        await site.servers["a"].close()
        assert await name_of(balancer, Request("PUT", "/", Headers({"host": "site"}), Words())) == "b"

    with_site(program)


def test_least_outstanding_goes_round_a_slow_backend() -> None:
    async def program(site: Site, balancer: Balancer) -> None:
        balancer.backends["a"].outstanding = 5
        running = [asyncio.ensure_future(name_of(balancer)) for _ in range(6)]
        await asyncio.gather(*running)
        assert site.got == {"b": 3, "c": 3}

    with_site(program, LeastOutstanding())
