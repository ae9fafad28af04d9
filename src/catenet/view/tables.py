"""What routers know, as lines of text: forwarding tables and RIP's table, from the data that describes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def route_lines(nodes: Sequence[Mapping[str, Any]]) -> list[str]:
    """Forwarding tables: a heading and a table for each node."""
    lines: list[str] = []
    for node in nodes:
        rows = [[route["prefix"], route["origin"], str(route["distance"]), _ways(route)] for route in node["routes"]]
        lines += [*gap(lines), node["node"], *table(["prefix", "origin", "distance", "way"], rows)]
    return lines


def rip_lines(routers: Sequence[Mapping[str, Any]]) -> list[str]:
    """RIP: for each router its table, its neighbours and what it did not believe."""
    lines: list[str] = []
    for router in routers:
        rows = [
            [route["prefix"], str(route["metric"]), str(route["tag"]), _rip_way(route), _rip_time(route)]
            for route in router["table"]
        ]
        lines += [*gap(lines), router["router"], *table(["prefix", "metric", "tag", "way", "time left"], rows)]
        heard = [
            [named(peer, "address"), peer["interface"], f"{peer['heard_s_ago']:.1f} s ago", str(peer["messages"])]
            for peer in router["neighbours"]
        ]
        lines += ["", *table(["neighbour", "interface", "heard", "messages"], heard)]
        if router["drops"]:
            lines += ["", "  not believed:", *(f"    {count}  {reason}" for reason, count in router["drops"].items())]
    return lines


def _ways(route: Mapping[str, Any]) -> str:
    if route["kind"] != "unicast":
        return str(route["kind"])
    return ", ".join(
        (f"via {named(hop, 'gateway')} " if hop["gateway"] else "")
        + f"dev {hop['interface']}"
        + ("" if hop["up"] else " (down)")
        for hop in route["hops"]
    )


def _rip_way(route: Mapping[str, Any]) -> str:
    if route["flushed_in_s"] is not None:
        return "unreachable"
    if route["connected"]:
        return "connected"
    return ", ".join(f"via {named(hop, 'gateway')} dev {hop['interface']}" for hop in route["hops"])


def _rip_time(route: Mapping[str, Any]) -> str:
    if route["flushed_in_s"] is not None:
        return f"{route['flushed_in_s']:.1f} s"
    return ", ".join(f"{hop['times_out_in_s']:.1f} s" for hop in route["hops"])


def named(entry: Mapping[str, Any], address: str) -> str:
    """An address or number of an entry, with the name of the node that it belongs to."""
    return f"{entry[address]} ({entry['node']})" if entry["node"] else str(entry[address])


def gap(lines: list[str]) -> list[str]:
    """An empty line, unless it would be the first."""
    return [""] if lines else []


def table(heads: list[str], rows: list[list[str]]) -> list[str]:
    """Columns as wide as they need, under their heads."""
    widths = [max(len(row[column]) for row in [heads, *rows]) for column in range(len(heads))]
    return [
        ("  " + "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True))).rstrip()
        for row in [heads, *rows]
    ]
