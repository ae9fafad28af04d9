"""A random universe from one seed: what is linked how, what breaks when, who talks to whom.

``python -m tests.sim.chaos.random_internet CERTIFICATE FIDELITY FIRST COUNT`` runs some and prints a digest of each.
"""

from __future__ import annotations

import hashlib
import random
import socket
import sys
import tempfile
import traceback
from collections import Counter
from pathlib import Path
from typing import Any

import catenet
from catenet.kernel import NEVER
from catenet.transport.tcp.settings import TcpSettings
from tests.sim.chaos import programs

HEALED_S = 15.0
"""All that broke is whole again."""
BOUND_S = 200.0
"""By then every program has ended."""
IDLE_S = 120.0

GOOD = {
    "rate": "20Mbit/s",
    "delay": "5ms",
    "jitter": "0ms",
    "loss": 0,
    "reorder": 0,
    "duplicate": 0,
    "bit_errors": 0,
    "queue": "200 frames",
    "mtu": 1500,
}


class Universe:
    """One internet, and what came of it."""

    def __init__(self, seed: int, certificate: str, fidelity: str = "objects") -> None:
        self.dice = random.Random(seed)
        self.net = catenet.Internet(seed=seed, fidelity=fidelity)
        self.ended: Counter[tuple[str, str]] = Counter()
        self.complaints: list[str] = []
        self.certificate = certificate
        self._lay_out()
        self.net.build()
        self._populate()
        self._break_things()
        if seed % 2:
            self.net.capture()

    def note(self, kind: str, how: str) -> None:
        """A stream has ended."""
        self.ended[kind, how] += 1

    def _complain(self, loop: Any, context: dict[str, Any]) -> None:
        error = context.get("exception")
        self.complaints.append(f"{context}\n{''.join(traceback.format_exception(error)) if error else ''}")

    # -- what there is

    def _lay_out(self) -> None:
        dice, net = self.dice, self.net
        routers = [net.router(f"r{n}") for n in range(dice.randint(1, 5))]
        for n in range(1, len(routers)):
            net.link(routers[n], routers[dice.randrange(n)], **self._options())
        for _ in range(dice.randint(0, 3) if len(routers) > 1 else 0):
            net.link(*dice.sample(routers, 2), **self._options())
        places: list[Any] = list(routers)
        for n in range(dice.randint(0, 2)):
            switch = net.switch(f"s{n}")
            net.link(switch, dice.choice(routers), **{**self._options(), "mtu": 1500})
            places.append(switch)
        self.hosts = [
            net.host(f"h{n}", at=dice.choice(places), **{**self._options(), "mtu": 1500})
            for n in range(dice.randint(2, 6))
        ]

    def _populate(self) -> None:
        dice = self.dice
        self.servers = []
        for host in self.hosts:
            host.loop.set_exception_handler(self._complain)
            self._tune(host.tcp.settings)
            server = programs.Server(self.note)
            self.servers.append(server)
            host.run(server.run, BOUND_S, self.certificate, dice.choice([1_000, 65_536]), service=True)
        for n in range(dice.randint(4, 9)):
            server, host = dice.choice(self.hosts), dice.choice(self.hosts)
            family = dice.choice([socket.AF_INET, socket.AF_INET6])
            size = dice.choice([0, 1, 1_460, 20_000, 150_000, 600_000])
            client = programs.Client(self.note, dice.getrandbits(30), server.name, family, size)
            kind = dice.choice(programs.KINDS)
            host.run(client.run, kind, name=f"{kind}{n}", start=f"{dice.randint(10, 9_000)}ms")

    def _tune(self, settings: TcpSettings) -> None:
        """No two hosts' TCPs are alike."""
        dice = self.dice
        settings.sack = dice.random() < 0.8
        settings.timestamps = dice.random() < 0.8
        settings.window_scaling = dice.random() < 0.8
        settings.congestion = dice.choice(["cubic", "newreno"])
        settings.receive_buffer_octets = dice.choice([4_000, 65_536, 65_536])
        settings.receive_buffer_max_octets = dice.choice([20_000, 6 << 20])
        settings.send_buffer_octets = dice.choice([3_000, 87_040])

    # -- what goes wrong

    def _options(self) -> dict[str, Any]:
        return {key: self._value(key) for key in self.dice.sample(list(GOOD), self.dice.randint(0, len(GOOD)))}

    def _value(self, key: str) -> Any:
        dice = self.dice
        if key == "rate":
            return dice.choice(["300kbit/s", "2Mbit/s", "20Mbit/s", "1Gbit/s"])
        if key == "delay":
            return dice.choice(["0ms", "0.1ms", "3ms", "20ms", "120ms"])
        if key == "jitter":
            return dice.choice(["0ms", "2ms", "20ms", {"normal": "1ms"}, {"pareto": "0.5ms"}])
        if key == "loss":
            return dice.choice([0, "1%", "10%", "30%", {"burst": "1%", "length": 8}, {"recorded": [0, 0, 1, 0]}])
        if key == "reorder":
            return dice.choice([0, "5%", {"share": "20%", "late": "30ms"}])
        if key == "duplicate":
            return dice.choice([0, "2%", "20%"])
        if key == "bit_errors":
            return dice.choice([0, 1e-7, 1e-5])
        if key == "queue":
            return dice.choice(["2 frames", "20 frames", "16KiB", "200 frames"])
        return dice.choice([1280, 1400, 1500, 9000])

    def _break_things(self) -> None:
        dice, net = self.dice, self.net
        links = list(net.links.values())
        for _ in range(dice.randint(0, 12)):
            link, at_ms = dice.choice(links), dice.randint(1, 12_000)
            what = dice.random()
            if what < 0.35:
                net.at(f"{at_ms}ms").cut(link)
                net.at(f"{at_ms + dice.randint(0, 6_000)}ms").heal(link)
            elif changes := self._options():
                if what < 0.5 and "mtu" not in changes:
                    changes = {"back": changes}
                net.at(f"{at_ms}ms").set(link, **changes)
        for link in links:
            net.at(f"{HEALED_S}s").heal(link).set(link, **GOOD)
        for second in range(1, 20):
            net.at(f"{second}s").call(self._count_frames, False)

    # -- what must hold

    def run(self) -> str:
        """Run it all, check it, and return a digest of everything that happened."""
        net = self.net
        net.run(until=f"{BOUND_S - 1}s")
        unfinished = [
            known.process.name for known in net._world.processes.known if known.process.running and not known.service
        ]
        assert not unfinished, unfinished
        assert not self.complaints, "\n".join(self.complaints)
        run = net.run(until=f"{BOUND_S + IDLE_S}s")
        self._count_frames(True)
        for host in (*self.hosts, *(router.host for router in net._world.registry.routers())):
            assert host.tcp.table.count == 0, (host, [c.state_name for c in host.tcp.table.all()])
            assert len(host.tcp.table.waiting) == 0, host
        assert net._world.kernel.next_time_ns() == NEVER, [
            type(event).__name__ for event in net._world.kernel.scheduled()
        ]
        digest = self._digest(run)
        net.close()
        assert not self.complaints, "\n".join(self.complaints)
        return digest

    def _count_frames(self, quiet: bool) -> None:
        for link in self.net.links.values():
            for channel, sender, receiver in (
                (link.wire.forward, link.a.port, link.b.port),
                (link.wire.backward, link.b.port, link.a.port),
            ):
                counted = channel.counters()
                lost = counted["lost_random"] + counted["lost_cut"]
                waiting = channel.waiting_frames + channel.on_the_way()
                assert counted["frames"] == counted["delivered_frames"] + lost + waiting, (channel.name, counted)
                assert channel.on_the_way() >= 0, channel.name
                assert channel.waiting_frames >= 0, channel.name
                assert channel.waiting_octets >= 0, channel.name
                assert sender.out_frames == counted["frames"] + counted["lost_down"], channel.name
                arrived = counted["delivered_frames"] + counted["duplicated"]
                assert receiver.in_frames + receiver.fcs_errors == arrived, channel.name
                assert not quiet or waiting == 0, channel.name

    def _digest(self, run: Any) -> str:
        with tempfile.TemporaryDirectory() as folder:
            run.report(folder)
            digest = hashlib.sha256(repr(sorted(self.ended.items())).encode())
            for path in sorted(Path(folder).rglob("*.*")):
                if path.name == "manifest.json":  # the digests of the others, one of which tells the fidelity
                    continue
                octets = path.read_bytes().replace(b'"fidelity": "bytes"', b'"fidelity": "objects"')
                digest.update(path.name.encode() + octets)
        return digest.hexdigest()


def main() -> None:
    """Run some seeds; one line each."""
    certificate, fidelity, first, count = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    for seed in range(first, first + count):
        universe = Universe(seed, certificate, fidelity)
        try:
            outcome = universe.run()
        except Exception as error:
            outcome = f"FAILED {type(error).__name__} {error}"
        sys.stdout.write(f"{seed} {outcome}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
