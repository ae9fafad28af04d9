"""dig on Linux, through a TAP device, to the name servers of a simulated internet."""

from __future__ import annotations

from typing import Any

import pytest
from interop_needs import need

ZONE = """\
$TTL 60
@     SOA   ns hostmaster 1 3600 600 86400 30
      NS    ns
ns    A     192.0.2.1
www   CNAME alias
alias CNAME server.lab.example.
big   TXT   {big}
""".format(big=" ".join(f'"{number:03} {"z" * 200}"' for number in range(8)))


@pytest.mark.slow
def test_dig_asks_our_servers(world: Any) -> None:
    need("dig")
    routers = world.chain(3, delay="5ms")
    world.net.host("server", at=routers[2])
    world.net.dns(at=routers[1], zones={"shop.test": ZONE}, transfer_to=["0.0.0.0/0", "::/0"])
    space = world.attach("linux", at=routers[0])
    world.open()
    resolver, zones = world.address("resolver", 4), world.address("dns-zones", 6)
    server = world.address("server", 4)

    def dig(*words: str) -> str:
        return str(world.call(space, "dig", "+tries=2", "+time=10", *words))

    assert dig(f"@{resolver}", "www.shop.test", "+short").split() == ["alias.shop.test.", "server.lab.example.", server]
    assert "status: NXDOMAIN" in dig(f"@{resolver}", "nowhere.shop.test")
    assert dig(f"@{resolver}", "-x", server, "+short") == "server.lab.example.\n"
    assert dig(f"@{zones}", "big.shop.test", "TXT", "+short").count("zzz") >= 8  # truncated, then TCP
    direct = dig(f"@{zones}", "www.shop.test", "+tcp", "+norecurse")
    assert "flags: qr aa;" in direct
    assert "(TCP)" in direct
    signed = dig(f"@{zones}", "shop.test", "DNSKEY", "+dnssec")
    assert "status: NOERROR" in signed
    assert "flags: do;" in signed
    assert "ANSWER: 0" in signed
    assert "status: REFUSED" in dig(f"@{zones}", "elsewhere.test")
    assert dig(f"@{zones}", "shop.test", "ANY", "+notcp", "+noall", "+answer").count("\n") == 1
    whole = dig(f"@{zones}", "shop.test", "AXFR", "+noall", "+answer")
    assert [line.split()[3] for line in whole.splitlines() if line and line[0] != ";"] == [
        "SOA", "NS", "A", "CNAME", "CNAME", "TXT", "SOA",
    ]  # fmt: skip
    assert "BADVERS" in dig(f"@{zones}", "shop.test", "+edns=1", "+noednsnegotiation")
    world.outcome()
