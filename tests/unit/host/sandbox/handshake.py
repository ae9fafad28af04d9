"""A TLS handshake of two hosts and other draws, printed: for comparing one process with another.

python handshake.py CA.pem SERVER.pem
"""

from __future__ import annotations

import datetime as dt
import random
import secrets
import ssl
import sys
import time
import uuid
from contextlib import ExitStack
from types import SimpleNamespace
from typing import Any

from catenet.host.clock import Clock
from catenet.host.random_streams import RandomStreams
from catenet.host.sandbox.environment import HostEnvironment, installed
from catenet.host.sandbox.signal_table import SignalTable
from catenet.kernel import Kernel
from catenet.presentation.tls.host_tls import HostTls
from catenet.presentation.tls.internet_tls import InternetTls
from catenet.session.names.hosts_table import Names


def host(kernel: Kernel, name: str, epoch_ns: int) -> HostEnvironment:
    clock, entropy = Clock(kernel, epoch_ns=epoch_ns), RandomStreams(kernel.streams, name)
    tls = HostTls(InternetTls(kernel.streams, Names(), epoch_ns), name, lambda what, text: None)
    machine: Any = SimpleNamespace(name=name, run_ended=lambda: None, tls=tls)
    return HostEnvironment(machine, clock, entropy, SignalTable(print))


def in_turn(host: HostEnvironment) -> ExitStack:
    stack = ExitStack()
    host.enter()
    stack.callback(host.leave)
    return stack


def handshake(
    client_context: ssl.SSLContext, server_context: ssl.SSLContext, epoch_ns: int = 1_735_689_600 * 10**9
) -> list[bytes]:
    """Everything that the client and the server said, in turns, until there was nothing more to say."""
    kernel = Kernel(seed=3)
    paris, oslo = host(kernel, "paris", epoch_ns), host(kernel, "oslo", epoch_ns)
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    from_client, from_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    with installed():
        with in_turn(paris):
            client = client_context.wrap_bio(to_client, from_client, server_hostname="oslo")
        with in_turn(oslo):
            server = server_context.wrap_bio(to_server, from_server, server_side=True)
        said: list[bytes] = []
        for step in range(8):
            who, end, out, peer = (
                (paris, client, from_client, to_server) if step % 2 == 0 else (oslo, server, from_server, to_client)
            )
            with in_turn(who):
                try:
                    end.do_handshake()
                    if step == 4:
                        end.write(b"hello")
                    end.read(100)
                except ssl.SSLWantReadError:
                    pass
            said.append(out.read())
            peer.write(said[-1])
    return said


def main() -> None:
    server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_context.load_cert_chain(sys.argv[2])
    client_context = ssl.create_default_context(cafile=sys.argv[1])
    for line in handshake(client_context, server_context):
        sys.stdout.write(line.hex() + "\n")
    with installed(), in_turn(host(Kernel(seed=3), "rome", 0)):
        draws = [uuid.uuid4(), secrets.token_hex(), random.random(), time.time(), dt.datetime.now()]
        sys.stdout.write(f"{draws}\n")


if __name__ == "__main__":
    main()
