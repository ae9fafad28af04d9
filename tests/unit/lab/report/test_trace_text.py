"""Trace rows in words: every kind that holds a code or a packed number tells it by name."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from catenet import Internet
from catenet.kernel.trace import KINDS, Row
from catenet.lab.report import trace_text
from catenet.lab.report.trace_text import fields
from catenet.network import tracing as network
from catenet.network.routing.rip import tracing as rip
from catenet.transport.tcp.connection import tracing as tcp

PLAIN = {
    "channel.cut", "csma.backoff", "network.route_change", "network.ospf.calculated",
    "tcp.window", "lab.routes_changed", "lab.partitioned", "lacp.aggregate", "pause.received", "pause.sent",
}  # fmt: skip
"""Kinds whose numbers are counts or sizes, which need no words."""


def told(kind: int, a: int, b: int = 0) -> dict[str, object]:
    return fields(Row(0, kind, 0, a, b), [])


def test_every_kind_has_words_or_plain_numbers() -> None:
    worded = {KINDS[code].name for code in (*trace_text._WORDS, *trace_text._OF_PROGRAMS)}
    missing = {kind.name for kind in KINDS.values() if kind.a and kind.name.split(".")[0] != "test"} - worded - PLAIN
    assert not missing, "give them words in catenet/lab/trace_text.py"


def test_numbers_are_told_by_their_names() -> None:
    assert told(network.DROP, network.NO_ROUTE, 6) == {"reason": "no route", "protocol": "tcp"}
    assert told(network.ADDRESS_CONFLICT, 6, 0x20010DB8 << 96 | 1) == {"address": "2001:db8::1"}
    assert told(tcp.TIMEOUT, 2, 312_500_000) == {"retries": 2, "rto_ms": "312.5"}
    packed = rip.pack_prefix(10 << 24, 8), rip.pack_change(0x0A000101, 3, rip.LEARNED)
    assert told(rip.ROUTE, *packed) == {
        "prefix": "10.0.0.0/8", "metric": 3, "via": "10.0.1.1", "cause": "advertised, and not known before",
    }  # fmt: skip


@pytest.mark.parametrize("routing", ["ospf", "rip"])
def test_the_trace_of_a_run(routing: str, tmp_path: Path) -> None:
    async def talk() -> None:
        _, writer = await asyncio.open_connection("server", 7)
        writer.close()

    async def serve() -> None:
        server = await asyncio.start_server(lambda _, writer: writer.close(), port=7)
        await server.serve_forever()

    net = Internet(seed=1)
    a, b = net.routers("a", "b", routing=routing)
    net.link(a, b)
    net.host("server", at=b).run(serve, service=True)
    net.host("client", at=a).run(talk, start="60s")
    net.at("65s").cut("a", "b")
    with net:
        net.run("70s", check=False).report(tmp_path / "out")
    rows = [line.split("\t") for line in (tmp_path / "out" / "trace.tsv").read_text().splitlines()]
    by_kind = {kind: [row for row in rows if row[1] == kind] for _, kind, *_ in rows}
    assert ["old=SYN-SENT", "new=ESTABLISHED"] in [row[3:] for row in by_kind["tcp.state"]]
    assert by_kind["lab.program_finished"][0][3:] == ["program=talk"]
    if routing == "ospf":
        states = {tuple(row[5:7]) for row in by_kind["network.ospf.neighbour"]}
        assert ("old=Loading", "new=Full") in states or ("old=Exchange", "new=Full") in states
        route = next(row for row in by_kind["network.ospf.route"] if "path=intra-area" in row)
        assert route[3].startswith("prefix=10.0.")
        assert any(cell.startswith("lsa=router 10.0.") for cell in route)
        assert {row[5][:12] for row in by_kind["network.ospf.originated"]} == {"sequence=0x8"}
    else:
        assert any("cause=connected, or given" in row for row in by_kind["network.rip.route"])
        assert "cause=triggered" in {row[3] for row in by_kind["network.rip.update"]}
    codes = [cell for row in rows for cell in row[3:] if cell.partition("=")[2].isdigit() and len(cell) > 30]
    assert codes == [], "no packed number is left"
