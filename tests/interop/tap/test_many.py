"""One process serves many devices: namespaces on one simulated switch reach each other through it."""

from __future__ import annotations

import os
import socket
import threading
from pathlib import Path

import pytest

from catenet.kernel import Kernel
from catenet.link import DropTail, Switch
from catenet.link.mac import local_mac
from catenet.physical.wire import Wire
from catenet.tap import Driver, LinuxSetup, TapStation, missing
from catenet.tap.namespace import inside

MEMBERS = 8
DELAY_NS = 2_000_000


def answer(sock: socket.socket) -> None:
    """Send every datagram back."""
    while True:
        try:
            data, address = sock.recvfrom(100)
        except OSError:
            return
        sock.sendto(data + b"!", address)


def test_namespaces_meet_on_a_simulated_switch(tmp_path: Path) -> None:
    lacks = missing(namespaces=True)
    if lacks:
        pytest.skip(lacks)
    kernel = Kernel(1)
    switch = Switch(kernel, "switch")
    driver = Driver(kernel)
    sockets: list[socket.socket] = []
    answers: dict[int, bytes] = {}
    with LinuxSetup(tmp_path) as rig:
        for number in range(1, MEMBERS + 1):
            name = rig.namespace(f"catenet-many-{os.getpid()}-{number}")
            device = rig.device("wire0", namespace=name, addresses=[f"10.91.0.{number}/24"])
            station = TapStation(kernel, f"linux{number}", local_mac(number), device)
            port = switch.add_port(f"switch.{number}")
            wire = Wire(kernel, f"linux{number}", "switch", station.port, port, 10**9, DELAY_NS)
            for end, channel in ((station.port, wire.forward), (port, wire.backward)):
                end.queue = DropTail()
                end.attach(channel)
            driver.add(station)
            with inside(name):
                sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                sock.bind((f"10.91.0.{number}", 9000))
                sock.settimeout(10)
                threading.Thread(target=answer, args=(sock,), daemon=True).start()
                sockets.append(sock)
                asker = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            asker.settimeout(10)
            sockets.append(asker)

            def ask(number: int = number, asker: socket.socket = asker) -> None:
                asker.sendto(bytes([number]), (f"10.91.0.{number % MEMBERS + 1}", 9000))
                answers[number] = asker.recv(100)

            threading.Thread(target=ask, daemon=True).start()
        for _ in range(100):
            driver.run(0.05)
            if len(answers) == MEMBERS:
                break
        for sock in sockets:
            sock.close()
        driver.close()
    assert answers == {number: bytes([number]) + b"!" for number in range(1, MEMBERS + 1)}
    assert switch.learned == MEMBERS
