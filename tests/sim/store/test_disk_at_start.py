"""A node whose disk fails as it starts: one line says so, and its replica stops, as that of a disk that fails later."""

from __future__ import annotations

import asyncio

import pytest

import catenet
from catenet.application.kv import protocol
from catenet.application.kv.client import Client
from catenet.application.kv.group import Group, Observer
from catenet.application.kv.node import KvNode, Settings
from catenet.application.storage.engine import PoisonedStore

NODES = {n: protocol.Node(f"n{n}", 7000, 7001) for n in (1, 2, 3)}
DIRECTORY = tuple(node.address for node in NODES.values())
ENGINES = ["wal", pytest.param("sqlite", marks=pytest.mark.slow)]


class Failures(Observer):
    def __init__(self) -> None:
        self.failures: list[tuple[int, int, str]] = []

    def failed(self, group: Group, error: BaseException) -> None:
        self.failures.append((group.node.number, group.number, type(error).__name__))


def internet(engine: str, watcher: Observer, *, by_majority: bool = True) -> catenet.Internet:
    net = catenet.Internet(seed=1)
    net.switch("lan")

    async def serve(number: int) -> None:
        settings = Settings("raft", engine, found_by_majority=by_majority)
        node = KvNode(number, NODES, DIRECTORY, settings, observer=watcher)
        await node.start()
        await node.serve(0, tuple(NODES))
        await asyncio.Event().wait()

    for number, node in NODES.items():
        host = net.host(node.host)
        net.link(host, "lan", delay="2ms")
        host.run(serve, number, service=True)
    return net


async def ask() -> None:
    client = Client(DIRECTORY, timeout_s=0.5, patience_s=20)
    await client.join(1, DIRECTORY)
    client.close()


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("fault", ["sync_errors", "write_errors"])
def test_a_disk_that_fails_at_the_start_stops_the_replica(
    engine: str, fault: str, capsys: pytest.CaptureFixture[str]
) -> None:
    watcher = Failures()
    with internet(engine, watcher) as net:
        net.at(0).disk("n3", **{fault: 1.0})
        client = net.host("client")
        net.link(client, "lan", delay="2ms")
        client.run(ask)
        assert net.run(until="30s").ok
    assert watcher.failures == [(3, 0, PoisonedStore.__name__)]
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("catenet store: group 0 on node 3 has stopped: the disk failed as kv/group-0 was opened: ")
    assert line.endswith("; start the node again when the disk works")


def test_a_node_that_is_started_again_on_a_healthy_disk_takes_part(capsys: pytest.CaptureFixture[str]) -> None:
    watcher = Failures()
    with internet("wal", watcher) as net:
        net.at(0).disk("n2", sync_errors=1.0).disk("n3", sync_errors=1.0)
        net.at("1s").heal_disk("n2", "n3").crash("n2", "n3")
        net.at("2s").restart("n2", "n3")
        client = net.host("client")
        net.link(client, "lan", delay="2ms")
        client.run(ask)
        assert net.run(until="30s").ok
    assert sorted(watcher.failures) == [(2, 0, PoisonedStore.__name__), (3, 0, PoisonedStore.__name__)]
    assert "Traceback" not in capsys.readouterr().err


def test_a_disk_that_fails_while_a_founder_waits_for_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    watcher = Failures()
    with internet("wal", watcher, by_majority=False) as net:
        net.at(0).partition(["n1"], ["n2", "n3"])
        net.at("2s").disk("n3", sync_errors=1.0)
        net.at("4s").heal_partition()
        assert net.run(until="8s").ok
    assert watcher.failures == [(3, 0, PoisonedStore.__name__)]
    told = [line for line in capsys.readouterr().err.splitlines() if "waits to found it" not in line]
    assert [line.partition(":")[2].partition(":")[0] for line in told] == [" group 0 on node 3 has stopped"]
