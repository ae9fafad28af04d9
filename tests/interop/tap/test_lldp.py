"""lldpd across a link: each says of the other what the other says of itself."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from catenet.kernel import Kernel
from catenet.link import Bridge
from catenet.link.lldp.agent import LldpAgent
from catenet.link.lldp.lldp_filter import LldpFilter
from catenet.link.lldp.lldpdu import BRIDGE
from catenet.link.lldp.local_system import LocalPort, LocalSystem
from catenet.link.lldp.settings import LldpSettings
from catenet.link.mac import local_mac
from catenet.physical.wire import Wire
from catenet.tap import TAP, Driver, LinuxSetup, missing, station

PRIVATE = "mount -t tmpfs none /run && mkdir /run/lldpd && exec lldpd -d -I tap1 -O /dev/null"
"""lldpd wants a folder and a socket of its own in /run; the mount namespace of ``ip netns exec`` gives it both."""


def told(process: int) -> dict[str, Any]:
    """What lldpcli shows of the neighbours."""
    command = ["nsenter", "-t", str(process), "-m", "-n", "lldpcli", "-f", "json0", "show", "neighbors", "details"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    found: dict[str, Any] = json.loads(done.stdout) if done.returncode == 0 else {}
    return found


@pytest.mark.slow
def test_lldpd(tmp_path: Path) -> None:
    lacks = missing(namespaces=True)
    if lacks:
        pytest.skip(lacks)
    if shutil.which("lldpd") is None:
        pytest.skip("lldpd is not installed")
    with LinuxSetup(tmp_path) as setup:
        namespace = setup.namespace(f"catenet-lldp-{os.getpid()}")
        device = setup.device("tap1", TAP, namespace, addresses=["192.0.2.7/24"], offload=False)
        kernel = Kernel(1)
        driver = Driver(kernel)
        end = station(kernel, "tap1", local_mac(99), device)
        bridge = Bridge(kernel, "sw")
        port = bridge.add_port("sw.0", local_mac(1))
        agent = LldpAgent(
            LocalPort(LocalSystem("sw", "Catenet switch", BRIDGE), port, "sw.0", "to Linux"), LldpSettings()
        )
        LldpFilter(port, agent)
        wire = Wire(kernel, "sw", "tap1", port, end.port, 10**9, 1000)
        port.attach(wire.forward)
        end.port.attach(wire.backward)
        driver.add(end)
        with (tmp_path / "log").open("wb") as log:
            command = ["ip", "netns", "exec", namespace, "sh", "-c", PRIVATE]
            daemon = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            for _ in range(20):
                driver.run(1.0)
                if agent.neighbours.known and "sw.0" in json.dumps(told(daemon.pid)):
                    break
            _compare(agent, told(daemon.pid), (tmp_path / "log").read_text())
        finally:
            daemon.terminate()
            daemon.wait(20)
            driver.close()


def _compare(agent: LldpAgent, shown: dict[str, Any], log: str) -> None:
    (neighbour,) = agent.neighbours.known.values()
    unit = neighbour.unit
    assert (agent.frames_in_error, agent.tlvs_discarded) == (0, 0)
    assert unit.port_description == "tap1"
    assert bytes((192, 0, 2, 7)) in [address.address for address in unit.addresses]
    assert unit.ttl_s == 120
    text = json.dumps(shown)
    for word in ("02:00:00:00:00:01", "sw.0", "to Linux", "Catenet switch", "Bridge"):
        assert word in text, (text, log)
    (interface,) = shown["lldp"][0]["interface"]
    assert interface["via"] == "LLDP"
    assert interface["port"][0]["mfs"][0]["value"] == "1518"
    assert interface["port"][0]["ttl"][0]["value"] == "121"
