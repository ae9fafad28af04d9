"""Open vSwitch with a datapath of its own, in a namespace: a switch that was not written here."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

SCHEMA = "/usr/share/openvswitch/vswitch.ovsschema"
PROGRAMS = ("ovsdb-tool", "ovsdb-server", "ovs-vswitchd", "ovs-vsctl")


class OpenVSwitch:
    """Its daemons in a namespace, with all their files in a folder, and a bridge ``br0`` with these settings."""

    def __init__(self, namespace: str, folder: Path, *settings: str) -> None:
        self.namespace = namespace
        self.folder = folder
        self.database = f"unix:{folder}/db"
        self.run("ovsdb-tool", "create", f"{folder}/conf", SCHEMA)
        self._daemon("ovsdb-server", f"{folder}/conf", f"--remote=p{self.database}")
        self.control("--no-wait", "init")
        self._daemon("ovs-vswitchd", self.database, "--disable-system")
        self.control("add-br", "br0", "--", "set", "bridge", "br0", "datapath_type=netdev", *settings)

    def run(self, *command: str) -> str:
        places = {name: str(self.folder) for name in ("OVS_RUNDIR", "OVS_LOGDIR", "OVS_DBDIR", "OVS_SYSCONFDIR")}
        inside = ["ip", "netns", "exec", self.namespace, *command]
        return subprocess.run(
            inside, check=True, text=True, stdout=subprocess.PIPE, timeout=20, env={**os.environ, **places}
        ).stdout

    def _daemon(self, name: str, *words: str) -> None:
        own = [f"--pidfile={self.folder}/{name}.pid", f"--unixctl={self.folder}/{name}.ctl"]
        self.run(name, *words, *own, f"--log-file={self.folder}/{name}.log", "--detach", "--no-chdir", "-vconsole:off")

    def control(self, *words: str) -> str:
        return self.run("ovs-vsctl", f"--db={self.database}", "-t", "10", *words).strip()

    def add_port(self, name: str) -> None:
        self.control("add-port", "br0", name)

    def close(self) -> None:
        for name in ("ovs-vswitchd", "ovsdb-server"):
            pidfile = self.folder / f"{name}.pid"
            if pidfile.exists():
                os.kill(int(pidfile.read_text()), signal.SIGTERM)
