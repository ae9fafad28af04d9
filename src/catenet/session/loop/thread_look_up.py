"""Blocking name look-ups that a program hands to a thread: ``asyncio.to_thread(socket.getaddrinfo, ...)``.

A thread could wait for the answer of a name server while the loop goes on.  Here an executor's function is a step that
takes no time of the network, so these calls, which are known, become the loop's own look-ups.
"""

from __future__ import annotations

import asyncio
import contextvars
import functools
import socket
from collections.abc import Awaitable, Callable
from typing import Any, Final


def thread_look_up(loop: asyncio.AbstractEventLoop, func: Any, args: tuple[Any, ...]) -> Awaitable[Any] | None:
    """The look-up that an executor's function is; None if it is something else."""
    keywords: dict[str, Any] = {}
    while isinstance(func, functools.partial):
        func, args, keywords = func.func, (*func.args, *args), {**func.keywords, **keywords}
        if isinstance(getattr(func, "__self__", None), contextvars.Context) and func.__name__ == "run":
            func, args = args[0], args[1:]  # asyncio.to_thread
    for name, look_up in _LOOK_UPS.items():
        if func == getattr(socket, name):
            return look_up(loop, *args, **keywords)
    return None


async def _getaddrinfo(
    loop: asyncio.AbstractEventLoop,
    host: Any,
    port: Any,
    family: int = 0,
    type: int = 0,
    proto: int = 0,
    flags: int = 0,
) -> Any:
    return await loop.getaddrinfo(host, port, family=family, type=type, proto=proto, flags=flags)


async def _getnameinfo(loop: asyncio.AbstractEventLoop, sockaddr: Any, flags: int) -> tuple[str, str]:
    return await loop.getnameinfo(sockaddr, flags)


async def _gethostbyname(loop: asyncio.AbstractEventLoop, hostname: str) -> str:
    return (await _gethostbyname_ex(loop, hostname))[2][0]


async def _gethostbyname_ex(loop: asyncio.AbstractEventLoop, hostname: str) -> tuple[str, list[str], list[str]]:
    found = await loop.getaddrinfo(hostname, 0, family=socket.AF_INET, type=socket.SOCK_STREAM)
    return hostname, [], [str(info[4][0]) for info in found]


async def _gethostbyaddr(loop: asyncio.AbstractEventLoop, ip_address: str) -> tuple[str, list[str], list[str]]:
    found = await loop.getaddrinfo(ip_address, 0, type=socket.SOCK_STREAM)
    address = str(found[0][4][0])
    return (await loop.getnameinfo((address, 0), socket.NI_NAMEREQD))[0], [], [address]


_LOOK_UPS: Final[dict[str, Callable[..., Awaitable[Any]]]] = {
    "getaddrinfo": _getaddrinfo,
    "getnameinfo": _getnameinfo,
    "gethostbyname": _gethostbyname,
    "gethostbyname_ex": _gethostbyname_ex,
    "gethostbyaddr": _gethostbyaddr,
}
