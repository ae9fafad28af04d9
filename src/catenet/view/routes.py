"""Why a packet goes that way, in lines for the terminal.

It is read from the JSON of an explanation: the paths, then each node on them with its ways, then, if wanted, the whole
tree of the source.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from catenet.view import numbers


def explanation_lines(data: Mapping[str, Any], *, tree: bool = False) -> list[str]:
    """The explanation; with ``tree``, also all other nodes' distances from the source."""
    lines = _head(data)
    for hop in data["hops"]:
        if hop["ways"]:
            lines += ["", *_hop(hop)]
    if tree:
        lines += ["", f"all shortest paths from {data['source']}", *_tree(data["tree"])]
    return lines


def _head(data: Mapping[str, Any]) -> list[str]:
    unit = " µs" if data["metric"] == "delay" else ""
    owners = ", ".join(data["owners"])
    whose = f"{data['prefix']} is at {owners}; costs are by {data['metric']}"
    if data["cost"] is None:
        return [f"{data['source']} → {data['target']} ({data['address']}): no path", whose]
    count = numbers.plural(data["path_count"], "shortest path")
    lines = [
        f"{data['source']} → {data['target']} ({data['address']}): {count} of cost {data['cost']}{unit}",
        whose,
        "",
    ]
    told = [f"  {' → '.join(path)}" for path in data["paths"]]
    for line in dict.fromkeys(told):
        alike = told.count(line)
        lines.append(line if alike == 1 else f"{line}   ×{alike}, over parallel links")
    untold = data["path_count"] - len(data["paths"])
    return [*lines, f"  and {numbers.grouped(untold)} more"] if untold else lines


def _hop(hop: Mapping[str, Any]) -> list[str]:
    taken = sum(1 for way in hop["ways"] if way["taken"])
    tie = f", a tie of {taken}" if taken > 1 else ""
    lines = [f"{hop['node']}   {hop['distance']} behind, {hop['left']} ahead{tie}"]
    neighbours = [way["to"] for way in hop["ways"]]
    rows = [_way(way, neighbours.count(way["to"]) > 1) for way in hop["ways"]]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    for mark, to, *costs, note in rows:
        cells = [mark, to.ljust(widths[1]), *(cell.rjust(widths[2 + n]) for n, cell in enumerate(costs))]
        lines.append(f"  {'  '.join([*cells, note])}".rstrip())
    return [*lines, *_table(hop)]


def _way(way: Mapping[str, Any], parallel: bool) -> tuple[str, str, str, str, str, str]:
    """The cells of one line; of parallel links, each is named."""
    to = f"{way['to']} ({way['link']})" if parallel else way["to"]
    if way["total"] is None:
        return " ", to, f"cost {way['cost']}", "", "", "only leads back"
    extra = "" if way["taken"] else f"+{way['extra']}"
    note = "loop-free: could take over at once" if way["loop_free"] and not way["taken"] else ""
    return "→" if way["taken"] else " ", to, f"cost {way['cost']}", f"in all {way['total']}", extra, note


def _table(hop: Mapping[str, Any]) -> list[str]:
    """What the table says: a line where it is as computed, and a warning where it is not."""
    table = hop["table"]
    if table is None:
        return [] if hop["as_computed"] else ["  ! its table has no route that can be used"]
    nexts = ", ".join(
        " ".join([*([f"via {each['gateway']}"] if each["gateway"] else []), "dev", each["interface"]])
        for each in table["next_hops"]
    )
    if hop["as_computed"]:
        return [f"  table: {table['prefix']} {nexts}, {table['origin']}"]
    leads = ", ".join(each["node"] or each["gateway"] for each in table["next_hops"]) or table["kind"]
    return [f"  ! its table says otherwise: {table['prefix']} {nexts or table['kind']}, {table['origin']}, to {leads}"]


def _tree(nodes: Sequence[Mapping[str, Any]]) -> list[str]:
    """Each node under its first parent; the others of a tie are named."""
    below: dict[str, list[Mapping[str, Any]]] = {}
    for node in nodes[1:]:
        below.setdefault(node["parents"][0], []).append(node)
    lines = [f"  {nodes[0]['node']}"]
    pending = [("  ", place, node) for place, node in _marked(below.get(nodes[0]["node"], []))][::-1]
    while pending:
        indent, last, node = pending.pop()
        tie = f"   also from {', '.join(node['parents'][1:])}" if len(node["parents"]) > 1 else ""
        lines.append(f"{indent}{'└' if last else '├'}─ {node['node']}  {node['distance']}{tie}")
        deeper = indent + ("   " if last else "│  ")
        children = _marked(below.get(node["node"], []))
        pending += [(deeper, place, child) for place, child in children][::-1]
    return lines


def _marked(nodes: list[Mapping[str, Any]]) -> list[tuple[bool, Mapping[str, Any]]]:
    """The nodes, each with whether it is the last."""
    return [(place == len(nodes) - 1, node) for place, node in enumerate(nodes)]
