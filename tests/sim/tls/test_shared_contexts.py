"""One SSL context for two hosts, or for two internets, one after the other."""

from __future__ import annotations

import hashlib
import ssl
from pathlib import Path
from typing import Any

import pytest

from catenet.internet import Internet

from .exchange import Exchange, ask, serve

pytestmark = pytest.mark.slow


def captured(contexts: tuple[ssl.SSLContext, ssl.SSLContext], folder: Path) -> tuple[list[bool], str]:
    """Two connections on a new internet: which were resumed, and a digest of what crossed the line."""
    exchange = Exchange(lambda net: contexts)
    exchange.net.capture("line")
    with exchange.net:
        resumed = [reused for *_, reused in exchange.run(2)]
        exchange.net.result().report(folder)
    return resumed, hashlib.sha256((folder / "captures" / "line.pcapng").read_bytes()).hexdigest()


@pytest.mark.parametrize("version", ["1.2", "1.3"])
def test_a_second_internet_resumes_nothing_of_the_first_and_sends_the_same_bytes(version: Any, tmp_path: Path) -> None:
    authority = Internet(seed=5).tls()
    contexts = authority.server_context("server", versions=[version]), authority.client_context()
    first, second = (captured(contexts, tmp_path / name) for name in ("first", "second"))
    assert first == second
    assert first[0] == [False, True]


@pytest.mark.parametrize("version", ["1.2", "1.3"])
def test_a_second_host_resumes_nothing_of_the_first(version: Any) -> None:
    exchange = Exchange(
        lambda net: (net.tls().server_context("server", versions=[version]), net.tls().client_context())
    )
    other, seen = exchange.net.host("other", at="near"), list[Any]()
    exchange.client.run(ask, exchange.contexts[1], exchange.seen, 2)
    other.run(ask, exchange.contexts[1], seen, 2)
    exchange.server.run(serve, exchange.contexts[0], service=True)
    exchange.net.run()
    assert [reused for *_, reused in exchange.seen] == [False, True]
    assert [reused for *_, reused in seen] == [False, True]


def test_two_internets_in_turns_share_a_context(tmp_path: Path) -> None:
    authority = Internet(seed=5).tls()
    contexts = authority.server_context("server"), authority.client_context()
    exchanges = [Exchange(lambda net: contexts) for _ in range(2)]
    for exchange in exchanges:
        exchange.server.run(serve, contexts[0], service=True)
        exchange.client.run(ask, contexts[1], exchange.seen, 3)
    for end in ("500ms", "1.5s", "4s"):
        for exchange in exchanges:
            exchange.net.run(until=end)
    for exchange in exchanges:
        exchange.net.close()
        assert [answer for answer, *_ in exchange.seen] == [b"/HELLO"] * 3
