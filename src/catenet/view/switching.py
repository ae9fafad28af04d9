"""Spanning tree, LLDP neighbours, link aggregation and multicast groups of each switch, as lines of text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from catenet.view.routing.tables import gap, table


def stp_lines(switches: Sequence[Mapping[str, Any]], width: int | None = None) -> list[str]:
    """Spanning trees: for each switch the root, and a table of its ports."""
    lines: list[str] = []
    for switch in switches:
        lines += [*gap(lines), f"{switch['switch']}: {_tree(switch)}"]
        rows = [
            [
                port["link"],
                port["role"] + (" (edge)" if port["edge"] else ""),
                port["state"],
                str(port["cost"]),
                _bridge(port["designated_bridge"]),
            ]
            for port in switch["ports"]
        ]
        lines += table(["link", "role", "state", "cost", "designated bridge"], rows, width)
    return lines


def _tree(switch: Mapping[str, Any]) -> str:
    root = switch["root"]
    protocol = switch["protocol"].upper()
    if root is None:
        return f"{protocol}, no link is up"
    changes = f"topology changes detected: {switch['topology_changes']}"
    if root["port"] is None:
        return f"{protocol}, the root, {_bridge(root)}; {changes}"
    return f"{protocol}, root {_bridge(root)} at cost {root['cost']} via {root['port']}; {changes}"


def _bridge(bridge: Mapping[str, Any]) -> str:
    identifier = f"{bridge['priority']}.{bridge['mac']}"
    return f"{identifier} ({bridge['switch']})" if bridge["switch"] else identifier


def lldp_lines(nodes: Sequence[Mapping[str, Any]], width: int | None = None) -> list[str]:
    """LLDP: for each node a table of its neighbours."""
    lines: list[str] = []
    for node in nodes:
        found = [(port, neighbour) for port in node["ports"] for neighbour in port["neighbours"]]
        count = f"{len(found)} neighbour{'' if len(found) == 1 else 's'}"
        lines += [*gap(lines), f"{node['node']}: {count}"]
        rows = [
            [
                port["link"],
                neighbour["system_name"] or neighbour["chassis"],
                neighbour["port"],
                ", ".join(neighbour["enabled_capabilities"]),
                f"{neighbour['expires_s']:.0f} s",
                ", ".join(neighbour["management_addresses"]),
            ]
            for port, neighbour in found
        ]
        if rows:
            lines += table(["link", "system", "port", "capabilities", "expires", "addresses"], rows, width)
    return lines


def lacp_lines(switches: Sequence[Mapping[str, Any]], width: int | None = None) -> list[str]:
    """Link aggregates: for each a table of its members."""
    lines: list[str] = []
    for switch in switches:
        for aggregate in switch["aggregates"]:
            members = aggregate["members"]
            working = sum(member["distributing"] for member in members)
            how = "static" if aggregate["lacp"] == "off" else f"LACP {aggregate['lacp']}"
            up = "up" if aggregate["up"] else "down"
            told = f"{how}, {up}, {working} of {len(members)} links work, hash {aggregate['hash']}"
            lines += [*gap(lines), f"{switch['switch']} {aggregate['name']}: {told}"]
            rows = [
                [
                    member["link"],
                    member.get("mux", "distributing" if member["distributing"] else "down"),
                    member["partner"]["system"] if "partner" in member else "",
                    str(member["partner"]["port"]) if "partner" in member else "",
                    str(member["out_frames"]),
                ]
                for member in members
            ]
            lines += table(["link", "state", "partner", "port", "frames sent"], rows, width)
    return lines


def snooping_lines(switches: Sequence[Mapping[str, Any]], width: int | None = None) -> list[str]:
    """Snooping: for each switch and VLAN the querier and the multicast routers, and a table of members."""
    lines: list[str] = []
    for switch in switches:
        if not switch["vlans"]:
            lines += [*gap(lines), f"{switch['switch']}: no frame to a group was seen"]
        for vlan in switch["vlans"]:
            lines += [*gap(lines), f"{switch['switch']}, VLAN {vlan['vlan']}: {_querier(vlan)}"]
            rows = [
                [each["group"], each["link"], _sources(each), f"{each['expires_s']:.1f} s"] for each in vlan["groups"]
            ]
            if rows:
                lines += table(["group", "link", "sources", "expires in"], rows, width)
    return lines


def _querier(vlan: Mapping[str, Any]) -> str:
    querier = vlan["querier"]
    protocol = vlan["protocol"].upper()
    if querier is None:
        return f"{protocol}, no querier: groups are flooded"
    where = "this switch" if querier["port"] is None else f"via {querier['port']}"
    flooded = "" if vlan["filters"] else "; groups are flooded until members had time to report"
    routers = f"; multicast routers: {', '.join(vlan['routers'])}" if vlan["routers"] else ""
    return f"{protocol}, querier {querier['address']} ({where}){routers}{flooded}"


def _sources(member: Mapping[str, Any]) -> str:
    sources = ", ".join(member["sources"])
    if member["mode"] == "include":
        return sources
    return f"all but {sources}" if sources else "all"
