"""The reason for a route, in lines: the candidate next hops, an LSA and the path to it, a neighbour's update."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def reason_lines(because: Mapping[str, Any]) -> list[str]:
    """The lines for one node; they depend on the protocol of its route."""
    protocol = because.get("protocol")
    if protocol == "ospf":
        return _ospf(because)
    if protocol == "rip":
        return [_update(because, update) for update in because["updates"]]
    if protocol == "automatic" and "links" in because:
        lines = [f"  cost {because['distance']} so far, {because['left']} to go", *candidate_lines(because["links"])]
        return lines if because["as_computed"] else [*lines, "  ! its table differs from the computed route"]
    if protocol == "automatic" and "default" in because:
        return [f"  {because['default']}"]
    return {"connected": ["  network of that interface"], "static": ["  configured on this node"]}.get(
        str(protocol), []
    )


def candidate_lines(links: Sequence[Mapping[str, Any]]) -> list[str]:
    """The candidate next hops of a node, in columns; an arrow marks those in use."""
    neighbours = [link["to"] for link in links]
    rows = [_candidate_cells(link, neighbours.count(link["to"]) > 1) for link in links]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(5)]
    lines = []
    for mark, to, *costs, note in rows:
        cells = [mark, to.ljust(widths[1]), *(cell.rjust(widths[2 + n]) for n, cell in enumerate(costs))]
        lines.append(f"  {'  '.join([*cells, note])}".rstrip())
    return lines


def _candidate_cells(link: Mapping[str, Any], parallel: bool) -> tuple[str, str, str, str, str, str]:
    """The cells of one line; parallel links are distinguished by name."""
    to = f"{link['to']} ({link['link']})" if parallel and link.get("link") else link["to"]
    if link["total"] is None:
        return " ", to, f"cost {link['cost']}", "", "", "no path except back through this node"
    extra = "" if link["taken"] else f"+{link['extra']}"
    note = "loop-free alternate" if link["loop_free"] and not link["taken"] else ""
    return "→" if link["taken"] else " ", to, f"cost {link['cost']}", f"total {link['total']}", extra, note


def _ospf(because: Mapping[str, Any]) -> list[str]:
    if because["path"] is None:
        return []
    outside = "" if because["external_cost"] is None else f", metric {because['external_cost']} outside"
    kind = "discard route of a range" if because["discard"] else f"{because['path']} route"
    lines = [f"  {kind} of cost {because['cost']}{outside}, area {because['area']}"]
    if "cost_told" in because:
        lines[0] += f": {because['cost_to_router']} to the advertising router, {because['cost_told']} in its LSA"
    if because["lsa"] is not None:
        lines.append(f"  {lsa_text(because['lsa'])}")
    if because.get("redistributed_from"):
        lines.append(f"  redistributed there from {because['redistributed_from']}")
    if len(because.get("tree", [])) > 1:
        tree = " → ".join(f"{each['vertex']} {each['cost']}" for each in because["tree"])
        lines.append(f"  tree: {tree}")
        lines += [f"    {lsa_text(each['lsa'])}" for each in because["tree"] if each["lsa"] is not None]
    return [*lines, *candidate_lines(because.get("links", []))]


def lsa_text(lsa: Mapping[str, Any]) -> str:
    """An LSA in one line: type, advertising router, sequence number, age, and the neighbour that sent it."""
    who = lsa["node"] or lsa["advertising_router"]
    sender = "self-originated" if lsa["received_from"] is None else f"sent by {lsa['received_from']}"
    return (
        f"{lsa['type']}-LSA {lsa['link_state_id']} of {who}, sequence {lsa['sequence']}, age {lsa['age_s']} s, {sender}"
    )


def _update(because: Mapping[str, Any], update: Mapping[str, Any]) -> str:
    return (
        f"  metric {because['metric']}: {update['neighbour']} ({update['address']} on {update['interface']}) "
        f"advertised {update['advertised']}, the link adds {update['link']}; heard {update['heard_s_ago']:.1f} s ago"
    )
