"""unbound, bind9 and nsd on Linux, behind TAP devices: as the resolver of our servers, and as the servers of ours."""

from __future__ import annotations

import asyncio
import socket
import subprocess
from pathlib import Path
from typing import Any

import pytest
from interop_needs import need

from catenet.application.dns.protocol.service import DnsService
from catenet.application.dns.resolver.hints import Hints
from catenet.application.dns.resolver.resolver import RecursiveResolver
from catenet.application.dns.stub.resolv_conf import ResolvConf
from catenet.lab.services.nameservers import use_nameservers

pytestmark = pytest.mark.slow

ZONE = """\
$TTL 60
@      SOA   ns hostmaster 1 3600 600 86400 30
       NS    ns
ns     A     {address}
www    CNAME alias
alias  CNAME far.other.test.
big    TXT   {big}
*.wild A     192.0.2.7
"""
SOA = "$TTL 60\n@ SOA ns.root. h.root. 1 3600 600 86400 30\n"
BIG = " ".join(f'"{number:03} {"z" * 200}"' for number in range(8))

UNBOUND = """
server:
    directory: "{folder}"
    chroot: ""
    username: ""
    pidfile: ""
    use-syslog: no
    logfile: ""
    interface: 0.0.0.0
    interface: ::0
    access-control: 0.0.0.0/0 allow
    access-control: ::0/0 allow
    module-config: "iterator"
    qname-minimisation: yes
    use-caps-for-id: yes
    num-threads: 1
    unblock-lan-zones: yes
    local-zone: "test." nodefault
    {more}
remote-control:
    control-enable: no
"""
AUTH_ZONE = """
auth-zone:
    name: "shop.test."
    zonefile: "shop.zone"
    for-downstream: yes
    fallback-enabled: no
"""
NAMED = """
options {{ directory "{folder}"; pid-file none; session-keyfile none; recursion no; dnssec-validation no;
    listen-on {{ any; }}; listen-on-v6 {{ none; }}; empty-zones-enable no; }};
controls {{ }};
zone "." {{ type primary; file "root.zone"; }};
"""
NSD = """
server:
    zonesdir: "{folder}"
    database: ""
    pidfile: ""
    xfrdfile: ""
    zonelistfile: "{folder}/zones.list"
    username: ""
    chroot: ""
    xfrdir: "{folder}"
    server-count: 1
    ip-address: 0.0.0.0
remote-control:
    control-enable: no
zone:
    name: "test"
    zonefile: "test.zone"
"""


class Daemon:
    """A name server on Linux."""

    def __init__(self, world: Any, space: str, folder: Path, name: str, text: str, *command: str) -> None:
        need(command[0])
        (folder / name).write_text(text.format(folder=folder))
        self.log = folder / f"{name}.log"
        with self.log.open("w") as log:
            self.process: subprocess.Popen[str] = world.start(
                space, *command, str(folder / name), stdout=log, stderr=subprocess.STDOUT
            )

    def stop(self) -> str:
        """Its log."""
        alive = self.process.poll() is None
        self.process.terminate()
        self.process.wait(10)
        assert alive, self.log.read_text()[-2_000:]
        return self.log.read_text()


async def look_up(name: str, kind: int = socket.AF_INET) -> Any:
    """The first address of a name, or why there is none; servers may need a moment until they answer."""
    loop = asyncio.get_running_loop()
    for _ in range(8):
        try:
            return (await loop.getaddrinfo(name, 80, family=kind, type=socket.SOCK_STREAM))[0][4][0]
        except socket.gaierror as error:
            found = error.errno
            if found != socket.EAI_AGAIN:
                break
            await asyncio.sleep(0.5)
    return found


