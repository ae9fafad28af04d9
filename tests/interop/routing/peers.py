"""Real routing daemons, each in a network namespace of its own: FRR's and BIRD.

A peer's programs run in the foreground with a folder of their own for configuration, sockets and log, and end with the
rig that started them.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Self

import pytest

from catenet.tap import LinuxSetup

FRR: Final = Path("/usr/lib/frr")
SECONDS: Final = 10.0
"""How long a daemon may take to open its socket."""
PAUSE_S: Final = 0.1
"""Between two rounds of questions."""


def need(program: str | Path) -> None:
    """Skip, by name, what is not installed."""
    if shutil.which(str(program), path=f"{os.environ.get('PATH', '')}:/usr/sbin") is None:
        pytest.skip(f"{Path(program).name} is not installed (tests/interop/install-peers)")


def wait_for(path: Path, process: subprocess.Popen[Any], log: Path) -> None:
    """Wait until a daemon has made a socket."""
    deadline = time.monotonic() + SECONDS
    while not path.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            raise AssertionError(f"{process.args!r} did not start: {log.read_text()}")
        time.sleep(0.02)


class UnansweredError(Exception):
    """A question that has no answer yet."""


class Inquiry:
    """Questions to peers, asked again and again in a thread, so that simulated time goes on meanwhile."""

    def __init__(self) -> None:
        self._answers: dict[tuple[str, ...], str | None] = {}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._ask, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def answer(self, words: tuple[str, ...]) -> str:
        """The last answer of a command.  Raises :class:`UnansweredError` if there is none yet."""
        answer = self._answers.setdefault(words, None)
        if answer is None:
            raise UnansweredError(words)
        return answer

    def _ask(self) -> None:
        while not self._ended.wait(PAUSE_S):
            for words in list(self._answers):
                with suppress(subprocess.CalledProcessError):
                    self._answers[words] = output(words)


def output(words: tuple[str, ...]) -> str:
    """What a command prints."""
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


class Peer:
    """What all routing daemons have: a namespace, a folder, and the kernel's table that they fill."""

    def __init__(self, name: str, space: str) -> None:
        self.name = name
        self.space = space
        # Not below pytest's own folders: FRR's daemons run as a user who may not enter them.
        self.folder = Path(tempfile.mkdtemp(prefix="catenet-peer-"))
        self.processes: dict[str, subprocess.Popen[Any]] = {}
        self.rig: LinuxSetup
        self.inquiry: Inquiry | None = None

    def routes(self) -> dict[str, set[str]]:
        """What the kernel has from routing daemons: gateways by prefix."""
        found: dict[str, set[str]] = {}
        for route in json.loads(self.output("ip", "-j", "-n", self.space, "-4", "route", "show") or "[]"):
            if route.get("protocol") in ("rip", "ospf", "bird", "zebra"):
                hops = route.get("nexthops", [route])
                found[str(route["dst"])] = {str(hop["gateway"]) for hop in hops if "gateway" in hop}
        return found

    def output(self, *words: str) -> str:
        """What a command prints: now, or when the inquiry last ran it."""
        return output(words) if self.inquiry is None else self.inquiry.answer(words)

    def lan(self, device: str, address: str) -> None:
        """A network behind the peer: a device that nobody else is on."""
        self.rig.device(device, namespace=self.space, addresses=[address])

    def story(self) -> str:
        """What its OSPF says of its neighbours."""
        raise AssertionError(f"{type(self).__name__} tells nothing")

    def log(self) -> str:
        """All that its daemons have said."""
        return "\n".join(path.read_text() for path in sorted(self.folder.glob("*.log")))

    def start_process(self, name: str, words: list[str], socket: Path) -> None:
        """Start a daemon, and wait until it can be spoken to."""
        log = self.folder / f"{name}.log"
        with log.open("ab") as out:
            process = self.rig.popen(self.space, words, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        self.processes[name] = process
        wait_for(socket, process, log)

    def kill(self, daemon: str) -> None:
        """End a daemon without a farewell."""
        self.processes[daemon].kill()
        self.processes[daemon].wait()

    def remove(self) -> None:
        """Forget its files."""
        shutil.rmtree(self.folder, ignore_errors=True)


class Frr(Peer):
    """FRR: zebra, which fills the kernel's table, and one daemon for each protocol."""

    def start(self, **configurations: str) -> None:
        """Start zebra and staticd with one configuration, and each named daemon (``ospfd="..."``) with its own."""
        need(FRR / "zebra")
        shutil.chown(self.folder, "frr", "frr")
        self.folder.chmod(0o755)
        static = configurations.pop("static", "")
        # Plain routes: nexthop objects, which the kernel takes hops out of when a carrier goes, are not filled again.
        zebra = "no zebra nexthop kernel enable\n"
        for daemon, text in {"zebra": zebra, "staticd": static, **configurations}.items():
            self.start_daemon(daemon, text)

    def start_daemon(self, daemon: str, text: str) -> None:
        """Start one daemon, perhaps again."""
        need(FRR / daemon)
        (self.folder / f"{daemon}.vty").unlink(missing_ok=True)
        config = self.folder / f"{daemon}.conf"
        config.write_text(text)
        folder = str(self.folder)
        words = [str(FRR / daemon), "-f", str(config), "-i", f"{folder}/{daemon}.pid", "-z", f"{folder}/zserv"]
        words += ["--vty_socket", folder, "-A", "127.0.0.1", "-P", "0", "--log", "stdout"]
        # What ospfd keeps in /run for a graceful restart is one file for all that run: each gets a folder of its own.
        private = ["unshare", "--mount", "sh", "-c", 'mount --bind "$0" /run/frr && exec "$@"', folder]
        self.start_process(daemon, [*private, *words], self.folder / f"{daemon}.vty")

    def ask(self, command: str) -> str:
        """What vtysh answers."""
        return self.output("vtysh", "--vty_socket", str(self.folder), "-c", command)

    def story(self) -> str:
        return (
            self.ask("show ip ospf neighbor") + self.ask("show ip ospf database") if "ospfd" in self.processes else ""
        )

    def tell(self, *commands: str) -> None:
        """Configure it while it runs."""
        words = [word for command in ("configure terminal", *commands) for word in ("-c", command)]
        subprocess.run(["vtysh", "--vty_socket", str(self.folder), *words], capture_output=True, text=True, check=True)

    def ask_json(self, command: str) -> Any:
        """What vtysh answers, where it knows JSON."""
        return json.loads(self.ask(f"{command} json"))


class Bird(Peer):
    """BIRD 2."""

    PREAMBLE: Final = """
        log stderr all;
        protocol device { scan time 1; }
        protocol kernel { ipv4 { import none; export all; }; merge paths on; scan time 1; }
    """

    def start(self, text: str) -> None:
        """Start it with a configuration."""
        need("bird")
        config = self.folder / "bird.conf"
        config.write_text(self.PREAMBLE + text)
        socket = self.folder / "bird.ctl"
        check = subprocess.run(["bird", "-p", "-c", str(config)], capture_output=True, text=True)
        assert check.returncode == 0, check.stderr
        self.start_process("bird", ["bird", "-f", "-c", str(config), "-s", str(socket)], socket)

    def ask(self, command: str) -> str:
        """What birdc answers."""
        return self.output("birdc", "-s", str(self.folder / "bird.ctl"), command)

    def story(self) -> str:
        return self.ask("show ospf neighbors")
