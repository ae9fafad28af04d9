"""Explains a packet's path, in lines for the terminal.

The data is the JSON of an explanation: the paths, then each node on them with its route, the rule that selected it, the
reason for it, and the alternatives; optionally the shortest-path tree of the source.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from catenet.view import numbers
from catenet.view.routing.reasons import reason_lines


def explanation_lines(data: Mapping[str, Any], *, tree: bool = False) -> list[str]:
    """The explanation; ``tree`` adds the shortest-path tree of the source, if routes are automatic."""
    lines = [*_head(data), *_computed(data)]
    for hop in data["hops"]:
        if hop["route"] is not None or hop["end"] is not None:
            lines += ["", *_hop(hop)]
    if tree and data["computed"] is not None:
        lines += ["", f"all shortest paths from {data['source']}", *_tree(data["computed"]["tree"])]
    return lines


def _head(data: Mapping[str, Any]) -> list[str]:
    title = f"{data['source']} → {data['target']} ({data['address']}) at {data['at_ns'] / 1e9:g} s"
    if not data["paths"]:
        return [f"{title}: no path"]
    lines = [f"{title}: {numbers.plural(data['path_count'], 'path')}", ""]
    lines += [f"  {' → '.join(path)}" for path in data["paths"]]
    untold = data["path_count"] - len(data["paths"])
    return [*lines, f"  and {numbers.grouped(untold)} more"] if untold else lines


def _computed(data: Mapping[str, Any]) -> list[str]:
    """The paths that automatic routing computed, marked if the forwarding tables differ."""
    computed = data["computed"]
    if computed is None:
        return []
    unit = " µs" if computed["metric"] == "delay" else ""
    whose = f"{computed['prefix']} is at {', '.join(computed['owners'])}; costs are by {computed['metric']}"
    if computed["cost"] is None:
        return ["", f"automatic routing: no path; {whose}"]
    count = numbers.plural(computed["path_count"], "shortest path")
    lines = ["", f"automatic routing: {count} of cost {computed['cost']}{unit}; {whose}"]
    if sorted(set(map(tuple, computed["paths"]))) != sorted(map(tuple, data["paths"])):
        lines += [f"  ! computed: {' → '.join(path)}" for path in dict.fromkeys(map(tuple, computed["paths"]))]
    return lines


def _hop(hop: Mapping[str, Any]) -> list[str]:
    route = hop["route"]
    if route is None:
        lines = [hop["node"]]
    else:
        nexts = ", ".join(_next(each) for each in route["next_hops"]) or route["kind"]
        lines = [f"{hop['node']}   {route['prefix']} {nexts}, {route['protocol']} {route['distance']}"]
        lines.append(f"  {hop['rule']}")
        lines += reason_lines(hop["because"])
    lines += [f"  not {other['what']}: {other['why_not']}" for other in hop["others"]]
    return [*lines, f"  ! {hop['end']}"] if hop["end"] is not None else lines


def _next(hop: Mapping[str, Any]) -> str:
    gateway = f"via {hop['gateway']} " if hop["gateway"] else ""
    return f"→ {hop['node'] or 'nobody'} ({gateway}dev {hop['interface']})"


def _tree(nodes: Sequence[Mapping[str, Any]]) -> list[str]:
    """Each node under its first parent; the line names the other parents of a tie."""
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
    """Each node with a flag that is True for the last one."""
    return [(place == len(nodes) - 1, node) for place, node in enumerate(nodes)]
