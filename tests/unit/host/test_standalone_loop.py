from __future__ import annotations

import asyncio
import random
import time

from catenet.host.standalone_loop import new_event_loop


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(await reader.readline())
    writer.close()


async def talk() -> tuple[bytes, float, float, float]:
    server = await asyncio.start_server(echo, "localhost", 7000)
    async with server:
        reader, writer = await asyncio.open_connection("localhost", 7000)
        writer.write(b"hello\n")
        line = await reader.readline()
        writer.close()
        await asyncio.sleep(3600)
        return line, time.time(), asyncio.get_running_loop().time(), random.random()


def test_any_program_that_takes_a_loop_factory() -> None:
    begun = time.time()
    real_time = time.time
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        line, wall, monotonic, draw = runner.run(talk())
        assert runner.run(asyncio.sleep(1, "again")) == "again"
    assert line == b"hello\n"
    assert 1_735_689_600 + 3600 <= wall < 1_735_689_600 + 3601
    assert 3600 <= monotonic < 3601
    assert time.time is real_time
    assert time.time() - begun < 3000
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        assert runner.run(talk())[3] == draw
