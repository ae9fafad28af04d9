"""Establishes connections and servers: look-up, sequential or parallel attempts, binding."""

from __future__ import annotations

import asyncio
import itertools
import socket
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from catenet.session.sockets.socket import SimSocket


def interleave(infos: list[Any], first_count: int) -> list[Any]:
    """Interleave addresses of different families, after ``first_count`` of the first (RFC 8305 section 4)."""
    families: dict[int, list[Any]] = {}
    for info in infos:
        families.setdefault(info[0], []).append(info)
    lists = list(families.values())
    head = lists[0][: first_count - 1]
    lists[0] = lists[0][first_count - 1 :]
    mixed = itertools.chain.from_iterable(itertools.zip_longest(*lists))
    return head + [info for info in mixed if info is not None]


async def one_by_one(attempts: Iterable[Callable[[], Awaitable[SimSocket]]], errors: list[OSError]) -> SimSocket | None:
    """The first attempt that succeeds; the errors of the failed ones are collected."""
    for attempt in attempts:
        try:
            return await attempt()
        except OSError as error:
            errors.append(error)
    return None


async def happy_eyeballs(
    attempts: Iterable[Callable[[], Awaitable[SimSocket]]], errors: list[OSError], delay: float
) -> SimSocket | None:
    """Start an attempt every ``delay`` seconds or when the last fails; the first to succeed wins.

    RFC 8305 section 5.  The others are cancelled.
    """
    waiting = list(attempts)
    running: list[asyncio.Task[SimSocket]] = []
    try:
        while waiting or running:
            if waiting:
                running.append(asyncio.ensure_future(waiting.pop(0)()))
            timeout = delay if waiting else None
            await asyncio.wait(running, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
            for task in [task for task in running if task.done()]:
                running.remove(task)
                try:
                    return task.result()
                except OSError as error:
                    errors.append(error)
        return None
    finally:
        for task in running:
            task.add_done_callback(_close_late_winner)
            task.cancel()


def _close_late_winner(task: asyncio.Task[SimSocket]) -> None:
    if not task.cancelled() and task.exception() is None:
        task.result().close()


def raise_errors(errors: list[OSError], all_errors: bool) -> None:
    """Raise the errors of all addresses, as asyncio does: one error if all are equal."""
    if all_errors:
        raise ExceptionGroup("create_connection failed", errors)
    if len(errors) == 1 or all(str(error) == str(errors[0]) for error in errors):
        raise errors[0]
    raise OSError(f"Multiple exceptions: {', '.join(str(error) for error in errors)}")


def bind_local(sock: SimSocket, local_infos: list[Any]) -> None:
    """Bind to the first available local address of the socket's family.  Raises OSError if none is."""
    error: OSError | None = None
    for family, _, _, _, address in local_infos:
        if family != sock.family:
            continue
        try:
            sock.bind(address)
            return
        except OSError as cause:
            error = bind_error(address, cause)
    raise error or OSError(f"no matching local address with family={sock.family.name} found")


def bind_error(address: Any, cause: OSError) -> OSError:
    """The same error, with the unavailable address."""
    reason = (cause.strerror or str(cause)).lower()
    return OSError(cause.errno, f"error while attempting to bind on address {address!r}: {reason}")


def check_tls_arguments(ssl: Any, needed: dict[str, Any]) -> None:
    """Raise ValueError for arguments that are only valid with TLS."""
    for name, value in needed.items():
        if value is not None and not ssl:
            raise ValueError(f"{name} is only meaningful with ssl")


def check_datagram_sock(sock: Any, others: dict[str, Any]) -> None:
    """Raise ValueError for a socket together with arguments for a new one, or for a socket of another type."""
    if sock.type != socket.SOCK_DGRAM:
        raise ValueError(f"A UDP Socket was expected, got {sock!r}")
    problems = ", ".join(f"{name}={value}" for name, value in others.items() if value)
    if problems:
        raise ValueError(f"socket modifier keyword arguments can not be used when sock is specified. ({problems})")
