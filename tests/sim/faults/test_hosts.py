"""Hosts that crash, start again, pause and go on, seen from their programs and from their peers."""

from __future__ import annotations

import asyncio
import random
import time
from typing import Any

import pytest

import catenet
from catenet.application.storage.disk import machine_disk
from catenet.application.storage.records import Batch, Record
from catenet.application.storage.store import Store
from catenet.host.process import CRASHED, RUNNING
from catenet.kernel import Deadlock


def pair() -> tuple[catenet.Internet, Any, Any]:
    net = catenet.Internet(seed=3)
    router = net.router("r")
    return net, net.host("server", at=router), net.host("client", at=router)


async def echo() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(1000):
            writer.write(data)

    async with await asyncio.start_server(serve, "0.0.0.0", 7) as server:
        await server.serve_forever()


def test_a_crashed_host_is_silent_and_then_resets_what_it_does_not_know() -> None:
    net, server, client = pair()
    log: list[tuple[float, str]] = []

    async def ask() -> None:
        loop = asyncio.get_running_loop()
        reader, writer = await asyncio.open_connection("server", 7)
        writer.write(b"one")
        assert await reader.read(10) == b"one"
        await asyncio.sleep(2)
        writer.write(b"two")
        try:
            await reader.read(10)
        except ConnectionResetError:
            log.append((loop.time(), "reset"))
        reader, writer = await asyncio.open_connection("server", 7)
        writer.write(b"three")
        log.append((loop.time(), (await reader.read(10)).decode()))

    server.run(echo, service=True)
    client.run(ask)
    net.at("1s").crash("server")
    net.at("4s").restart("server")
    net.run()
    (reset_s, reset), (answer_s, answer) = log
    assert (reset, answer) == ("reset", "three")
    assert 4.0 < reset_s <= answer_s < 6.0
    assert [entry.text for entry in net._world.timeline.entries if "server" in entry.subject] == [
        "host server crashed",
        "host server restarted",
    ]


def test_nothing_of_a_crashed_program_runs_any_more() -> None:
    net, server, _ = pair()
    seen: list[str] = []

    async def main() -> None:
        seen.append(f"begin {asyncio.get_running_loop().time():g}")
        try:
            await asyncio.sleep(5)
            seen.append("end")
        except BaseException:
            seen.append("cancelled")
            raise
        finally:
            seen.append("finally")

    process = server.run(main)
    net.at("2s").crash(server)
    net.run(until="9s")
    assert seen == ["begin 0"]
    assert process.state == CRASHED
    net.at("10s").restart(server)
    net.run(until="11s")
    assert process.state == RUNNING
    assert process.lives == 2
    net.run()
    assert seen == ["begin 0", "begin 10", "end", "finally"]
    net.close()


def test_a_program_that_waits_for_its_host_is_named_in_the_deadlock() -> None:
    net, server, _ = pair()

    async def main() -> None:
        await asyncio.sleep(5)

    server.run(main)
    net.at("2s").crash(server)
    with pytest.raises(Deadlock, match="server: main waits for its host to be started"):
        net.run()


def test_a_program_that_was_to_start_meanwhile_starts_with_the_host() -> None:
    net, server, _ = pair()
    begun: list[float] = []

    async def main() -> None:
        begun.append(asyncio.get_running_loop().time())

    server.run(main, start="2s")
    server.run(main, start="7s")
    net.at("1s").crash(server)
    net.at("5s").restart(server)
    net.run()
    assert begun == [5.0, 7.0]


def test_what_was_synced_survives_and_a_new_life_draws_new_numbers() -> None:
    net, server, _ = pair()
    lives: list[tuple[bytes, int, float]] = []

    async def count() -> None:
        store, found = await Store.open(machine_disk(), "count")
        lives.append((found.state, len(found.records), random.random()))
        for index in range(len(found.records) + 1, 10_000):
            await store.append(Batch(b"life %d" % len(lives), (Record(index, bytes(100)),)))

    server.run(count, service=True)
    for life in range(1, 5):
        net.at(f"{life}s").crash(server).restart(server)
    net.run(until="4.5s")
    states, counts, drawn = zip(*lives, strict=True)
    assert states == (b"", b"life 1", b"life 2", b"life 3", b"life 4")
    assert sorted(counts) == list(counts)
    assert counts[1] > 500
    assert len(set(drawn)) == 5
    net.close()


