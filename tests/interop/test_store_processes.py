"""The store on real sockets and a real disk: three processes on loopback, nothing of a simulation in them."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from catenet.application.kv import protocol
from catenet.application.kv.client import Client
from catenet.application.kv.errors import Unavailable

PROGRAM = """
import asyncio, sys
from catenet.application.kv.node import KvNode, Settings
from catenet.application.kv.protocol import Node

async def main(number, name, engine, ports):
    nodes = {n: Node("127.0.0.1", ports[2 * n - 2], ports[2 * n - 1]) for n in (1, 2, 3)}
    node = KvNode(number, nodes, tuple(node.address for node in nodes.values()), Settings(name, engine))
    await node.start()
    for group in (0, 1):
        await node.serve(group, (1, 2, 3))
    print("serving", flush=True)
    await asyncio.Event().wait()

assert not [module for module in sys.modules if module.startswith(("catenet.lab", "catenet.kernel", "catenet.tap"))]
asyncio.run(main(int(sys.argv[1]), sys.argv[2], sys.argv[3], [int(port) for port in sys.argv[4:]]))
"""


class Processes:
    def __init__(self, folder: Path, name: str, engine: str) -> None:
        self.folder, self.name, self.engine = folder, name, engine
        with contextlib.ExitStack() as stack:
            plugs = [stack.enter_context(socket.socket()) for _ in range(6)]
            for plug in plugs:
                plug.bind(("127.0.0.1", 0))
            self.ports = [plug.getsockname()[1] for plug in plugs]
        self.running: dict[int, subprocess.Popen[str]] = {}

    def start(self, number: int) -> None:
        home = self.folder / f"n{number}"
        home.mkdir(exist_ok=True)
        ports = [str(port) for port in self.ports]
        command = [sys.executable, "-c", PROGRAM, str(number), self.name, self.engine, *ports]
        with (home / "stderr").open("a") as errors:
            self.running[number] = subprocess.Popen(command, cwd=home, stdout=subprocess.PIPE, stderr=errors, text=True)

    def kill(self, number: int) -> None:
        process = self.running.pop(number)
        process.send_signal(signal.SIGKILL)
        process.communicate()

    def told(self, number: int) -> str:
        """What a node has written on stderr."""
        return (self.folder / f"n{number}" / "stderr").read_text()

    def addresses(self) -> tuple[str, ...]:
        return tuple(f"127.0.0.1:{port}" for port in self.ports[1::2])


@pytest.fixture(params=[("raft", "wal"), ("multi-paxos", "sqlite")], ids="-".join)
def processes(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Processes]:
    made = Processes(tmp_path, *request.param)
    for number in (1, 2, 3):
        made.start(number)
    yield made
    for number in list(made.running):
        made.kill(number)


def test_three_processes_keep_what_they_answered_though_each_is_killed(processes: Processes) -> None:
    async def use() -> None:
        client = Client(processes.addresses(), patience_s=30)
        await client.join(1, processes.addresses())
        for number in range(30):
            await client.put(b"key %d" % number, b"%d" % number)
        for victim in (1, 2, 3):
            processes.kill(victim)
            assert await client.compare_and_set(b"key 0", b"%d" % (victim - 1), b"%d" % victim) is True
            processes.start(victim)
            assert await client.get(b"key 0", protocol.LINEARIZABLE) == b"%d" % victim
        for victim in (1, 2, 3):
            processes.kill(victim)
        for victim in (1, 2, 3):
            processes.start(victim)
        expected = {b"key %d" % number: b"%d" % number for number in range(1, 30)} | {b"key 0": b"3"}
        assert dict(await client.scan()) == expected
        client.close()

    asyncio.run(use())
    assert list((processes.folder / "n1" / "kv").iterdir())


def damage(log: Path) -> None:
    """One bit of a log's first batches flips."""
    data = bytearray(log.read_bytes())
    data[200] ^= 1
    log.write_bytes(data)


async def wait_for(what: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not what():
            await asyncio.sleep(0.1)


def test_a_majority_without_its_logs_stops_until_a_person_decides(tmp_path: Path) -> None:
    """First one log is damaged, which the others repair; then two, which nobody can but a person."""
    processes = Processes(tmp_path, "raft", "wal")
    for number in (1, 2, 3):
        processes.start(number)
    folders = {number: tmp_path / f"n{number}" / "kv" for number in (1, 2, 3)}

    async def use() -> None:
        client = Client(processes.addresses(), patience_s=30)
        await client.join(1, processes.addresses())
        for number in range(10):
            await client.put(b"key %d" % number, b"%d" % number)
        expected = {b"key %d" % number: b"%d" % number for number in range(10)}
        processes.kill(1)
        damage(folders[1] / "group-1" / "0000000000000001.wal")
        processes.start(1)
        await wait_for(lambda: "takes part again" in processes.told(1))
        assert "group 1 on node 1 has lost its log: kv/group-1/0000000000000001.wal at octet" in processes.told(1)
        assert (folders[1] / "group-1.damaged-1").is_dir()
        for number in (1, 2, 3):
            processes.kill(number)
        for number in (1, 2):
            damage(folders[number] / "group-1" / "0000000000000001.wal")
        for number in (1, 2, 3):
            processes.start(number)
        await wait_for(lambda: "group 1 on node 1 cannot be repaired by its peers: 2 of 3" in processes.told(1))
        impatient = Client(processes.addresses(), patience_s=1)
        with pytest.raises(Unavailable):
            await impatient.get(b"key 0")
        impatient.close()
        processes.kill(1)
        command = ["-m", "catenet", "store", "accept", str(folders[1]), "--group", "1", "--yes"]
        done = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=True)
        assert done.stdout == "group-1 takes part again, with an empty log\n"
        processes.start(1)
        assert dict(await client.scan()) == expected
        await wait_for(lambda: "takes part again" in processes.told(2))
        client.close()

    try:
        asyncio.run(use())
    finally:
        for number in list(processes.running):
            processes.kill(number)
