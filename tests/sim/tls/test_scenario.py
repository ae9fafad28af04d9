"""A scenario needs no option for TLS: its programs ask the host, and the key log is a file of the run."""

from __future__ import annotations

import json
from pathlib import Path

from catenet.cli.main import status_of

PROGRAMS = """
import asyncio, ssl
from catenet.presentation.tls import machine_tls

async def serve():
    async def answer(reader, writer):
        writer.write(await reader.readline())
        writer.close()
    server = await asyncio.start_server(answer, None, 443, ssl=machine_tls().server_context())
    await server.serve_forever()

async def fetch():
    reader, writer = await asyncio.open_connection("server", 443, ssl=ssl.create_default_context())
    writer.write(b"hello\\n")
    assert await reader.readline() == b"hello\\n"
    writer.close()
"""

SCENARIO = """
[routers.middle]
[hosts.server]
at = "middle"
[hosts.client]
at = "middle"
[capture]
links = "all"
[[programs]]
host = "server"
run = "programs:serve"
service = true
[[programs]]
host = "client"
run = "programs:fetch"
"""


def test_a_scenario_with_tls(tmp_path: Path) -> None:
    (tmp_path / "programs.py").write_text(PROGRAMS.replace("\\\\n", "\\n"))
    (tmp_path / "web.toml").write_text(SCENARIO)
    assert status_of(["run", str(tmp_path / "web.toml"), "--out", str(tmp_path / "out")]) == 0
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert summary["presentation"]["tls"] == {"handshakes": 2, "resumed": 0, "failed": {}}
    assert "captures/tls-keys.txt" in json.loads((tmp_path / "out" / "manifest.json").read_text())["files"]
