"""Network namespaces by name, as ``ip netns`` keeps them: entered for a moment, made, removed.

A thread that is in another namespace opens its sockets and devices there, and they stay there.  So it is
enough to go in, open, and come back; :func:`inside` comes back whatever happens in between.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from catenet.tap.capabilities import AttachError

FOLDER: Final = "/var/run/netns"
CLONE_NEWNET: Final = 0x4000_0000


@contextmanager
def inside(name: str | None) -> Iterator[None]:
    """Be in a network namespace; None is the one where the process is.

    Raises :class:`AttachError` if there is none of that name, or the process may not enter it.
    """
    if name is None:
        yield
        return
    own = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    try:
        _enter_named(name)
        try:
            yield
        finally:
            _enter(own)
    finally:
        os.close(own)


def exists(name: str) -> bool:
    """Whether there is a namespace of that name."""
    return os.path.exists(f"{FOLDER}/{name}")


def inode(name: str) -> int:
    """What tells a namespace from a later one of the same name; 0 if there is none."""
    try:
        return os.stat(f"{FOLDER}/{name}").st_ino
    except OSError:
        return 0


def create(name: str) -> None:
    """Make a namespace.  Raises :class:`AttachError` if there is one of that name or it cannot be made."""
    from pyroute2 import netns

    if exists(name):
        raise AttachError(f"there is a network namespace {name!r} already; 'ip netns del {name}' removes it")
    try:
        netns.create(name)
    except OSError as error:
        raise AttachError(f"cannot make the network namespace {name!r}: {error.strerror}") from error


def remove(name: str) -> None:
    """Remove a namespace; nothing happens if it is gone."""
    from pyroute2 import netns

    try:
        netns.remove(name)
    except OSError:
        if exists(name):
            raise


def popen(name: str | None, command: Sequence[str], **options: Any) -> subprocess.Popen[Any]:
    """Start a program in a namespace; the options are those of :class:`subprocess.Popen`."""
    with inside(name):
        return subprocess.Popen(command, **options)  # noqa: S603


def _enter_named(name: str) -> None:
    try:
        fd = os.open(f"{FOLDER}/{name}", os.O_RDONLY)
    except FileNotFoundError:
        raise AttachError(f"there is no network namespace {name!r}; 'ip netns add {name}' makes it") from None
    try:
        _enter(fd)
    finally:
        os.close(fd)


def _enter(fd: int) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    if library.setns(fd, CLONE_NEWNET) != 0:
        number = ctypes.get_errno()
        raise AttachError(f"cannot enter the network namespace: {os.strerror(number)} (this takes CAP_SYS_ADMIN)")
