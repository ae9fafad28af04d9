"""The names of socket options, for the error about an unsupported one."""

from __future__ import annotations

import errno
import os
import socket

LEVELS = {
    int(socket.SOL_SOCKET): ("SOL_SOCKET", ("SO_",)),
    int(socket.IPPROTO_IP): ("IPPROTO_IP", ("IP_", "MCAST_")),
    int(socket.IPPROTO_IPV6): ("IPPROTO_IPV6", ("IPV6_",)),
    int(socket.IPPROTO_TCP): ("IPPROTO_TCP", ("TCP_",)),
    int(socket.IPPROTO_UDP): ("IPPROTO_UDP", ("UDP_", "UDPLITE_")),
    263: ("SOL_PACKET", ()),
}
"""The levels of Linux's AF_INET, AF_INET6 and AF_PACKET sockets, with the prefixes of their options' names."""


def option_text(level: int, option: int) -> str:
    """``IPPROTO_TCP, TCP_FASTOPEN``; the number, if ``socket`` has no name for it."""
    name, prefixes = LEVELS.get(level, (str(level), ()))
    names = sorted(known for known in dir(socket) if known.startswith(prefixes) and getattr(socket, known) == option)
    return f"{name}, {names[0] if prefixes and names else option}"


def unsupported(call: str, level: int, option: int) -> OSError:
    """The error of ``getsockopt`` or ``setsockopt`` for an unsupported option: ENOPROTOOPT (socket(7))."""
    words = f"{os.strerror(errno.ENOPROTOOPT)}: {call}({option_text(level, option)}) on a simulated socket"
    return OSError(errno.ENOPROTOOPT, words)
