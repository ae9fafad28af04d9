"""What routers know, as lines of text: forwarding tables and RIP's table, from the data that describes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from catenet.view.layout import LABEL, TEXT, Cell, Column, plain, table_lines


def route_lines(nodes: Sequence[Mapping[str, Any]], width: int | None = None) -> list[str]:
    """Forwarding tables: a heading and a table for each node, in lines of ``width`` cells if that is given."""
    lines: list[str] = []
    for node in nodes:
        rows = [[route["prefix"], route["origin"], str(route["distance"]), _ways(route)] for route in node["routes"]]
        lines += [*gap(lines), node["node"], *table(["prefix", "origin", "distance", "way"], rows, width, ["way"])]
    return lines


def rip_lines(routers: Sequence[Mapping[str, Any]], width: int | None = None) -> list[str]:
    """RIP: for each router its table, its neighbours and what it did not believe."""
    lines: list[str] = []
    for router in routers:
        rows = [
            [route["prefix"], str(route["metric"]), str(route["tag"]), _rip_way(route), _rip_time(route)]
            for route in router["table"]
        ]
        heads = ["prefix", "metric", "tag", "way", "time left"]
        lines += [*gap(lines), router["router"], *table(heads, rows, width, ["way", "time left"])]
        heard = [
            [named(peer, "address"), peer["interface"], f"{peer['heard_s_ago']:.1f} s ago", str(peer["messages"])]
            for peer in router["neighbours"]
        ]
        lines += ["", *table(["neighbour", "interface", "heard", "messages"], heard, width)]
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


def table(heads: list[str], rows: list[list[str]], width: int | None = None, texts: Sequence[str] = ()) -> list[str]:
    """Columns as wide as they need, under their heads; ``texts`` are heads of those that may be broken into lines."""
    columns = [Column(Cell(head), TEXT if head in texts else LABEL) for head in heads]
    return plain(table_lines(columns, [[Cell(text) for text in row] for row in rows], width, indent=2))
