"""The program of docs/checking.md that writes its history down: it runs as it stands there, with the store's client."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import pytest

import catenet
from catenet.application.kv import protocol
from catenet.application.kv.client import Client
from catenet.application.kv.node import KvNode, Settings
from catenet.cli.main import status_of

DOCUMENT = Path(__file__).parents[3] / "docs" / "checking.md"


def example() -> dict[str, Any]:
    """The names that the program in the document defines."""
    (program,) = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, Any] = {"__name__": "example"}
    exec(compile(program, str(DOCUMENT), "exec"), names)  # it is the project's own document
    return names


async def serve() -> None:
    nodes = {1: protocol.Node("oslo", 7000, 7001)}
    node = KvNode(1, nodes, (nodes[1].address,), Settings("raft"))
    await node.start()
    for group in (0, 1):
        await node.serve(group, (1,))
    await asyncio.Event().wait()


def test_the_recorder_of_the_document_works_with_the_stores_own_client(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    main = example()["main"]
    net = catenet.Internet(seed=1)
    net.host("oslo").run(serve, service=True)
    client = net.host("client")
    net.link("oslo", client, delay="1ms")

    async def use() -> None:
        administrator = Client(("oslo:7001",), patience_s=20)
        await administrator.join(1, ("oslo:7001",))
        administrator.close()
        await main("oslo:7001")

    client.run(use)
    run = net.run(until="60s")
    net.close()
    assert run.ok
    assert "b'b'" in capsys.readouterr().out
    events = [json.loads(line) for line in Path("history.jsonl").read_text().splitlines()]
    assert [each.get("operation", each.get("result")) for each in events][2:] == ["cas", True, "get", "b"]
    assert status_of(["check-history", "history.jsonl", "--model", "kv"]) == 0
    assert capsys.readouterr().out.startswith("linearizable\n3 operations on 1 object")
