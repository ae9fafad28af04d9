"""Forwarding tables and RIP's routing tables, as lines of text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from catenet.view.layout import LABEL, TEXT, Cell, Column, plain, table_lines


def route_lines(nodes: Sequence[Mapping[str, Any]], width: int | None = None) -> list[str]:
    """Forwarding tables: a heading and a table for each node, in lines of at most ``width`` cells (None: unlimited)."""
    lines: list[str] = []
    for node in nodes:
        rows = [[route["prefix"], route["origin"], str(route["distance"]), _ways(route)] for route in node["routes"]]
        heads = ["prefix", "origin", "distance", "next hop"]
        lines += [*gap(lines), node["node"], *table(heads, rows, width, ["next hop"])]
    return lines


def rip_lines(routers: Sequence[Mapping[str, Any]], width: int | None = None) -> list[str]:
    """RIP: for each router its table, its neighbours and the packets that it rejected."""
    lines: list[str] = []
    for router in routers:
        rows = [
            [route["prefix"], str(route["metric"]), str(route["tag"]), _rip_way(route), _rip_time(route)]
            for route in router["table"]
        ]
        heads = ["prefix", "metric", "tag", "next hop", "time left"]
        lines += [*gap(lines), router["router"], *table(heads, rows, width, ["next hop", "time left"])]
        heard = [
            [named(peer, "address"), peer["interface"], f"{peer['heard_s_ago']:.1f} s ago", str(peer["messages"])]
            for peer in router["neighbours"]
        ]
        lines += ["", *table(["neighbour", "interface", "heard", "messages"], heard, width)]
        if router["drops"]:
            rejected = [f"    {count}  {reason}" for reason, count in router["drops"].items()]
            lines += ["", "  rejected packets:", *rejected]
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
    """An address or ID of an entry, with the name of its node if known."""
    return f"{entry[address]} ({entry['node']})" if entry["node"] else str(entry[address])


def gap(lines: list[str]) -> list[str]:
    """An empty line, unless ``lines`` is empty."""
    return [""] if lines else []


def table(heads: list[str], rows: list[list[str]], width: int | None = None, texts: Sequence[str] = ()) -> list[str]:
    """Columns under their headings; ``texts`` names the columns that may be wrapped."""
    columns = [Column(Cell(head), TEXT if head in texts else LABEL) for head in heads]
    return plain(table_lines(columns, [[Cell(text) for text in row] for row in rows], width, indent=2))
