"""Whole runs: what heals, what is reported, what repeats."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path

import pytest

import catenet
from catenet import Deadlock, Internet, ProgramFailed
from catenet.record.pcapng import PcapngReader


async def sink(port: int = 7) -> None:
    """Take what comes, and answer with its length."""

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(str(len(await reader.read())).encode())
        writer.close()

    async with await asyncio.start_server(take, port=port) as server:
        await server.serve_forever()


async def send(server: str, octets: int, *, pieces: int = 1, pause: float = 0.0) -> None:
    """Send so many octets, and see that they arrived."""
    reader, writer = await asyncio.open_connection(server, 7)
    for _ in range(pieces):
        writer.write(bytes(octets // pieces))
        await writer.drain()
        await asyncio.sleep(pause)
    writer.write_eof()
    assert int(await reader.read()) == octets
    writer.close()


def triangle(seed: int = 7, fidelity: str = "objects") -> Internet:
    """Three routers in a ring; the server's is one hop from the client's, or two the other way."""
    net = Internet(seed=seed, fidelity=fidelity)
    paris, oslo, rome = net.routers("paris", "oslo", "rome")
    net.link(paris, oslo, rate="1Gbit/s", delay="14ms", jitter="1ms")
    net.link(oslo, rome, rate="1Gbit/s", delay="21ms", loss="1%")
    net.link(rome, paris, rate="100Mbit/s", delay="11ms", reorder="1%", duplicate="1%", bit_errors=1e-7)
    server, client = net.host("server", at=rome), net.host("client", at=paris)
    server.run(sink, service=True)
    client.run(send, "server", 200_000, options={"pieces": 100, "pause": 0.05})
    return net


def test_a_cut_heals_by_automatic_routes_while_a_connection_survives() -> None:
    net = triangle()
    net.at("2s").cut("rome", "paris")
    run = net.run()
    summary = run.summary()
    assert run.ok
    assert [entry["what"] for entry in summary["timeline"]] == ["link-cut", "routes-changed", "program-finished"]
    assert summary["timeline"][1]["time_ns"] == 2_200_000_000
    assert len(summary["connections"]) == 1
    assert summary["connections"][0]["to_server_bytes"] == 200_000
    assert summary["connections"][0]["client_end"]["retransmits"] > 0
    by_name = {link["name"]: link for link in summary["links"]}
    assert by_name["rome-paris"]["down_ns"] == summary["virtual_ns"] - 2_000_000_000
    assert by_name["paris-oslo"]["directions"][0]["frames"] > 50


def test_a_healed_link_is_used_again() -> None:
    net = triangle()
    net.at("1s").cut("rome-paris")
    net.at("2s").heal("rome-paris")
    net.run(until="1.5s")
    assert [hop.name for hop in net.traceroute("client", "server")] == ["paris", "oslo", "rome", "server"]
    net.run(until="4s")
    assert [hop.name for hop in net.traceroute("client", "server")] == ["paris", "rome", "server"]


def test_the_same_seed_gives_the_same_files(tmp_path: Path) -> None:
    folders = []
    for name, fidelity in (("one", "objects"), ("two", "objects"), ("bytes", "bytes")):
        net = triangle(fidelity=fidelity)
        net.capture()
        net.at("1s").set("oslo", "rome", loss="3%", delay="5ms")
        net.at("2s").cut("rome", "paris")
        folders.append(net.run().report(tmp_path / name))
    files = sorted(path.relative_to(folders[0]) for path in folders[0].rglob("*.*"))
    assert len(files) == 10
    for file in files:
        assert (folders[0] / file).read_bytes() == (folders[1] / file).read_bytes(), file
        if file.suffix == ".pcapng":
            assert (folders[0] / file).read_bytes() == (folders[2] / file).read_bytes(), file


def test_another_seed_gives_another_run() -> None:
    assert triangle(seed=1).run().summary() != triangle(seed=2).run().summary()


def test_the_report_can_be_read(tmp_path: Path) -> None:
    net = triangle()
    net.capture("client-paris")
    folder = net.run().report(tmp_path / "out")
    summary = json.loads((folder / "summary.json").read_text())
    assert summary["schema"] == 1
    with (folder / "captures" / "client-paris.pcapng").open("rb") as stream:
        frames = list(PcapngReader(stream))
    assert len(frames) == summary["captures"]["client-paris"]
    assert {frame.comment.split(";")[0] for frame in frames} == {"client -> paris", "paris -> client"}
    assert (folder / "trace.tsv").read_text().splitlines()[-1].split("\t")[1] == "lab.program_finished"


def test_a_deadlock_says_who_waits_for_what() -> None:
    async def wait_for_ever() -> None:
        await asyncio.get_running_loop().create_future()

    net = Internet()
    net.host("host").run(wait_for_ever)
    with pytest.raises(Deadlock, match=r"host: task wait_for_ever .*wait_for_ever for a Future") as caught:
        net.run()
    assert "service=True" in caught.value.__notes__[0]
    assert net.result().outcome == "deadlock"
    assert net.result().summary()["waits"] == caught.value.waits


def test_with_a_time_to_stop_who_waits_is_no_deadlock() -> None:
    net = Internet()
    net.host("host").run(sink)
    run = net.run(until="1h")
    assert (run.outcome, run.ok) == ("until", True)
    assert net._world.kernel.now_ns == 3600 * 10**9


def test_a_failed_program_is_told_at_the_end_and_does_not_end_the_run() -> None:
    async def fail() -> None:
        raise LookupError("no such thing")

    def internet() -> Internet:
        net = Internet()
        middle = net.router("middle")
        net.host("bad", at=middle).run(fail)
        net.host("good", at=middle).run(asyncio.sleep, 3.0)
        return net

    net = internet()
    with pytest.raises(ProgramFailed, match=r"fail on bad at 0\.000000 s: LookupError: no such thing") as caught:
        net.run()
    assert isinstance(caught.value.__cause__, LookupError)
    assert "seed 0" in str(caught.value)
    assert net._world.kernel.now_ns == 3 * 10**9
    run = internet().run(check=False)
    assert not run.ok
    assert run.summary()["timeline"][0]["text"] == "fail on bad failed: LookupError: no such thing"


def test_a_run_goes_on_where_it_stopped() -> None:
    async def tick() -> None:
        for _ in range(10):
            await asyncio.sleep(1)
            catenet.count("ticks")

    net = Internet()
    host = net.host("host")
    host.run(tick)
    net.run(until="3.5s")
    assert host.metrics.counts() == {"ticks": 3}
    assert net.run().outcome == "finished"
    assert host.metrics.counts() == {"ticks": 10}


def test_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    triangle().run(until="3s", progress=lambda now_ns, until_ns: told.append((now_ns, until_ns)))
    assert told[-1] == (3_000_000_000, 3_000_000_000)


def test_a_program_starts_when_told() -> None:
    starts: list[float] = []

    async def main() -> None:
        starts.append(asyncio.get_running_loop().time())

    net = Internet()
    host = net.host("host")
    host.run(main, start="2.5s")
    host.run(main)
    net.run()
    assert starts == [0.0, 2.5]


def test_an_interrupted_run_can_be_told_of_and_continued() -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    net = triangle()
    net.at("1s").call(interrupt)
    with pytest.raises(KeyboardInterrupt):
        net.run()
    assert net.result().outcome == "interrupted"
    assert net.result().summary()["virtual_ns"] == 1_000_000_000
    assert net.run().outcome == "finished"


def test_an_address_conflict_is_in_the_timeline() -> None:
    net = Internet()
    lan = net.switch("lan")
    one, two = net.hosts("one", "two", at=lan)
    net.run(until="20s")
    # as if somebody had set up a machine by hand
    two.ip.add_address(two.ip.interfaces[1], 4, int(one.addresses[0]), 24)
    summary = net.run(until="40s").summary()
    texts = [entry["text"] for entry in summary["timeline"] if entry["what"] == "address-conflict"]
    assert texts == ["two gives up 10.0.1.1: another host has it too"]
    assert net.ping(two, one, count=1).loss == 0


@pytest.mark.parametrize("version", [4, 6])
def test_tcp_finds_a_small_mtu_in_mid_path(version: int) -> None:
    net = Internet()
    a, b, c = net.routers("a", "b", "c")
    net.link(a, b, delay="1ms", mtu=9000)
    net.link(b, c, delay="1ms", mtu=1280)
    server = net.host("server", at=c, mtu=9000)
    client = net.host("client", at=a, mtu=9000)
    net.build()
    server.run(sink, service=True)
    client.run(send, next(str(each) for each in server.addresses if each.version == version), 300_000)
    connection = net.run().summary()["connections"][0]
    assert connection["client_end"]["mss_bytes"] == 1280 - (52 if version == 4 else 72)
    assert connection["client_end"]["retransmits"] > 0
    assert connection["to_server_bytes"] == 300_000


def test_captures_carry_the_hosts_clock(tmp_path: Path) -> None:
    async def ask() -> None:
        clock.append(time.time_ns())
        await asyncio.open_connection("server", 7)

    clock: list[int] = []
    net = Internet(start="2031-05-17T12:00:00Z")
    net.link(net.host("client"), net.host("server"))
    net._world.registry.host("client", "run").host.run(ask, start="1500ms")
    net.capture()
    with net:
        folder = net.run("3s", check=False).report(tmp_path / "out")
    with (folder / "captures" / "client-server.pcapng").open("rb") as stream:
        times_ns = [frame.time_ns for frame in PcapngReader(stream)]
    assert clock[0] in times_ns, "a host that asks at once is seen at the time that its own clock shows"
