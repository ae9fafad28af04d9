"""Sets up Linux for an attached internet, and removes the setup.

Used as a context manager.  Leaving it closes the devices and removes the namespaces in reverse order, also after an
error, Ctrl-C, SIGTERM or SIGHUP; a device takes its addresses and routes along.  The leftovers of a killed process are
removed when the next one starts.
"""

from __future__ import annotations

import ipaddress
import signal
import socket
import subprocess
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

from catenet.tap import cleanup_log
from catenet.tap import namespace as namespaces
from catenet.tap.capabilities import AttachError, require
from catenet.tap.device import TAP, Device, open_device

if TYPE_CHECKING:
    from pyroute2 import IPRoute

ENDING: Final = (signal.SIGTERM, signal.SIGHUP)
QUEUE_PACKETS: Final = 4096
"""What Linux keeps for us to read, in packets; it drops what is beyond, and counts it."""
_IFA_F_NODAD: Final = 0x02


class LinuxSetup:
    """The devices, namespaces, addresses and routes of one attached internet.

    ``folder`` is where this process writes down what it made.  ``swept`` names the namespaces of killed
    processes that were removed at the start.
    """

    def __init__(self, folder: Path = cleanup_log.FOLDER) -> None:
        self.devices: Final[list[Device]] = []
        self.namespaces: Final[list[str]] = []
        self.swept: list[str] = []
        self._folder: Final = folder
        self._cleanup_log: Final = cleanup_log.CleanupLog(folder)
        self._speakers: Final[dict[str | None, IPRoute]] = {}
        self._former: Final[list[tuple[signal.Signals, Any]]] = []
        self._undo: Final[list[Callable[[], object]]] = []

    def __enter__(self) -> Self:
        require()
        self._listen_for_the_end()
        self.swept = cleanup_log.sweep(self._folder)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        former = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, *ENDING))
        try:
            self.close()
        finally:
            self._restore_handlers()
            signal.pthread_sigmask(signal.SIG_SETMASK, former)

    # -- making

    def namespace(self, name: str) -> str:
        """Make a network namespace with its loopback up.  Raises :class:`AttachError` if the name is taken."""
        require(namespaces=True)
        if namespaces.exists(name):
            namespaces.create(name)
        self._cleanup_log.record(name)
        namespaces.create(name)
        self.namespaces.append(name)
        self._cleanup_log.record(name, namespaces.inode(name))
        self._netlink(name, "link", "set", index=1, state="up")
        return name

    def device(
        self,
        name: str,
        kind: str = TAP,
        namespace: str | None = None,
        *,
        addresses: Sequence[str] = (),
        mtu: int = 1500,
        mac: str | None = None,
        offload: bool = True,
    ) -> Device:
        """Make a device, and bring it up with its addresses (``"192.0.2.1/24"``).

        Raises :class:`AttachError` if Linux refuses.
        """
        device = open_device(kind, name, namespace, offload)
        self.devices.append(device)
        index = self.index(name, namespace)
        options: dict[str, Any] = {"mtu": mtu, "txqlen": QUEUE_PACKETS}
        if mac is not None and kind == TAP:
            options["address"] = mac
        self._netlink(namespace, "link", "set", index=index, **options)
        self._netlink(namespace, "link", "set", index=index, state="up")
        for address in addresses:
            self._add_address(namespace, index, address)
        return device

    def route(
        self,
        destination: str,
        *,
        via: str | None = None,
        device: str | None = None,
        namespace: str | None = None,
        mtu: int | None = None,
    ) -> None:
        """Add a route (``"198.51.100.0/24"``; ``"default"``, IPv6's with an IPv6 gateway) by a gateway or a device.

        It goes when the device goes.  Raises :class:`AttachError` if Linux refuses.
        """
        version = 6 if ":" in f"{destination}{via or ''}" else 4
        if destination == "default":
            destination = "0.0.0.0/0" if version == 4 else "::/0"
        wanted: dict[str, Any] = {"family": socket.AF_INET if version == 4 else socket.AF_INET6, "dst": destination}
        if via is not None:
            wanted["gateway"] = via
        if device is not None:
            wanted["oif"] = self.index(device, namespace)
        if mtu is not None:
            wanted["metrics"] = {"attrs": [["RTAX_MTU", mtu]]}
        self._netlink(namespace, "route", "add", **wanted)

    def popen(self, namespace: str | None, command: Sequence[str], **options: Any) -> subprocess.Popen[Any]:
        """Start a program in a namespace.  It is killed, if it still runs, when the rig is closed."""
        process = namespaces.popen(namespace, command, **options)
        self._undo.append(partial(_end, process))
        return process

    def index(self, device: str, namespace: str | None = None) -> int:
        """The interface index of a device.  Raises :class:`AttachError` if there is none of that name."""
        found = self._speaker(namespace).link_lookup(ifname=device)
        if not found:
            raise AttachError(f"there is no network device {device!r} in {namespace or 'this namespace'}")
        return int(found[0])

    def dropped(self, device: Device) -> int:
        """The number of packets that Linux dropped because they were not read in time."""
        if device.closed:
            return 0
        (link,) = self._speaker(device.namespace).get_links(self.index(device.name, device.namespace))
        return int(link.get_attr("IFLA_STATS64")["tx_dropped"])

    # -- taking away

    def close(self) -> None:
        """Remove everything; a failure does not prevent the rest."""
        errors: list[Exception] = []
        steps: list[Callable[[], object]] = [*reversed(self._undo)]
        steps += [speaker.close for speaker in self._speakers.values()]
        steps += [device.close for device in reversed(self.devices)]
        steps += [partial(self._drop, name) for name in reversed(self.namespaces)]
        for step in steps:
            try:
                step()
            except Exception as error:
                errors.append(error)
        for gone in (self._undo, self._speakers, self.devices, self.namespaces):
            gone.clear()
        if errors:
            raise errors[0]

    def _drop(self, name: str) -> None:
        namespaces.remove(name)
        self._cleanup_log.strike(name)

    # -- inside

    def _speaker(self, namespace: str | None) -> IPRoute:
        from pyroute2 import IPRoute

        if namespace not in self._speakers:
            with namespaces.inside(namespace):
                self._speakers[namespace] = IPRoute()
        return self._speakers[namespace]

    def _netlink(self, namespace: str | None, what: str, command: str, **options: Any) -> None:
        from pyroute2 import NetlinkError

        try:
            getattr(self._speaker(namespace), what)(command, **options)
        except NetlinkError as error:
            words = ", ".join(f"{key} {value}" for key, value in options.items())
            raise AttachError(f"Linux refuses '{what} {command}' ({words}): {error.args[-1]}") from error

    def _add_address(self, namespace: str | None, index: int, address: str) -> None:
        face = ipaddress.ip_interface(address)
        # a device without a neighbour that could object: duplicate address detection would only delay it
        flags = {"flags": _IFA_F_NODAD} if face.version == 6 else {}
        self._netlink(
            namespace, "addr", "add", index=index, address=str(face.ip), prefixlen=face.network.prefixlen, **flags
        )

    def _listen_for_the_end(self) -> None:
        for number in ENDING:
            if signal.getsignal(number) is signal.SIG_DFL:
                try:
                    self._former.append((number, signal.signal(number, _end_by_signal)))
                except ValueError:  # not in the main thread: whoever is there decides
                    return

    def _restore_handlers(self) -> None:
        for number, former in self._former:
            signal.signal(number, former)
        self._former.clear()


def _end_by_signal(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def _end(process: subprocess.Popen[Any]) -> None:
    if process.poll() is None:
        process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            stream.close()
