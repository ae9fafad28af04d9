"""Requests are followed down and up: over routers, switches, translators, lines; encrypted; lost and sent again."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import catenet
from catenet.application.http import Content, HttpError, Request, Response, Server, respond
from catenet.cli.main import status_of
from catenet.errors import LabError
from catenet.lab.probe.request.result import RequestTrace
from catenet.view.request import request_lines


def two_routers(seed: int = 7, **options: Any) -> catenet.Internet:
    net = catenet.Internet(seed=seed)
    paris, rome = net.routers("paris", "rome")
    net.link(paris, rome, rate="10Mbit/s", delay="14ms", **options)
    net.host("server", at=rome)
    net.host("client", at=paris)
    return net


def route(trace: RequestTrace) -> list[str]:
    hops = trace.request.packet.hops
    return [hops[0].sender, *(hop.receiver for hop in hops)]


def test_down_along_the_route_and_up() -> None:
    net = two_routers()
    trace = net.trace_request("http://server/a", serve=True)
    assert (trace.status, trace.client, trace.server) == (200, "client", "server")
    assert [layer.number for layer in trace.request.down] == [7, 6, 5, 4, 3, 2, 1]
    assert [layer.number for layer in trace.request.up] == [1, 2, 3, 4, 5, 6, 7]
    assert trace.request.down[0].text == "GET /a HTTP/1.1"
    assert trace.answer.down[0].text == "HTTP/1.1 200 OK"
    assert route(trace) == ["client", "paris", "rome", "server"]
    assert [hop.hop_limit for hop in trace.request.packet.hops] == [64, 63, 62]
    assert trace.request.down[3].headers == trace.request.up[3].headers, "routers do not change TCP's header"
    assert trace.request.down[5].headers != trace.request.up[1].headers, "each link has MAC addresses of its own"


def test_times_are_those_of_the_links() -> None:
    trace = two_routers().trace_request("http://server/", serve=True)
    hop = trace.request.packet.hops[1]
    assert hop.sending_ns == hop.wire_octets * 8 * 100, "10 Mbit/s"
    assert hop.propagation_ns == 14_000_000
    stages = trace.stages
    assert stages.connect_ns is not None
    assert stages.total_ns == stages.connect_ns + stages.wait_ns + stages.receive_ns
    last = max(
        packet.arrived_ns or 0 for packet in trace.packets if packet.stage == "answer" and not packet.from_client
    )
    assert last - trace.started_ns == stages.total_ns, "the time that the client measured is that of the frames"


@pytest.mark.slow
def test_encrypted() -> None:
    trace = two_routers().trace_request("https://server/a", serve=True)
    record = trace.request.down[1].headers[0]
    assert (record.number("opaque_type"), trace.tls) == (23, "TLSv1.3 TLS_AES_256_GCM_SHA384")
    head = trace.request.down[0].headers[0].octets
    assert record.number("length") == len(head) + 17, "a type octet and a tag of 16"
    assert trace.request.down[0].text == "GET /a HTTP/1.1"
    assert trace.answer.down[0].text == "HTTP/1.1 200 OK"
    texts = [packet.text for packet in trace.packets if packet.stage == "tls" and "octets" in packet.text]
    assert "ClientHello" in texts[0]
    assert "ServerHello" in texts[1]
    assert trace.stages.tls_ns is not None


@pytest.mark.slow
def test_a_lost_request_is_sent_again() -> None:
    """Each seed loses other packets; of those that carry octets, each is sent again until it arrives."""
    found = 0
    for seed in range(40):
        trace = two_routers(seed, loss="10%").trace_request("http://server/", serve=True)
        assert trace.status == 200
        assert not trace.request.packet.lost
        for packet in trace.packets:
            assert packet.lost == packet.outcome.startswith("lost: random loss on paris-rome"), packet.outcome
            if (
                packet.lost
                and packet.protocol == "TCP"
                and packet.stage in ("request", "answer")
                and ":" in packet.text
            ):
                again = [p for p in trace.packets if p.retransmission and p.text == packet.text and not p.lost]
                assert again[0].sent_ns > packet.sent_ns
                found += 1
        if found == 2:
            return
    raise AssertionError("no segment that carries the request or the answer was lost in 40 runs")


def test_the_name_is_looked_up_first() -> None:
    net = catenet.Internet(seed=7)
    paris, rome = net.routers("paris", "rome")
    net.link(paris, rome, delay="5ms")
    net.dns(at=[paris, rome])
    net.host("server", at=rome)
    net.host("client", at=paris)
    trace = net.trace_request("http://server.lab.example/", serve=True)
    texts = [packet.text for packet in trace.packets if packet.protocol == "DNS" and packet.sender == "client"]
    assert texts == ["DNS query A server.lab.example", "DNS query AAAA server.lab.example"]
    askers = {packet.sender for packet in trace.packets if packet.text.startswith("DNS query")}
    assert askers == {"client", "resolver"}, "the resolver's own queries belong to the request"
    assert trace.stages.name_ns
    named = max(
        packet.arrived_ns or 0 for packet in trace.packets if packet.stage == "name" and packet.protocol == "DNS"
    )
    assert named - trace.started_ns == trace.stages.name_ns


def test_through_a_switch_and_a_translator() -> None:
    net = catenet.Internet(seed=3)
    home, core = net.routers("home", "core")
    net.link(home, core)
    net.nat("home", outside="core")
    switch = net.switch("switch")
    net.link(switch, core)
    server = net.host("server", at=switch)
    net.host("other", at=switch)
    client = net.host("client", at=home)
    net.build()
    address = next(each for each in server.addresses if each.version == 4)
    trace = net.trace_request(f"http://{address}/", source="client", serve=True)
    assert route(trace) == ["client", "home", "core", "switch", "server"]
    assert [hop.hop_limit for hop in trace.request.packet.hops] == [64, 63, 62, 62], "a switch leaves the packet alone"
    sent, arrived = trace.request.down[4].headers[0], trace.request.up[2].headers[0]
    assert sent.text("Source Address") == trace.client_end[0]
    assert arrived.text("Source Address") not in map(str, client.addresses), "the router has put its own address there"
    assert sent.text("Destination Address") == arrived.text("Destination Address") == trace.server_end[0]


def test_a_line_without_ethernet() -> None:
    net = two_routers(framing="ppp")
    net.run("1s")  # PPP negotiates
    trace = net.trace_request("http://server/", serve=True)
    assert [hop.framing for hop in trace.request.packet.hops] == ["Ethernet", "PPP", "Ethernet"]
    assert [header.name for header in trace.request.packet.hops[1].headers] == ["PPP", "IPv6", "TCP"]


def test_a_program_of_the_internet_may_serve() -> None:
    async def answer(request: Request) -> Response:
        if request.path == "/big":
            return respond(request, Content(bytes(20_000)))
        raise HttpError(404, "not_found", request.path)

    async def serve() -> None:
        async with Server(answer) as server:
            await server.start(port=8080)
            await server.serve_forever()

    net = two_routers()
    server = net.host("web", at="rome")
    server.run(serve, service=True)
    trace = net.trace_request("http://web:8080/big")
    assert (trace.body_octets, trace.client) == (20_000, "server"), "the first host that runs no service"
    assert net.trace_request("http://web:8080/x", source="client").status == 404
    carried = [packet for packet in trace.packets if packet.stage == "answer" and not packet.from_client]
    assert len(carried) > 20_000 // 1460


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("ftp://server/", {}, "'ftp://server/' is not a URL of HTTP: write http://HOST/PATH or https://HOST/PATH"),
    ("server", {}, "'server' is not a URL of HTTP: write http://HOST/PATH or https://HOST/PATH"),
    ("http://server:99999/", {}, "'http://server:99999/' is not a URL: Port out of range 0-65535"),
    ("http://sever/", {}, "no node of this internet is called 'sever'; did you mean 'server'?"),
    ("http://192.0.2.1/", {}, "no node of this internet has the address 192.0.2.1"),
    ("http://server/", {}, "no program listens at TCP port 80 of server; --serve starts an HTTP server there"),
    (
        "http://server/",
        {"source": "server"},
        "http://server/ names its own client, server; a request needs another host",
    ),
    ("http://paris/", {"serve": True}, "paris is a router, which runs no programs; name a host"),
]


@pytest.mark.parametrize(("url", "options", "message"), WRONG)
def test_a_mistake_is_told_in_a_line(url: str, options: dict[str, Any], message: str) -> None:
    with pytest.raises(LabError) as raised:
        two_routers().trace_request(url, **options)
    assert str(raised.value).startswith(message)
    assert "\n" not in str(raised.value)


def silent(port: int) -> Callable[[], Any]:
    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 hello\r\n\r\n")

    async def listen() -> None:
        server = await asyncio.start_server(greet, port=port)
        await server.serve_forever()

    return listen


def test_another_protocol_at_the_port() -> None:
    net = two_routers()
    net.host("letters", at="rome").run(silent(25), service=True)
    with pytest.raises(LabError, match="no program listens at TCP port 80 of letters, only at 25; --serve"):
        net.trace_request("http://letters/")
    with pytest.raises(LabError, match="letters port 25: the server does not follow HTTP/1.1"):
        net.trace_request("http://letters:25/")
    with pytest.raises(LabError, match="--serve cannot listen at port 25 of letters: .*already in use"):
        net.trace_request("http://letters:25/", serve=True)


def test_no_route() -> None:
    net = two_routers()
    net.at(0).cut("paris", "rome")
    net.run("1s")
    with pytest.raises(LabError, match=r"no (connection|answer).*server.*: at .* has no route to server"):
        net.trace_request("http://server/", serve=True)


def test_the_same_seed_gives_the_same_trace() -> None:
    texts = {json.dumps(two_routers(loss="5%").trace_request("http://server/", serve=True).as_data()) for _ in range(2)}
    assert len(texts) == 1


def test_the_page_has_all_parts() -> None:
    trace = two_routers().trace_request("http://server/", serve=True)
    lines = request_lines(trace.as_data(), 80)
    for wanted in ("Down at client: the request", "Up at server: what changed on the way", "Over 3 links"):
        assert wanted in lines
    assert any(line.split() == ["3", "network", "Hop", "Limit", "64", "62"] for line in lines)
    assert all(len(line) <= 80 for line in lines)


@pytest.mark.slow
def test_the_page_runs_and_its_picture_is_what_the_command_draws(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    docs = Path(__file__).parents[3] / "docs"
    monkeypatch.chdir(tmp_path)
    assert status_of(["new"]) == 0
    for name in ("trace.svg", "trace.png"):
        assert status_of(["trace", "first/scenario.toml", "http://server/", "--serve", "--plot", name]) == 0
    assert Path("trace.svg").read_text() == (docs / "pictures" / "trace.svg").read_text()
    assert Path("trace.png").read_bytes().startswith(b"\x89PNG")
    capsys.readouterr()
    for block in re.findall(r"```python\n(.*?)```", (docs / "trace.md").read_text(), re.DOTALL):
        exec(compile(block, "trace.md", "exec"), {})
    assert "rome → server hop limit 62" in capsys.readouterr().out


def test_a_name_server_that_does_not_answer() -> None:
    net = catenet.Internet(seed=7)
    paris, rome = net.routers("paris", "rome")
    net.link(paris, rome)
    net.host("server", at=rome, addresses=["192.0.2.7/24"])
    net.host("client", at=paris, nameservers=["203.0.113.53"])
    with pytest.raises(LabError, match="name 'server' has no address: .*; server has the address 192.0.2.7"):
        net.trace_request("http://server/", serve=True)
    assert net.trace_request("http://192.0.2.7/", source="client", serve=False).status == 200


@pytest.mark.slow
def test_a_shared_medium() -> None:
    """Stations of a hub collide and send again; that is the MAC's affair, and no loss."""
    net = catenet.Internet(seed=7)
    net.segment("hub", kind="hub", rate="10Mbit/s")
    router = net.router("router")
    net.link(router, "hub")
    net.host("server", at=router)
    net.hosts("client", "busy", "noisy", at="hub")
    for sender, receiver in (("busy", "noisy"), ("noisy", "busy")):
        net._world.registry.host(sender, "test").host.run(chatter, receiver, service=True)
    net.run("100ms")
    trace = net.trace_request("http://server/", source="client", serve=True)
    assert route(trace) == ["client", "hub", "router", "server"]
    sent = trace.request.packet.hops[0]
    assert sent.sending_ns == (sent.wire_octets - 12) * 8 * 100, "without the gap, which nobody hears"
    assert all(hop.propagation_ns is not None and hop.propagation_ns >= 0 for hop in trace.request.packet.hops)
    assert (trace.losses, trace.retransmissions) == (0, 0)
    collisions = sum(end.port.channel.mac.collisions for end in net._world.registry.node("client").ends)  # type: ignore[union-attr]
    assert collisions > 0


async def chatter(receiver: str) -> None:
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, remote_addr=(receiver, 9))
    while True:
        transport.sendto(bytes(400))
        await asyncio.sleep(0.01)


def test_a_link_with_a_phy() -> None:
    trace = two_routers_with_a_phy().trace_request("http://server/", serve=True)
    hop = trace.request.packet.hops[0]
    assert (hop.phy, hop.fidelity, hop.rate_bit_s) == ("10gbase-r", "model", 10_000_000_000)
    assert "PHY 10gbase-r, simulated by its error rates" in trace.request.down[6].notes
    assert hop.propagation_ns == 48_974, "light over 10 km of fibre"


def two_routers_with_a_phy() -> catenet.Internet:
    net = catenet.Internet(seed=7)
    net.hosts("server", "client")
    net.link("client", "server", phy="10gbase-r", length="10km")
    return net
