"""Segments in an internet: stations that share a medium, with the whole stack above."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Any

import pytest

from catenet import Internet
from catenet.errors import LabError, ScenarioError
from catenet.record.pcapng import PcapngReader
from catenet.scenario import load

PORT = 80


async def serve() -> None:
    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        count = 0
        while data := await reader.read(65_536):
            count += len(data)
        writer.write(str(count).encode())
        writer.close()

    await (await asyncio.start_server(take, port=PORT)).serve_forever()


async def upload(octets: int, found: list[bytes]) -> None:
    reader, writer = await asyncio.open_connection("server", PORT)
    writer.write(bytes(octets))
    writer.write_eof()
    found.append(await reader.read())


def bus(**options: Any) -> Internet:
    """A server and two clients on a cable of 500 m."""
    net = Internet(seed=1)
    net.segment("coax", taps={"one": "0m", "two": "250m", "server": "500m"})
    net.host("server", at="coax", **options)
    net.host("one", at="coax", **options)
    net.host("two", at="coax", **options)
    return net


def upload_twice(net: Internet, octets: int) -> list[bytes]:
    found: list[bytes] = []
    net._world.registry.host("server", "").host.run(serve, service=True)
    for name in ("one", "two"):
        net._world.registry.host(name, "").host.run(upload, octets, found)
    return found


def test_a_ping_takes_the_propagation_along_the_cable() -> None:
    net = bus()
    far, near = (net.ping("one", name, count=3).rtts_ns[-1] for name in ("server", "two"))
    assert far - near == 2 * round(250 / (0.77 * 299_792_458) * 1e9)


def test_tcp_shares_the_medium_and_counts_collisions() -> None:
    net = bus()
    found = upload_twice(net, 100_000)
    summary = net.run().summary()
    assert found == [b"100000", b"100000"]
    out = [link["directions"][0] for link in summary["links"]]
    assert all(direction["half_duplex"]["collisions"] > 0 for direction in out)
    assert sum(direction["half_duplex"].get("deferred_transmissions", 0) for direction in out) > 0
    assert summary["links"][0]["directions"][1]["half_duplex"]["fragments"] > 0


@pytest.mark.parametrize("queue", ["20 frames", "fq_codel", "pie", "red", "prio"])
def test_every_discipline_works_at_a_station(queue: str) -> None:
    net = bus(queue=queue)
    found = upload_twice(net, 60_000)
    net.run()
    assert found == [b"60000", b"60000"]


def test_the_same_seed_gives_the_same_run() -> None:
    summaries = []
    for _ in range(2):
        net = bus()
        upload_twice(net, 60_000)
        summaries.append(net.run().summary())
    assert summaries[0] == summaries[1]


def test_a_capture_tells_of_each_attempt(tmp_path: Path) -> None:
    net = bus()
    net.capture("one-coax")
    upload_twice(net, 60_000)
    run = net.run()
    folder = run.report(tmp_path / "run")
    with (folder / "captures" / "one-coax.pcapng").open("rb") as stream:
        frames = list(PcapngReader(stream))
    collided = sum(1 for frame in frames if (frame.comment or "").endswith("lost: collision"))
    (out,) = [link["directions"][0] for link in run.summary()["links"] if link["name"] == "one-coax"]
    assert collided == out["half_duplex"]["collisions"]
    times = [frame.time_ns for frame in frames]
    assert times == sorted(times)


def test_a_hub_a_router_and_a_switch_make_an_internet() -> None:
    net = Internet(seed=1)
    net.segment("hub", kind="hub", rate="100Mbit/s")
    net.router("gw")
    net.link("gw", "hub", length="100m")
    net.switch("sw")
    net.link("sw", "hub")
    net.host("a", at="hub", length="10m")
    net.host("b", at="sw")
    net.router("core")
    net.link("gw", "core")
    net.host("c", at="core")
    assert net.ping("a", "b", count=2).received == 2
    assert net.ping("c", "b", count=2).received == 2


def test_rapid_spanning_tree_breaks_a_loop_through_a_hub() -> None:
    net = Internet(seed=1)
    net.segment("hub", kind="hub")
    for name in ("sw1", "sw2"):
        net.switch(name, stp="rstp")
        net.link(name, "hub")
    net.link("sw1", "sw2")
    net.host("a", at="sw1")
    net.host("b", at="sw2")
    net.host("c", at="hub")
    net.run(until="60s")
    assert net.ping("a", "b", count=3).received == 3
    assert net.ping("a", "c", count=3).received == 3


def test_an_unplugged_station_leaves_the_others_alone() -> None:
    net = bus()
    net.at("1s").cut("one", "coax")
    net.at("3s").heal("one", "coax")
    net.run(until="2s")
    assert net.ping("two", "server", count=2, interval="0.1s").received == 2
    assert net.ping("one", "server", count=1, timeout="0.2s").received == 0
    net.run(until="4s")
    assert net.ping("one", "server", count=1).received == 1


def test_loss_and_bit_errors_of_a_station() -> None:
    net = bus()
    net.at("1s").set("one-coax", loss="100%")
    net.at("3s").set("one-coax", loss=0, bit_errors=0.01)
    net.ping("one", "server", count=1)
    net.run(until="2s")
    assert net.ping("one", "server", count=1, timeout="0.2s").received == 0
    net.run(until="4s")
    assert net.ping("one", "server", count=1, timeout="0.2s").received == 0
    summary = net.run(until="5s").summary()
    assert summary["physical"]["lost"]["random loss"] > 0
    assert summary["link"]["dropped"]["bad frame check sequence"] > 0


def test_a_cable_that_is_too_long_warns_and_has_late_collisions(caplog: pytest.LogCaptureFixture) -> None:
    net = Internet(seed=1)
    net.segment("coax", length="10km", taps={"one": 0, "two": "10km", "server": "5km"})
    for name in ("one", "two", "server"):
        net.host(name, at="coax")
    upload_twice(net, 60_000)
    with caplog.at_level(logging.WARNING, "catenet.lab"):
        net.build()
    assert [record.getMessage() for record in caplog.records] == [
        "segment coax: a signal takes 86.6 µs to the farthest station and back; the slot time allows 48.0 µs, so there "
        "will be late collisions"
    ]
    summary = net.run(until="20s").summary()
    assert sum(link["directions"][0]["half_duplex"].get("late_collisions", 0) for link in summary["links"]) > 0
    assert summary["link"]["dropped"]["bad frame check sequence"] > 0


def test_a_scenario_has_segments(tmp_path: Path) -> None:
    file = tmp_path / "scenario.toml"
    file.write_text(
        '[segments.coax]\nlength = "300m"\ntaps = { a = "0m", b = "300m" }\n[hosts.a]\nat = "coax"\n'
        '[hosts.b]\nat = "coax"\n[hosts.c]\nat = "hub"\nlength = "90m"\n'
        '[segments.hub]\nkind = "hub"\nrate = "100Mbit/s"\nsubnets = ["192.0.2.0/24"]\n'
        '[routers.gw]\n[[links]]\nbetween = ["gw", "hub"]\n[[links]]\nbetween = ["gw", "coax"]\n'
    )
    net = load(file).build()
    assert net.ping("a", "b", count=1).received == 1
    assert net.ping("a", "c", count=1).received == 1


def test_stations_take_the_marks_of_the_cable_that_are_free() -> None:
    net = Internet()
    net.segment("coax", length="5m", taps={"b": "0m"})
    for name in "abc":
        net.host(name, at="coax")
    assert [int(station.place_ns) for station in net._world.registry.link("a-coax").segment.medium.stations] == [
        round(place / (0.77 * 299_792_458) * 1e9) for place in (2.5, 0, 5)
    ]
    with pytest.raises(LabError, match="a cable of 5 m has marks for 3 stations, every 2.5 m, and all are taken"):
        net.host("d", at="coax")


MISTAKES = [
    ({"rate": "1Gbit/s"}, "segment s: rate: CSMA/CD runs at 10 or 100 Mbit/s, not at 1 Gbit/s"),
    ({"rate": "fast"}, "segment s: rate: 'fast'"),
    ({"kind": "radio"}, "segment s: kind"),
    ({"length": "0m"}, "segment s: length: '0m' is out of range"),
    ({"length": "400km"}, "between 1 m and 100 km"),
    ({"kind": "hub", "length": "100m"}, "length is for a coaxial cable"),
    ({"kind": "hub", "taps": {"a": "1m"}}, "taps is for a coaxial cable"),
    ({"taps": {"a": "600m"}}, "taps: a is at 600 m, and the cable is 500 m long"),
    ({"taps": ["a"]}, "taps is a table of stations and places"),
    ({"taps": {"a": "far"}}, "segment s: taps: a: 'far'"),
]


@pytest.mark.parametrize(("options", "message"), MISTAKES)
def test_mistakes_in_a_segment(options: dict[str, Any], message: str) -> None:
    with pytest.raises(LabError) as error:
        Internet().segment("s", **options)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rate": "10Mbit/s"}, "rate: a link to the segment s takes none: its rate is the segment's"),
        ({"delay": "1ms"}, "delay: a link to the segment s takes none: the places of the stations give the delays"),
        ({"phy": "10base-t"}, "phy: a link to the segment s takes none"),
        ({"back": {"rate": "1Mbit/s"}}, "rate: a link to the segment s takes none"),
        ({"length": "10m"}, "length: a station is at a place of the coaxial cable s; give the segment taps"),
    ],
)
def test_options_that_a_segment_determines(options: dict[str, Any], message: str) -> None:
    net = Internet()
    net.segment("s")
    with pytest.raises(LabError) as error:
        net.host("a", at="s", **options)
    assert message in str(error.value)


def test_a_change_of_what_a_segment_determines_is_refused() -> None:
    net = bus()
    with pytest.raises(LabError, match="rate: a link to the segment coax takes none"):
        net.at("1s").set("one-coax", rate="5Mbit/s")


def test_segments_are_not_linked_to_each_other() -> None:
    net = Internet()
    net.segment("s")
    net.segment("t")
    with pytest.raises(LabError, match="both ends are segments; join them by a switch"):
        net.link("s", "t")


def test_a_tap_of_nobody_is_refused() -> None:
    net = Internet()
    net.segment("s", taps={"alice": "1m"})
    net.host("alicia", at="s")
    with pytest.raises(LabError, match="no station or link of s is called 'alice'; did you mean 'alicia'"):
        net.build()


def test_a_mistake_in_a_scenario_names_the_line(tmp_path: Path) -> None:
    file = tmp_path / "scenario.toml"
    file.write_text('[segments.coax]\nrate = "1Gbit/s"\n')
    with pytest.raises(ScenarioError, match=r"scenario.toml:\d+: segments.coax.*10 or 100 Mbit/s"):
        load(file).build()
