"""An internet with names: three routers, the servers of ``net.dns()``, a server and a client."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import catenet
from catenet.lab.services.dns import Dns

SHOP = """\
$TTL 60
@    SOA   ns hostmaster 1 3600 600 86400 30
@    NS    ns
ns   A     192.0.2.1
www  CNAME server.lab.example.
txt  TXT   "hello"
big  TXT   {big}
""".format(big=" ".join(f'"{number:03} {"z" * 200}"' for number in range(8)))


class Lab:
    """The internet, before its run."""

    def __init__(self, seed: int = 7, *, resolv_conf: str | None = None, **dns: Any) -> None:
        self.net = net = catenet.Internet(seed=seed)
        self.routers = net.routers("paris", "oslo", "rome")
        for one, other, delay in (("paris", "oslo", "14ms"), ("oslo", "rome", "21ms"), ("rome", "paris", "11ms")):
            net.link(one, other, delay=delay)
        self.dns: Dns = net.dns(at=self.routers, zones={"shop.test": SHOP}, **dns)
        self.server = net.host("server", at="rome")
        self.client = net.host("client", at="paris", resolv_conf=resolv_conf)

    def run(self, program: Callable[..., Any], **options: Any) -> Any:
        """Run a program on the client, and return its result."""
        process = self.client.run(program)
        with self.net:
            self.net.run(**options)
            return process.result
