"""Calls on packet sockets, for a simulated host and for Linux alike; as a program it prints what they gave on Linux."""

from __future__ import annotations

import json
import random
import socket
import struct
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

ETH_P_ALL, EXPERIMENTAL = 3, 0x88B5
SOL_PACKET, ADD, DROP, STATISTICS, AUXDATA, IGNORE_OUTGOING = 263, 1, 2, 6, 8, 23
KINDS = [socket.SOCK_RAW, socket.SOCK_DGRAM]
NAMES = ["eth0", "eth0", "eth0", "lo", "nope", ""]
PROTOCOLS = [0, ETH_P_ALL, 0x0800, EXPERIMENTAL, 0xFFFF, -1, 0x10000]
LENGTHS = [0, 1, 13, 14, 60, 1500, 1501, 1504, 1505, 1514, 1515, 1518, 1519, 4000]
SOURCE = bytes.fromhex("020000000099")
OTHER = bytes.fromhex("020000000077")
GROUP = bytes.fromhex("01005e070701")


def told(call: Callable[[], Any]) -> Any:
    """What a call gives, or the kind and the number of its error."""
    try:
        given = call()
    except OSError as error:
        return ["OSError", error.errno]
    except (TypeError, ValueError, OverflowError) as error:
        return [type(error).__name__, str(error)]
    return given.hex() if isinstance(given, bytes) else given


def address(draw: random.Random) -> Any:
    """That of a bind or a sendto, mostly good."""
    made: list[Any] = [draw.choice(NAMES), draw.choices(PROTOCOLS, [2, 3, 2, 5, 1, 1, 1])[0]]
    more: list[Any] = [0, 1, draw.choice([b"", OTHER[:3], OTHER, OTHER + b"\0\0", OTHER + bytes(3)]), 7]
    made += more[: draw.choices(range(5), [5, 1, 1, 5, 1])[0]]
    if draw.random() < 0.05:
        made = made[:1]
    return tuple(made) if draw.random() < 0.97 else "eth0"


def membership(draw: random.Random) -> bytes | int:
    number = socket.if_nametoindex(draw.choice(["eth0", "eth0", "lo"])) if draw.random() < 0.9 else 4711
    octets = draw.choice([0, 0, 6, 6, 7, 8, 9])
    kind = draw.choice([0, 1, 1, 2, 3, 9])
    value = struct.pack("=iHH8s", number, kind, octets, draw.choice([GROUP, OTHER]))
    return draw.choices([value, value[:15], value + b"\0\0", 1], [20, 1, 1, 1])[0]


def step(draw: random.Random, sock: Any) -> tuple[str, Any]:
    """One call, and what it gave."""
    value: Any
    match draw.randrange(9):
        case 0 | 1:
            value = address(draw)
            return f"bind {value!r}", told(lambda: sock.bind(value)) or named(sock)
        case 2 | 3:
            name, value = draw.choice([ADD, ADD, DROP]), membership(draw)
            text = "1" if isinstance(value, int) else value[4:].hex()
            return f"membership {name} {text}", told(lambda: sock.setsockopt(SOL_PACKET, name, value))
        case 4:
            data = frame(draw, draw.choice(LENGTHS))
            return f"send {data[12:14]!r} {len(data)}", told(lambda: sock.send(data))
        case 5:
            data, value = frame(draw, draw.choice(LENGTHS)), address(draw)
            return f"sendto {data[12:14]!r} {len(data)} {value!r}", told(lambda: sock.sendto(data, value))
        case 6:
            name = draw.choice([AUXDATA, IGNORE_OUTGOING, 0, 99])
            value = draw.choice([0, 1, 2, -1, b"\1", b"\1\0\0\0", b""])
            given = told(lambda: sock.setsockopt(SOL_PACKET, name, value))
            return f"option {name} {value!r}", [given, told(lambda: sock.getsockopt(SOL_PACKET, name))]
        case 7:
            name = draw.choice(["SO_RCVBUF", "SO_SNDBUF", "SO_REUSEADDR", "SO_REUSEPORT", "SO_BROADCAST"])
            number, value = getattr(socket, name), draw.choice([0, 1, 5000])
            given = told(lambda: sock.setsockopt(socket.SOL_SOCKET, number, value))
            return f"{name} {value}", [given, told(lambda: sock.getsockopt(socket.SOL_SOCKET, number))]
    name = draw.choice(["SO_TYPE", "SO_DOMAIN", "SO_PROTOCOL", "SO_ERROR", "SO_ACCEPTCONN"])
    return name, told(lambda: sock.getsockopt(socket.SOL_SOCKET, getattr(socket, name)))


