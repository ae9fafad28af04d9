"""The fields of a traced request equal what tshark reads of the same packets in the captures."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import catenet
from catenet.lab.probe.request.headers.header import Field
from catenet.lab.probe.request.result import Hop, RequestTrace

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed"),
]


def internet() -> catenet.Internet:
    net = catenet.Internet(seed=7)
    paris, rome, oslo = net.routers("paris", "rome", "oslo")
    net.link(paris, rome, delay="14ms")
    net.link(rome, oslo, delay="5ms", framing="ppp")
    net.switch("lan")
    net.link("lan", oslo)
    net.host("server", at="lan")
    net.host("client", at=paris)
    return net


def traced(version: int, scheme: str, tmp_path: Path) -> tuple[RequestTrace, Path]:
    net = internet()
    net.capture()
    net.run("2s")
    server = net._world.registry.host("server", "test")
    address = next(each for each in server.addresses if each.version == version)
    host = f"[{address}]" if version == 6 else str(address)
    trace = net.trace_request(f"{scheme}://{host}/a?b=c", source="client", serve=True)
    return trace, net.result().report(tmp_path / "out") / "captures"


def read(capture: Path, sequence: int, length: int, keys: list[str]) -> dict[str, str]:
    columns = [word for key in keys for word in ("-e", key)]
    wanted = f"tcp.seq_raw == {sequence} && tcp.len == {length}"
    command = ["tshark", "-r", str(capture), "-o", "tcp.desegment_tcp_streams:false", "-Y", wanted, "-T", "fields"]
    done = subprocess.run([*command, "-E", "occurrence=f", *columns], check=True, capture_output=True, text=True)
    lines = done.stdout.splitlines()
    assert len(lines) == 1, (capture.name, wanted)
    return dict(zip(keys, lines[0].split("\t"), strict=True))


def agrees(field: Field, told: str) -> bool:
    """tshark writes numbers in decimal or hexadecimal, flags as True, addresses as we do."""
    if told == field.text:
        return True
    if told in ("True", "False"):
        return field.number == (told == "True")
    return field.number is not None and told != "" and int(told, 0) == field.number


def compare(hop: Hop, extra: tuple[Any, ...], captures: Path, length: int) -> list[str]:
    fields = [field for header in (*hop.headers, *extra) for field in header.fields if field.key]
    segment = next(header for header in hop.headers if header.name == "TCP")
    told = read(captures / f"{hop.link}.pcapng", segment.number("Sequence Number"), length, [f.key for f in fields])
    return [f"{hop.link}: {f.name} {f.text}, tshark {told[f.key]!r}" for f in fields if not agrees(f, told[f.key])]


@pytest.mark.parametrize(("version", "scheme"), [(4, "http"), pytest.param(6, "https", marks=pytest.mark.long)])
def test_fields(version: int, scheme: str, tmp_path: Path) -> None:
    trace, captures = traced(version, scheme, tmp_path)
    wrong, compared = [], 0
    for journey in (trace.request, trace.answer):
        extra = tuple(header for layer in journey.down if layer.number > 4 for header in layer.headers)
        if scheme == "https":
            extra = tuple(header for header in extra if header.name == "TLS record")
        else:
            extra = tuple(h._replace(fields=tuple(f for f in h.fields if f.key)) for h in extra)
        length = int(journey.down[3].text.split(": ")[1].split(" ")[0])
        for hop in journey.packet.hops:
            wrong += compare(hop, extra, captures, length)
            compared += 1
    assert wrong == []
    assert compared == 10
