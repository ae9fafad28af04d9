"""Names of an internet: ``net.dns()``, and ``getaddrinfo`` over the network."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import dns.message
import pytest

import catenet
from catenet.application.dns.protocol.exchange import ask
from catenet.application.dns.stub.resolv_conf import ResolvConf, parse_resolv_conf
from catenet.application.dns.stub.stub import Stub
from catenet.errors import LabError, MissingExtra, ScenarioError
from catenet.lab.services.nameservers import use_nameservers
from catenet.scenario import load

from .names_lab import Lab

pytestmark = pytest.mark.slow


async def look_up(name: str, **options: Any) -> Any:
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(name, 80, type=socket.SOCK_STREAM, flags=socket.AI_CANONNAME, **options)
    except socket.gaierror as error:
        return error.errno
    return [found[0][3], *(info[4][0] for info in found)]


def test_a_host_looks_names_up_at_the_resolver() -> None:
    lab = Lab()

    async def main() -> list[Any]:
        names = ("server", "SERVER.lab.example", "www.shop.test", "nowhere", "txt.shop.test", "localhost", "client")
        return [await look_up(name) for name in names]

    found = lab.run(main)
    own = ["server.lab.example", *(str(address) for address in reversed(lab.server.addresses))]
    assert [sorted(one[1:]) for one in found[:3]] == [sorted(own[1:])] * 3
    assert [one[0] for one in found[:3]] == [own[0], "SERVER.lab.example", own[0]]
    assert found[3:5] == [socket.EAI_NONAME, socket.EAI_NODATA]
    assert found[5] == ["localhost", "::1", "127.0.0.1"]
    assert lab.dns.root_server is not None
    assert lab.dns.resolver is not None
    assert lab.dns.resolver.counters["cache-hits"] > 0
    # QNAME minimisation: the root and the top-level server never see a whole name.
    assert lab.dns.root_server.counters["rcode-noerror"] > 0


def test_an_address_has_its_name_back_and_a_connection_goes_by_name() -> None:
    lab = Lab()

    async def serve() -> None:
        await (await asyncio.start_server(lambda reader, writer: writer.close(), None, 80)).serve_forever()

    async def main() -> Any:
        _, writer = await asyncio.open_connection("server", 80, happy_eyeballs_delay=0.25)
        place = writer.get_extra_info("peername")
        loop = asyncio.get_running_loop()
        nowhere = await loop.getnameinfo(("203.0.113.9", 80), 0)
        return [*await loop.getnameinfo(place, 0), *nowhere, *await loop.getnameinfo(("127.0.0.1", 80), 0)]

    lab.server.run(serve, service=True)
    assert lab.run(main) == ["server.lab.example", "http", "203.0.113.9", "http", "localhost", "http"]


def test_happy_eyeballs_goes_on_when_one_family_is_dead() -> None:
    lab = Lab()

    async def serve() -> None:
        await (await asyncio.start_server(lambda reader, writer: writer.close(), "0.0.0.0", 80)).serve_forever()

    async def main() -> Any:
        _, writer = await asyncio.open_connection("server", 80, happy_eyeballs_delay=0.25)
        return writer.get_extra_info("peername")[0]

    lab.server.run(serve, service=True)
    assert lab.run(main) == str(lab.server.addresses[0])


def test_a_long_answer_comes_over_tcp() -> None:
    lab = Lab()

    async def main() -> Any:
        resolver = str(lab.dns.hosts["resolver"].addresses[0])
        response = await ask(dns.message.make_query("big.shop.test", "TXT"), resolver, 53, 5)
        return sum(len(text) for text in response.answer[0][0].strings)

    assert lab.run(main) == 8 * 204
    assert lab.dns.resolver is not None
    assert lab.dns.resolver.counters["tcp-after-truncation"] == 1


@pytest.mark.parametrize(
    ("options", "seconds", "queries"),
    [("timeout:1 attempts:1", 1, 2), ("timeout:1 attempts:3", 3, 6), ("timeout:2", 4, 4)],
)
def test_a_dead_server_costs_what_the_options_say(options: str, seconds: int, queries: int) -> None:
    silent = catenet.Internet(seed=7)
    silent.router("r")
    server, client = silent.host("server", at="r"), silent.host("client", at="r", nameservers=["server"])
    client_conf = parse_resolv_conf(f"options {options}")

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        await loop.create_datagram_endpoint(asyncio.DatagramProtocol, local_addr=("0.0.0.0", 53))
        await loop.create_future()

    async def main() -> Any:
        use_nameservers(client, client_conf._replace(nameservers=(str(server.addresses[0]),)))
        started = asyncio.get_running_loop().time()
        return await look_up("server.lab.example."), asyncio.get_running_loop().time() - started

    server.run(serve, service=True)
    process = client.run(main)
    silent.run()
    found, took = process.result
    assert found == socket.EAI_AGAIN
    assert took == pytest.approx(seconds)
    service: Any = client.name_service
    assert service.counters["queries-sent"] == queries


def test_search_and_ndots_decide_what_is_asked_first() -> None:
    conf = parse_resolv_conf("nameserver 192.0.2.1\nsearch lab.example shop.test\noptions ndots:2 rotate\n")
    assert conf == ResolvConf(("192.0.2.1",), ("lab.example", "shop.test"), ndots=2, rotate=True)
    texts = {name: [str(one) for one in Stub(conf)._candidates(name)] for name in ("a", "a.b", "a.b.c", "a.")}
    assert texts["a"] == ["a.lab.example.", "a.shop.test.", "a."]
    assert texts["a.b"] == ["a.b.lab.example.", "a.b.shop.test.", "a.b."]
    assert texts["a.b.c"] == ["a.b.c.", "a.b.c.lab.example.", "a.b.c.shop.test."]
    assert texts["a."] == ["a."]


def test_a_blocking_look_up_says_what_to_call_instead() -> None:
    lab = Lab()

    async def main() -> None:
        address = str(lab.server.addresses[0])
        for call, instead in (
            (lambda: socket.getaddrinfo("server", 80), r"await loop.getaddrinfo\('server', 80\), or hand the call to"),
            (lambda: socket.gethostbyname("server"), r"await loop.getaddrinfo\('server', 0\)"),
            (lambda: socket.gethostbyname_ex("server"), r"await loop.getaddrinfo\('server', 0\)"),
            (lambda: socket.getnameinfo((address, 80), 0), r"await loop.getnameinfo\(\('10.*', 80\), 0\)"),
            (lambda: socket.gethostbyaddr(address), r"await loop.getnameinfo"),
        ):
            with pytest.raises(RuntimeError, match=r"would block: client asks a name server.*" + instead):
                call()

    lab.run(main)


def test_a_blocking_look_up_that_needs_no_server_is_answered() -> None:
    lab = Lab()

    async def main() -> list[Any]:
        found = [socket.gethostbyname(name) for name in ("192.0.2.1", "localhost", "client", "127.1", "LOCALHOST.")]
        return [
            *found,
            socket.getaddrinfo("2001:db8::1", 80, type=socket.SOCK_STREAM)[0][4][0],
            socket.getaddrinfo(None, 80, type=socket.SOCK_STREAM)[0][4][0],
            socket.getnameinfo(("192.0.2.1", 80), socket.NI_NUMERICHOST),
            socket.gethostbyaddr("127.0.0.1")[0],
        ]

    found = lab.run(main)
    own = str(lab.client.addresses[0])
    numeric = ("192.0.2.1", "http")
    assert found == [
        "192.0.2.1", "127.0.0.1", own, "127.0.0.1", "127.0.0.1", "2001:db8::1", "::1", numeric, "localhost",
    ]  # fmt: skip


def test_a_blocking_look_up_in_a_thread_is_the_loops() -> None:
    """The idiom of libraries that know only ``socket``; it takes the time that the name servers take."""
    lab = Lab()

    async def main() -> list[Any]:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        infos = await asyncio.to_thread(socket.getaddrinfo, "server", 80, type=socket.SOCK_STREAM)
        took = loop.time() - begun
        address = str(lab.server.addresses[0])
        with pytest.raises(socket.gaierror, match="Name or service not known"):
            await loop.run_in_executor(None, socket.gethostbyname, "nowhere")
        return [
            sorted(info[4][0] for info in infos) == sorted(map(str, lab.server.addresses)),
            took > 0.02,
            await loop.run_in_executor(None, socket.gethostbyname, "server") == address,
            await asyncio.to_thread(socket.gethostbyname_ex, "server") == ("server", [], [address]),
            await asyncio.to_thread(socket.gethostbyaddr, address) == ("server.lab.example", [], [address]),
            await asyncio.to_thread(socket.getnameinfo, (address, 80), 0) == ("server.lab.example", "http"),
            await asyncio.to_thread(lambda: 7) == 7,
        ]

    assert lab.run(main) == [True] * 7


def test_the_same_seed_gives_the_same_queries() -> None:
    def packets(seed: int) -> Any:
        lab = Lab(seed)

        async def main() -> float:
            await look_up("www.shop.test")
            return asyncio.get_running_loop().time()

        took = lab.run(main)
        assert lab.dns.resolver is not None
        return took, lab.dns.resolver.counters.as_dict()

    assert packets(3) == packets(3)


def test_a_crashed_server_serves_again_after_its_restart() -> None:
    lab = Lab(ttl="1s")
    lab.net.at("1s").crash("dns-zones")
    lab.net.at("20s").restart("dns-zones")

    async def main() -> list[Any]:
        found = [await look_up("server")]
        await asyncio.sleep(5)
        found.append(await look_up("server"))  # stale: its server is down
        await asyncio.sleep(30)
        return [*found, await look_up("server")]

    first, stale, last = lab.run(main)
    assert sorted(first) == sorted(stale) == sorted(last)
    assert lab.dns.resolver is not None
    assert lab.dns.resolver.counters["stale-answers"] >= 1


def test_nameservers_may_be_nodes_and_the_table_is_the_default() -> None:
    lab = Lab()
    other = lab.net.host("other", at="oslo", nameservers=["resolver"])
    found = []

    async def main() -> None:
        found.append(await look_up("server.lab.example"))

    other.run(main)
    lab.net.run()
    assert found[0][0] == "server.lab.example"
    net = catenet.Internet(seed=1)
    net.router("r")
    one = net.host("one", at="r")
    net.host("two", at="r")
    table = one.run(look_up, "two")
    net.run()
    assert table.result[0] == "two"
    assert one.name_service is None


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"nameservers": ["nobody"]}, "host h: nameservers: there is no host, router or switch 'nobody'"),
        ({"nameservers": "192.0.2.1"}, "nameservers: '192.0.2.1' is one text"),
        ({"nameservers": ["1.2.3.4"] * 4}, "a host asks at most 3"),
        ({"resolv_conf": "nameserver x\n"}, "host h: resolv_conf: line 1: 'x' is not the address of a name server"),
        ({"resolv_conf": "search a\n"}, "resolv_conf names no server"),
        ({"resolv_conf": "namserver 1.2.3.4\n"}, "line 1: 'namserver' is not a keyword.*did you mean 'nameserver'"),
        ({"resolv_conf": "\noptions ndot:3\n"}, "line 2: 'ndot:3' is not an option.*did you mean 'ndots:n'"),
        ({"resolv_conf": "nameserver 1.2.3.4", "nameservers": ["1.2.3.4"]}, "both name servers; let one of them do it"),
    ],
)
def test_a_mistake_in_a_hosts_name_servers(options: Any, message: str) -> None:
    net = catenet.Internet()
    net.router("r")

    def build() -> None:
        net.host("h", at="r", **options)
        net.build()

    with pytest.raises(LabError, match=message):
        build()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"domain": "example"}, "dns: domain 'example' is a top-level one; write one below it"),
        ({"domain": "a..b"}, "'a..b' cannot name a zone"),
        ({"ttl": "1500ms"}, "dns: ttl: a TTL is in whole seconds"),
        ({"zones": {"lab.example": "x"}}, "is the domain of the nodes"),
        ({"zones": {"a.test": "@ A 1"}}, "zone a.test:1: "),
        ({"zones": {"a.test": Path("/nonexistent.zone")}}, "/nonexistent.zone: cannot read the zone file"),
    ],
)
def test_a_mistake_in_the_names_of_an_internet(options: Any, message: str) -> None:
    net = catenet.Internet()
    net.router("r")
    with pytest.raises(LabError, match=message):
        net.dns(at="r", **options)


def test_a_scenario_has_names(tmp_path: Path) -> None:
    (tmp_path / "shop.zone").write_text("$TTL 60\n@ SOA a b 1 2 3 4 5\n@ NS ns.other.test.\nwww CNAME b.lab.example.\n")
    (tmp_path / "programs.py").write_text(
        "import asyncio\nasync def main(name):\n    await asyncio.get_running_loop().getaddrinfo(name, 80)\n"
    )
    text = (
        '[routers.r]\n[hosts.a]\nat = "r"\n[hosts.b]\nat = "r"\nresolv_conf = "nameserver 192.0.2.1"\n'
        '[dns]\nat = "r"\nzones = {"shop.test" = "shop.zone"}\n'
        '[[programs]]\nhost = "a"\nrun = "programs:main"\nargs = ["www.shop.test"]\n'
    )
    scenario = tmp_path / "scenario.toml"
    scenario.write_text(text)
    with load(scenario).build() as net:
        assert net.run().ok
    scenario.write_text(text.replace('"shop.zone"', '"missing.zone"'))
    with pytest.raises(ScenarioError, match=r"scenario.toml:\d+: dns: .*missing.zone: cannot read the zone file"):
        load(scenario).build()


def test_only_an_internet_with_names_needs_dnspython(monkeypatch: pytest.MonkeyPatch) -> None:
    program = (
        "import sys; sys.modules['dns'] = None\n"
        "import catenet, catenet.scenario, catenet.application.dns\n"
        "net = catenet.Internet(); net.router('r'); net.host('h', at='r'); net.run()\n"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
    monkeypatch.setattr("catenet.errors.find_spec", lambda name: None)
    net = catenet.Internet()
    net.router("r")
    with pytest.raises(MissingExtra, match=r"dns needs dnspython.*pip install 'catenet\[services\]'"):
        net.dns(at="r")
    with pytest.raises(MissingExtra, match=r"host h: a name server needs dnspython"):
        net.host("h", at="r", nameservers=["192.0.2.1"])