def test_a_paused_program_stands_still_while_its_network_goes_on() -> None:
    net, server, client = pair()
    ticks: list[float] = []
    answered: list[float] = []

    async def tick() -> None:
        while True:
            await asyncio.sleep(0.5)
            ticks.append(time.monotonic())

    async def ask() -> None:
        reader, writer = await asyncio.open_connection("server", 7)
        await asyncio.sleep(2)
        writer.write(b"still there?")
        connection = client.tcp.connections()[0]
        await asyncio.sleep(1)
        assert connection.info().bytes_acked == 12
        await reader.read(100)
        answered.append(time.monotonic())

    server.run(echo, service=True)
    server.run(tick, service=True)
    client.run(ask)
    net.at("1.2s").pause(server)
    net.at("6s").resume(server)
    net.run(until="8s")
    assert ticks == [0.5, 1.0, 6.0, 6.5, 7.0, 7.5, 8.0]
    assert 6.0 <= answered[0] < 6.1


def test_a_host_that_crashes_while_it_is_paused_starts_unpaused() -> None:
    net, server, _ = pair()
    ticks: list[float] = []

    async def tick() -> None:
        while True:
            await asyncio.sleep(1)
            ticks.append(asyncio.get_running_loop().time())

    server.run(tick, service=True)
    net.at("1.5s").pause(server)
    net.at("2.5s").crash(server)
    net.at("2.7s").resume(server)
    net.at("3.5s").restart(server)
    net.run(until="5s")
    assert ticks == [1.0, 4.5]
    net.close()


def test_a_service_that_failed_is_started_again_with_its_host() -> None:
    net, server, _ = pair()
    lives: list[float] = []

    async def fragile() -> None:
        lives.append(asyncio.get_running_loop().time())
        await asyncio.sleep(1)
        if len(lives) == 1:
            raise OSError(5, "the disk is gone")

    process = server.run(fragile, service=True)
    net.at("2s").crash(server)
    net.at("3s").restart(server)
    net.run(until="5s")
    assert lives == [0.0, 3.0]
    assert process.state == "finished"


def test_clocks_are_stepped_and_drift() -> None:
    net, server, _ = pair()
    readings: list[tuple[float, float]] = []

    async def read() -> None:
        begin = time.time()
        for _ in range(3):
            await asyncio.sleep(10)
            readings.append((round(time.time() - begin, 6), round(time.monotonic(), 6)))

    server.run(read)
    net.at("5s").clock(server, step="-2s")
    net.at("12s").clock(server, step="1.5s", drift="1000ppm")
    net.run()
    assert readings[0] == (8.0, 10.0)
    assert readings[1:] == [(19.508, 20.008), (29.508, 30.008)]
    assert net._world.kernel.now_ns == 29_990_009_991


def test_a_disk_that_is_stuck_holds_up_its_program_and_nothing_else() -> None:
    net, server, _ = pair()
    appended: list[float] = []
    ticks: list[float] = []

    async def write() -> None:
        store, _ = await Store.open(machine_disk(), "store")
        while True:
            await store.append(Batch(b"x"))
            appended.append(time.monotonic())
            await asyncio.sleep(0.1)

    async def tick() -> None:
        while True:
            await asyncio.sleep(0.1)
            ticks.append(time.monotonic())

    server.run(write, service=True)
    server.run(tick, service=True)
    net.at("1s").disk(server, stuck=True)
    net.at("3s").heal_disk(server)
    net.at("4s").disk(server, slow=1000)
    net.run(until="6s")
    assert not [when for when in appended if 1.2 < when < 3]
    assert [when for when in appended if 3 <= when < 4]
    assert len([when for when in appended if when >= 4.2]) < 5
    assert len(ticks) in (59, 60)
