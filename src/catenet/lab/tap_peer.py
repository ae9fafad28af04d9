"""The other end of ``catenet bench tap``: a plain program on Linux's own TCP.

Run by its path, so that it imports nothing of Catenet: ``send ADDRESS PORT SECONDS`` or
``receive ADDRESS PORT SECONDS``; ``receive`` prints a line as soon as it listens.
"""

from __future__ import annotations

import socket
import sys
import time

CHUNK_OCTETS = 1 << 20


def send(address: str, port: int, seconds: float) -> None:
    """Connect, and send as fast as the connection takes."""
    data = bytes(CHUNK_OCTETS)
    end_s = time.monotonic() + seconds
    with socket.create_connection((address, port), timeout=seconds) as sock:
        while time.monotonic() < end_s:
            sock.sendall(data)


def receive(address: str, port: int, seconds: float) -> None:
    """Take one connection, and read until it ends."""
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


if __name__ == "__main__":
    {"send": send, "receive": receive}[sys.argv[1]](sys.argv[2], int(sys.argv[3]), float(sys.argv[4]))
