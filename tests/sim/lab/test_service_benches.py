"""The benchmarks of services ask as often as they say, of both kinds of servers, and tell a ratio."""

from __future__ import annotations

from typing import Any

import pytest

from catenet.bench import dns as bench_dns
from catenet.bench import http as bench_http

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("bench", "stock", "unit"), [(bench_http.http, "aiohttp", "requests"), (bench_dns.dns, "dnspython", "answers")]
)
def test_both_are_measured(monkeypatch: pytest.MonkeyPatch, bench: Any, stock: str, unit: str) -> None:
    for module in (bench_http, bench_dns):
        monkeypatch.setattr(module, "REPEATS", 1)
    asked: list[int] = []
    module = bench_http if stock == "aiohttp" else bench_dns
    real = module._shared

    async def shared(number: int, clients: int, ask: Any) -> None:
        async def counted(*name: str) -> Any:
            asked.append(1)
            return await ask(*name)

        await real(number, clients, counted)

    monkeypatch.setattr(module, "_shared", shared)
    found = bench(20, 3)
    assert len(asked) == 40
    assert found["ratio"] == pytest.approx(found["catenet_s"] / found[f"{stock}_s"])
    for name in ("catenet", stock):
        assert found[f"{name}_{unit}_per_second"] == pytest.approx(20 / found[f"{name}_s"])
