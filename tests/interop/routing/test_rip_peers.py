"""RIPv2 with FRR's ripd and with BIRD: their routes in our tables, ours in their kernels'."""

from __future__ import annotations

from typing import Any

from .conftest import Neighbourhood
from .peers import Bird, Frr

SECRET = "secret"
KEY_ID = 9

FRR_RIP = """
router rip
 network wire0
 redistribute connected
 timers basic 5 15 10
"""
FRR_KEY = f"""
key chain ring
 key {KEY_ID}
  key-string {SECRET}
interface wire0
 ip rip authentication mode md5 auth-length rfc
 ip rip authentication key-chain ring
"""
BIRD_RIP = """
protocol direct { ipv4; interface "lan0"; }
protocol rip {
    ipv4 { import all; export all; };
    interface "wire0" { version 2; update time 5; timeout time 15; %s };
}
"""
BIRD_KEY = 'authentication cryptographic; password "%s" { id %d; algorithm %s; };'


def bird_rip(router_id: str, algorithm: str = "") -> str:
    """BIRD's configuration."""
    key = BIRD_KEY % (SECRET, KEY_ID, algorithm) if algorithm else ""
    return f"router id {router_id};" + BIRD_RIP % key


def router(neighbourhood: Neighbourhood, number: int, algorithm: str = "") -> Any:
    """One of ours, with a network behind it: 10.N.9.0/24."""
    net = neighbourhood.net
    key = {"authentication": algorithm, "key": SECRET, "key_id": KEY_ID} if algorithm else {}
    made = net.router(f"r{number}", routing="rip", rip={"update": "5s", "timeout": "15s", "garbage": "10s", **key})
    host = net.host(f"h{number}")
    net.link(made, host, addresses={made.name: [f"10.{number}.9.1/24"], host.name: [f"10.{number}.9.2/24"]})
    return made


def test_routes_both_ways_plain_and_authenticated(neighbourhood: Neighbourhood) -> None:
    plain, md5, sha = (router(neighbourhood, n, name) for n, name in enumerate(("", "md5", "hmac-sha-256"), 1))
    frr_plain, frr_md5 = (neighbourhood.peer(Frr, name) for name in ("fp", "fm"))
    bird_plain, bird_md5, bird_sha = (neighbourhood.peer(Bird, name) for name in ("bp", "bm", "bs"))
    plugs = [(frr_plain, plain, 1), (bird_plain, plain, 1), (frr_md5, md5, 2), (bird_md5, md5, 2), (bird_sha, sha, 3)]
    for place, (peer, at, number) in enumerate(plugs):
        link = f"10.{number}.{place}"
        neighbourhood.plug(peer, "wire0", at, f"{link}.2/24", f"{link}.1/24")
    neighbourhood.open()
    for place, (peer, _, _) in enumerate(plugs):
        peer.lan("lan0", f"192.168.{place}.1/24")
    frr_plain.start(ripd=FRR_RIP)
    frr_md5.start(ripd=FRR_RIP + FRR_KEY)
    bird_plain.start(bird_rip("1.1.1.1"))
    bird_md5.start(bird_rip("2.2.2.2", "keyed md5"))
    bird_sha.start(bird_rip("3.3.3.3", "hmac sha256"))

    def theirs_in_ours() -> bool:
        return all(
            neighbourhood.routes(at).get(f"192.168.{place}.0/24") == {f"10.{number}.{place}.2"}
            for place, (_, at, number) in enumerate(plugs)
        )

    def ours_in_theirs() -> bool:
        return all(
            peer.routes().get(f"10.{number}.9.0/24") == {f"10.{number}.{place}.1"}
            for place, (peer, _, number) in enumerate(plugs)
        )

    neighbourhood.until(lambda: theirs_in_ours() and ours_in_theirs())
    # And through us, from one peer to the other.
    neighbourhood.until(lambda: "192.168.1.0/24" in frr_plain.routes() and "192.168.2.0/24" in bird_md5.routes())
    # A network that goes is told at once, and again when it comes back.
    frr_plain.tell("router rip", "no redistribute connected")
    neighbourhood.until(lambda: "192.168.0.0/24" not in neighbourhood.routes(plain))
    neighbourhood.until(lambda: "192.168.0.0/24" not in bird_plain.routes())
