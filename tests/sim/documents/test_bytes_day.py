"""The path of a byte in docs/architecture.md: the functions that it names are called, in that order."""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path
from types import FrameType

import pytest

import catenet
from catenet.transport import udp

PAGE = Path(__file__).resolve().parents[3] / "docs" / "architecture.md"
STEP = re.compile(r"`((?:[A-Z]\w+\.)?[a-z_]\w+)`(?: \(`([\w/]+\.py)`\))?")


def steps() -> list[tuple[str, str]]:
    """File and function, in the order in which the page names them; a class's file is told once."""
    text = PAGE.read_text(encoding="utf-8")
    section = text.split("## The path of a byte")[1].split("\n## ")[0]
    lines = "\n".join(re.findall(r"^(?:\d+\. |   +).*", section, re.MULTILINE))
    named = STEP.findall(re.sub(r"\s+", " ", lines))
    files = {name.split(".")[0]: file for name, file in named if file}
    return [(name, files.get(name.split(".")[0], "")) for name, _ in named]


def calls() -> list[tuple[str, str]]:
    """File and function of each call while five octets cross a router, from the write to the read."""
    seen: list[tuple[str, str]] = []

    def note(frame: FrameType, event: str, _argument: object) -> None:
        _, here, file = frame.f_code.co_filename.partition("/catenet/")
        if event == "call" and here:
            seen.append((frame.f_code.co_qualname, file))

    async def serve() -> None:
        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            assert await reader.readexactly(5) == b"hello"
            sys.setprofile(None)
            writer.close()

        server = await asyncio.start_server(talk, port=80)
        await server.serve_forever()

    async def client() -> None:
        _, writer = await asyncio.open_connection("there", 80)
        await asyncio.sleep(1)
        sys.setprofile(note)
        writer.write(b"hello")
        await asyncio.sleep(1)
        writer.close()

    with catenet.Internet(seed=1) as net:
        router = net.router("router")
        here, there = net.hosts("here", "there", at=router)
        there.run(serve, service=True)
        here.run(client)
        try:
            net.run()
        finally:
            sys.setprofile(None)
    return seen


@pytest.mark.skipif(not udp.__file__.endswith(".py"), reason="a profiler does not see compiled functions")
def test_an_octet_passes_what_the_page_names() -> None:
    named, seen = steps(), iter(calls())
    assert len(named) > 30
    for step in named:
        if step[0] != "data_received":  # asyncio's own
            assert any(call[0] == step[0] and call[1] == step[1] for call in seen), f"{step} is not called, or not then"
