"""The environment of a host's programs: replacements of the functions that access the real machine.

:func:`installed` installs the replacements for a run; each host has a :class:`HostEnvironment`, which makes it present
during the iterations of its loop.  :mod:`~catenet.host.sandbox.context` is its interface to the replacements.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock
from typing import Final

from catenet.host.clock import Clock
from catenet.host.host_base import HostBase
from catenet.host.ordered_tasks import task_patches
from catenet.host.random_streams import RandomStreams
from catenet.host.sandbox.context import HostContext
from catenet.host.sandbox.current import CURRENT
from catenet.host.sandbox.disk import disk_patches
from catenet.host.sandbox.escapes import escape_patches
from catenet.host.sandbox.libraries import library_patches, loaded_libraries
from catenet.host.sandbox.openssl import OpenSsl, find_openssl
from catenet.host.sandbox.patches import Patch, Patches
from catenet.host.sandbox.platform import machine_patches
from catenet.host.sandbox.random import random_patches
from catenet.host.sandbox.select import select_patches
from catenet.host.sandbox.signal_table import SignalTable
from catenet.host.sandbox.signals import signal_patches
from catenet.host.sandbox.sockets import socket_patches
from catenet.host.sandbox.time import time_patches
from catenet.host.sandbox.tls import KEY_LOG, tls_patches


class HostEnvironment(HostContext):
    """The environment that makes a host present while its code runs."""

    def __init__(
        self, host: HostBase, clock: Clock, entropy: RandomStreams, signals: SignalTable, node: int = 0
    ) -> None:
        super().__init__(host, clock, entropy, signals, node)
        self._in_run = False
        self._outer: list[HostContext | None] = []
        self._alone: list[int] = []
        """How deep in turns the host was at each that put the replacements in place for itself."""

    def enter(self) -> None:
        """Mark this host's code as running.

        Outside of :func:`installed` the replacements are installed for this one iteration, which is slow.
        """
        if not self._in_run or _INSTALLATION.runs == 0:
            self._join_run()
        self._outer.append(CURRENT.host)
        CURRENT.host = self

    def _join_run(self) -> None:
        if _INSTALLATION.runs == 0:
            _INSTALLATION.begin()
            self._alone.append(len(self._outer))
        if not self._in_run:
            self._in_run = True
            _INSTALLATION.entered.append(self)

    def leave(self) -> None:
        """Mark the host's code as no longer running."""
        CURRENT.host = self._outer.pop()
        if self._alone and self._alone[-1] == len(self._outer):
            self._alone.pop()
            _INSTALLATION.end()

    def run_ended(self) -> None:
        """Notification: the run has ended; another may follow."""
        self._in_run = False
        self.host.run_ended()


class Installation:
    """The replacements, with the number of runs that use them."""

    def __init__(self) -> None:
        self.entered: list[HostEnvironment] = []
        """The hosts whose code has run since the first of these runs began."""
        self.runs: int = 0
        self._lock = RLock()
        self._openssl: OpenSsl | None = None
        self._patches: Patches | None = None
        self._libraries: list[str] = []
        self._library_patches = Patches([])

    # The count changes first and last: during installation or removal the garbage collector may run and close the
    # programs of an unreferenced internet, which need the replacements too.

    def begin(self) -> None:
        """Add a run; the first one installs the replacements."""
        with self._lock:
            self.runs += 1
            try:
                if self.runs == 1:
                    self._put_in_place()
            except BaseException:
                self.runs -= 1
                raise

    def end(self) -> None:
        """Remove a run; the last one removes the replacements."""
        with self._lock:
            try:
                if self.runs == 1:
                    self._take_away()
            finally:
                self.runs -= 1

    def _put_in_place(self) -> None:
        if self._patches is None:
            self._openssl = find_openssl()
            self._patches = Patches(all_patches(self._openssl))
        self._patches.put_in_place()
        loaded = loaded_libraries()
        if loaded != self._libraries:
            self._libraries = loaded
            self._library_patches = Patches(library_patches())
        self._library_patches.put_in_place()
        if self._openssl is not None:
            self._openssl.put_in_place()

    def _take_away(self) -> None:
        assert self._patches is not None
        KEY_LOG.take_away()
        if self._openssl is not None:
            self._openssl.take_away()
        self._library_patches.take_away()
        self._patches.take_away()
        entered, self.entered = self.entered, []
        for environment in entered:
            environment.run_ended()


def all_patches(openssl: OpenSsl | None) -> list[Patch]:
    """Every replacement, by subject."""
    return [
        *time_patches(),
        *random_patches(),
        *machine_patches(),
        *signal_patches(),
        *socket_patches(),
        *select_patches(),
        *escape_patches(),
        *tls_patches(openssl),
        *task_patches(),
        *disk_patches(),
    ]


_INSTALLATION: Final = Installation()


@contextmanager
def installed() -> Iterator[None]:
    """Install the replacements for a run.  Runs may be nested.

    Outside of host code every replacement behaves like the original.
    """
    _INSTALLATION.begin()
    try:
        yield
    finally:
        _INSTALLATION.end()
