"""What surrounds a host's program: the functions through which it would see the real machine.

:func:`installed` puts the replacements in place for the length of a run; :class:`HostEnvironment` is one for
each host, and makes it present during the turns of its loop.  What the replacements ask of it is in
:mod:`~catenet.host.sandbox.context`.
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
from catenet.host.sandbox.current import PRESENCE
from catenet.host.sandbox.disk import disk_patches
from catenet.host.sandbox.escapes import escape_patches
from catenet.host.sandbox.libraries import library_patches, loaded_libraries
from catenet.host.sandbox.openssl import OpenSsl, find_openssl, tls_patches
from catenet.host.sandbox.patches import Patch, Patches
from catenet.host.sandbox.platform import machine_patches
from catenet.host.sandbox.random import random_patches
from catenet.host.sandbox.select import select_patches
from catenet.host.sandbox.signal_table import SignalTable
from catenet.host.sandbox.signals import signal_patches
from catenet.host.sandbox.sockets import socket_patches
from catenet.host.sandbox.time import time_patches


class HostEnvironment(HostContext):
    """A host that is present while its own code runs."""

    def __init__(
        self, host: HostBase, clock: Clock, entropy: RandomStreams, signals: SignalTable, node: int = 0
    ) -> None:
        super().__init__(host, clock, entropy, signals, node)
        self._in_run = False
        self._outer: list[tuple[HostContext | None, bool]] = []

    def enter(self) -> None:
        """From now on this host's code runs.

        Outside of :func:`installed` the replacements are in place for this one turn: it works, and is slow.
        """
        alone = _INSTALLATION.runs == 0
        if alone:
            _INSTALLATION.begin()
        if not self._in_run:
            self._in_run = True
            _INSTALLATION.entered.append(self)
        self._outer.append((PRESENCE.host, alone))
        PRESENCE.host = self

    def leave(self) -> None:
        """The host's code has stopped running."""
        PRESENCE.host, alone = self._outer.pop()
        if alone:
            _INSTALLATION.end()

    def run_ended(self) -> None:
        """The run in which this host's code ran is over; another may follow."""
        self._in_run = False
        self.host.run_ended()


class Installation:
    """The replacements, and how many runs need them now."""

    def __init__(self) -> None:
        self.entered: list[HostEnvironment] = []
        """The hosts whose code has run since the first of the runs began."""
        self.runs: int = 0
        self._lock = RLock()
        self._openssl: OpenSsl | None = None
        self._patches: Patches | None = None
        self._libraries: list[str] = []
        self._library_patches = Patches([])

    # The count changes first and last: while the replacements are being put in place or taken away, the garbage
    # collector may run, and close the programs of an internet that nobody holds any more; they need a run too.

    def begin(self) -> None:
        """One more run needs the replacements."""
        with self._lock:
            self.runs += 1
            try:
                if self.runs == 1:
                    self._put_in_place()
            except BaseException:
                self.runs -= 1
                raise

    def end(self) -> None:
        """One run less needs them."""
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
        if self._openssl is not None:
            self._openssl.take_away()
        self._library_patches.take_away()
        self._patches.take_away()
        entered, self.entered = self.entered, []
        for surroundings in entered:
            surroundings.run_ended()


def all_patches(openssl: OpenSsl | None) -> list[Patch]:
    """Every replacement, by what it is about."""
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
    """Keep the replacements in place for the length of a run.  Runs may be nested.

    Outside of a host's turn every replacement does what the original does.
    """
    _INSTALLATION.begin()
    try:
        yield
    finally:
        _INSTALLATION.end()