def frame(draw: random.Random, octets: int) -> bytes:
    ethertype = draw.choices([EXPERIMENTAL, 0x8100], [3, 1])[0]
    return (OTHER + SOURCE + ethertype.to_bytes(2, "big")).ljust(octets, b"\0")[:octets]


def named(sock: Any) -> Any:
    """Its name without the hardware address, which is another one on each machine."""
    name = sock.getsockname()
    return [*name[:4], len(name[4])]


def calls(seed: int) -> list[Any]:
    """A random sequence of calls on one socket, and what each gave."""
    draw = random.Random(seed)
    with socket.socket(socket.AF_PACKET, draw.choice(KINDS), socket.htons(draw.choice([0, ETH_P_ALL, 0x0800]))) as sock:
        sock.setblocking(False)
        return [["name", named(sock)], *(list(step(draw, sock)) for _ in range(150))]


def kinds() -> list[Any]:
    """Calls that make sockets, and calls that packet sockets do not have."""
    made = [told(partial(socket.socket, socket.AF_PACKET, kind, 0)) for kind in (1, 4, 5, 6, 9, 11, 99)]
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as sock:
        sock.setblocking(False)
        others: list[Callable[[], Any]] = [
            sock.listen,
            sock.accept,
            sock.getpeername,
            lambda: sock.connect(("eth0", 0)),
            lambda: sock.shutdown(socket.SHUT_RDWR),
            lambda: sock.recv(100),
            lambda: sock.getsockopt(socket.IPPROTO_IP, socket.IP_TTL),
            lambda: sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),
        ]
        return [*made, *map(told, others)]


LISTENERS = {
    "raw": (socket.SOCK_RAW, ETH_P_ALL),
    "cooked": (socket.SOCK_DGRAM, ETH_P_ALL),
    "one": (socket.SOCK_RAW, EXPERIMENTAL),
    "one cooked": (socket.SOCK_DGRAM, EXPERIMENTAL),
    "llc": (socket.SOCK_RAW, 4),
    "tagged": (socket.SOCK_RAW, 0x8100),
    "nothing": (socket.SOCK_RAW, 0),
}


def listeners() -> dict[str, Any]:
    made = {}
    for name, (type_, protocol) in LISTENERS.items():
        sock = socket.socket(socket.AF_PACKET, type_, socket.htons(protocol))
        sock.setblocking(False)
        sock.bind(("eth0", protocol))
        sock.setsockopt(SOL_PACKET, AUXDATA, 1)
        add = struct.pack("=iHH8s", socket.if_nametoindex("eth0"), 1, 0, b"")
        sock.setsockopt(SOL_PACKET, ADD, add)
        made[name] = sock
    return made


def frames(mac: bytes) -> list[bytes]:
    """To all, to the listeners, to another and to a group; LLC's, Novell's, with one tag and with two."""
    types = [b"\x88\xb5", b"\0\x2e\x42\x42\x03", b"\0\x2e\xff\xff", b"\x81\0\x20\x0a\x88\xb5", b"\x81\0\x20\0\x88\xb5"]
    types += [b"\x88\xa8\0\x14\x81\0\0\x0a\x88\xb5", b"\x86\xdd"]
    stations = [b"\xff" * 6, mac, OTHER, GROUP]
    return [(to + SOURCE + kind).ljust(90, b"x") for kind in types for to in stations]


def heard(made: dict[str, Any], mac: bytes) -> list[Any]:
    """All that the listeners received, with their own MAC address, and that of the frames' destination, left out."""
    got: list[Any] = []
    for name, sock in made.items():
        while True:
            try:
                data, ancillary, flags, source = sock.recvmsg(2000, 100)
            except BlockingIOError:
                break
            if SOURCE in source:
                data = data.replace(mac, b"MACMAC")
                control = [[*each[:2], each[2].hex()] for each in ancillary]
                got.append([name, data.hex(), control, flags, *source[1:4]])
    return got


def outgoing(sock: Any, mac: bytes) -> None:
    """Frames that this host sends itself: whole, and cooked."""
    for each in frames(mac):
        sock.send(each)


def linux() -> Any:
    """All of it on Linux, with eth1 at the other end of eth0."""
    made = listeners()
    mac = made["raw"].getsockname()[4]
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as sock:
        sock.bind(("eth1", 0))
        outgoing(sock, mac)
        time.sleep(0.2)
        received = heard(made, mac)
        sock.bind(("eth0", 0))
        outgoing(sock, mac)
        time.sleep(0.2)
        sent = heard(made, mac)
    return {"received": received, "sent": sent, "kinds": kinds(), "calls": [calls(seed) for seed in range(SEEDS)]}


SEEDS = 20

if __name__ == "__main__":
    json.dump(linux(), sys.stdout)
