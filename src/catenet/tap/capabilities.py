"""The capabilities required to attach to Linux, and a message about missing ones."""

from __future__ import annotations

import os
import sys
from typing import Final

TUN_PATH: Final = "/dev/net/tun"
CAP_NET_ADMIN: Final = 12
CAP_SYS_ADMIN: Final = 21

_CAPABILITIES: Final = {CAP_NET_ADMIN: "CAP_NET_ADMIN", CAP_SYS_ADMIN: "CAP_SYS_ADMIN"}


class AttachError(RuntimeError):
    """Linux denies an operation, or a name is taken; the message says what to do."""


def missing(namespaces: bool = False) -> str:
    """The capabilities missing to open TAP and TUN devices; empty if none.

    Making and entering network namespaces takes more: ask with ``namespaces``.
    """
    if not sys.platform.startswith("linux"):
        return "TAP and TUN devices are Linux's; this is not Linux"
    lacks = _lacking_device() or _lacking_capabilities([CAP_NET_ADMIN, *([CAP_SYS_ADMIN] if namespaces else [])])
    if lacks:
        return lacks
    try:
        import pyroute2  # noqa: F401
    except ImportError:
        return "addresses and routes are set through pyroute2: pip install 'catenet[attach]'"
    return ""


def require(namespaces: bool = False) -> None:
    """Raise :class:`AttachError` if :func:`missing` has something to say."""
    lacks = missing(namespaces)
    if lacks:
        raise AttachError(lacks)


def _lacking_device() -> str:
    if not os.path.exists(TUN_PATH):
        return f"{TUN_PATH} is not there: load it with 'modprobe tun'; for a container give '--device {TUN_PATH}'"
    return ""


def _lacking_capabilities(wanted: list[int]) -> str:
    held = _effective_capabilities()
    lacks = [_CAPABILITIES[number] for number in wanted if not held >> number & 1]
    if not lacks and os.access(TUN_PATH, os.R_OK | os.W_OK):
        return ""
    names = " and ".join(lacks or [f"access to {TUN_PATH}"])
    flags = " ".join(f"--cap-add {name.removeprefix('CAP_')}" for name in lacks)
    return (
        f"this process needs {names}: run it as root (sudo); for a container give "
        f"'{flags + ' ' if flags else ''}--device {TUN_PATH}'"
    )


def _effective_capabilities() -> int:
    with open("/proc/self/status", encoding="ascii") as status:
        for line in status:
            if line.startswith("CapEff:"):
                return int(line.split()[1], 16)
    return 0
