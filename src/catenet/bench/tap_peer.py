"""The Linux side of ``catenet bench tap``: a plain program on Linux's own TCP.

It is run by its path, so that it imports nothing of Catenet, with the arguments ``send ADDRESS PORT SECONDS``; instead
of ``send`` also ``visit`` or ``receive``.  ``receive`` prints a line as soon as it listens.
"""

from __future__ import annotations

import socket
import struct
import sys
import time

CHUNK_OCTETS = 1 << 20
CONGESTION = b"cubic"
"""Both sides use this algorithm; Linux's default may differ."""


def send(address: str, port: int, seconds: float) -> None:
    """Connect, and send as fast as the connection accepts."""
    data = bytes(CHUNK_OCTETS)
    end_s = time.monotonic() + seconds
    with socket.create_connection((address, port), timeout=seconds) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, CONGESTION)
        while time.monotonic() < end_s:
            sock.sendall(data)


def receive(address: str, port: int, seconds: float) -> None:
    """Accept one connection, and read until it ends."""
    room = bytearray(CHUNK_OCTETS)
    with socket.create_server((address, port), family=socket.AF_INET6 if ":" in address else socket.AF_INET) as server:
        sys.stdout.write("listening\n")
        sys.stdout.flush()
        server.settimeout(seconds)
        sock, _ = server.accept()
        with sock:
            sock.settimeout(seconds)
            while sock.recv_into(room):
                pass


def visit(address: str, port: int, seconds: float) -> None:
    """Connect, send 100 kB, wait for the end, and repeat; every tenth connection ends with a reset."""
    data = bytes(100_000)
    end_s = time.monotonic() + seconds
    visits = 0
    while time.monotonic() < end_s:
        with socket.create_connection((address, port), timeout=seconds) as sock:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, CONGESTION)
            visits += 1
            sock.sendall(data)
            if visits % 10 == 0:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                continue
            sock.shutdown(socket.SHUT_WR)
            while sock.recv(CHUNK_OCTETS):
                pass
        time.sleep(0.02)


if __name__ == "__main__":
    {"send": send, "receive": receive, "visit": visit}[sys.argv[1]](sys.argv[2], int(sys.argv[3]), float(sys.argv[4]))