def test_unbound_is_the_resolver_of_our_servers(world: Any, tmp_path: Path) -> None:
    """``dig`` asks it, and so does a simulated host."""
    need("unbound", "dig")
    routers = world.chain(3, delay="5ms")
    world.net.host("server", at=routers[2])
    world.net.dns(
        at=routers[1],
        zones={"shop.test": ZONE.format(address="192.0.2.1", big=BIG).replace("far.other.test", "server.lab.example")},
    )
    space = world.attach("linux", at=routers[0])
    found: list[Any] = []

    async def ask() -> None:
        names = ("server.lab.example", "www.shop.test", "a.b.wild.shop.test", "nowhere.shop.test")
        found.extend([await look_up(name) for name in names])

    client = world.net.host("client", at=routers[2], nameservers=["192.0.2.53"])
    process = client.run(ask)
    world.open()
    use_nameservers(client, ResolvConf((world.address("linux", 4),)))
    server, root = world.address("server", 4), world.address("dns-root", 4)
    (tmp_path / "root.hints").write_text(
        f". 3600000 NS dns-root.lab.example.\ndns-root.lab.example. 3600000 A {root}\n"
    )
    unbound = Daemon(
        world,
        space,
        tmp_path,
        "unbound.conf",
        UNBOUND.replace("{more}", "root-hints: root.hints"),
        "unbound",
        "-d",
        "-c",
    )
    world.until(lambda: not process.running)
    assert found == [server, server, "192.0.2.7", socket.EAI_NONAME]

    def dig(*words: str) -> str:
        return str(world.call(space, "dig", "@127.0.0.1", "+tries=2", "+time=10", *words))

    assert dig("www.shop.test", "+short").split() == ["alias.shop.test.", "server.lab.example.", server]
    assert dig("big.shop.test", "TXT", "+short").count("zzz") >= 8
    assert dig("-x", server, "+short") == "server.lab.example.\n"
    assert "status: NXDOMAIN" in dig("nowhere.shop.test")
    assert "status: NOERROR" in dig("www.shop.test", "MX")
    unbound.stop()
    world.outcome()


def test_our_resolver_asks_bind9_nsd_and_unbound(world: Any, tmp_path: Path) -> None:
    """The root by bind9, ``test`` by nsd, and a zone below it by unbound, each on a Linux of its own."""
    need("named", "nsd", "unbound")
    routers = world.chain(3, delay="5ms")
    spaces = {
        name: world.attach(name, at=router) for name, router in zip(("bind", "nsd", "unbound"), routers, strict=True)
    }
    found: list[Any] = []
    hints: list[Hints] = []
    resolvers: list[RecursiveResolver] = []

    async def resolve() -> None:
        resolvers.append(RecursiveResolver(hints[0]))
        await DnsService(resolvers[0]).run()

    async def ask() -> None:
        names = ("www.shop.test", "x.y.wild.shop.test", "nowhere.shop.test", "nowhere.test", "far.other.test")
        found.extend([await look_up(name) for name in names])
        found.append(await look_up("www.shop.test", socket.AF_INET6))

    world.net.host("resolver", at=routers[1]).run(resolve, service=True)
    process = world.net.host("client", at=routers[0], nameservers=["resolver"]).run(ask)
    world.open()
    address = {name: world.address(name, 4) for name in spaces}
    hints.append(Hints.of({"ns.root.": (address["bind"],)}))
    (tmp_path / "root.zone").write_text(
        f"{SOA}@ NS ns.root.\nns.root. A {address['bind']}\ntest. NS ns.test.\nns.test. A {address['nsd']}\n"
    )
    (tmp_path / "test.zone").write_text(
        f"{SOA}@ NS ns.test.\nns A {address['nsd']}\nfar.other A 192.0.2.44\n"
        f"shop NS ns.shop\nns.shop A {address['unbound']}\n"
    )
    (tmp_path / "shop.zone").write_text(ZONE.format(address=address["unbound"], big=BIG))
    daemons = [
        Daemon(world, spaces["bind"], tmp_path, "named.conf", NAMED, "named", "-g", "-n", "1", "-c"),
        Daemon(world, spaces["nsd"], tmp_path, "nsd.conf", NSD, "nsd", "-d", "-c"),
        Daemon(
            world,
            spaces["unbound"],
            tmp_path,
            "unbound.conf",
            UNBOUND.replace("{more}", "") + AUTH_ZONE,
            "unbound",
            "-d",
            "-c",
        ),
    ]
    world.until(lambda: not process.running)
    logs = [daemon.stop() for daemon in daemons]
    none = socket.EAI_NONAME
    assert found == ["192.0.2.44", "192.0.2.7", none, none, "192.0.2.44", socket.EAI_NODATA], logs
    counts = resolvers[0].counters
    assert counts["responses-unmatched"] == counts["responses-malformed"] == counts["lame"] == 0
    world.outcome()
