"""The machine's identity on a host: its name, its process id, its proxies."""

from __future__ import annotations

import os
import platform
import socket
from typing import Any, Final

from catenet.host.sandbox.current import present
from catenet.host.sandbox.patches import Patch
from catenet.session.names.hosts_table import wire_form

PARENT_PID: Final = 1


class MachineFunctions:
    """Functions that return the machine's identity."""

    def __init__(self) -> None:
        import urllib.request

        self._gethostname: Final = socket.gethostname
        self._node: Final = platform.node
        self._uname: Final[Any] = getattr(os, "uname", None)
        self._getpid: Final = os.getpid
        self._getppid: Final = os.getppid
        self._getproxies: Final = urllib.request.getproxies

    def gethostname(self) -> str:
        here = present()
        return self._gethostname() if here is None else wire_form(here.name)

    def node(self) -> str:
        here = present()
        return self._node() if here is None else wire_form(here.name)

    def uname(self) -> Any:
        here = present()
        real = self._uname()
        if here is None:
            return real
        return type(real)((real.sysname, wire_form(here.name), real.release, real.version, real.machine))

    def getpid(self) -> int:
        here = present()
        return self._getpid() if here is None else here.pid

    def getppid(self) -> int:
        return self._getppid() if present() is None else PARENT_PID

    def getproxies(self) -> dict[str, str]:
        """No proxies: the real machine's do not exist in the host's internet."""
        return self._getproxies() if present() is None else {}


def machine_patches() -> list[Patch]:
    """The patches of functions that return the machine's identity."""
    import urllib.request

    functions = MachineFunctions()
    return [
        Patch(socket, "gethostname", functions.gethostname),
        Patch(platform, "node", functions.node),
        Patch(os, "uname", functions.uname),
        Patch(os, "getpid", functions.getpid),
        Patch(os, "getppid", functions.getppid),
        Patch(urllib.request, "getproxies", functions.getproxies),
    ]
