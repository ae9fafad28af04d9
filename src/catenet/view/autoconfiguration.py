"""Addresses, default routers and leases of hosts that configure themselves, and of those that serve them, as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from catenet.view.routing.tables import gap, table


def autoconfiguration_lines(nodes: Sequence[Mapping[str, Any]], width: int | None = None) -> list[str]:
    """For each node: its addresses, its default routers and name servers; its advertisements and leases."""
    lines: list[str] = []
    for node in nodes:
        for interface in node.get("interfaces", ()):
            lines += [*gap(lines), f"{node['node']} {interface['link']}: {_client(interface)}"]
            lines += table(
                ["address", "from", "state", "preferred", "valid"],
                [
                    [
                        each["address"],
                        each["origin"],
                        each["state"],
                        _left(each["preferred_s"]),
                        _left(each["valid_s"]),
                    ]
                    for each in interface["addresses"]
                ],
                width,
            )
            lines += _learned(interface, width)
        lines += _served(node, lines, width)
    return lines


def _client(interface: Mapping[str, Any]) -> str:
    parts = []
    dhcp = interface.get("dhcp")
    if dhcp is not None:
        lease = f", lease of {dhcp['server']} for {_left(dhcp['expires_s'])}" if "server" in dhcp else ""
        parts.append(f"DHCP {dhcp['state']}{lease}")
    discovery = interface.get("router_discovery")
    if discovery is not None:
        count = len(discovery["default_routers"])
        parts.append(f"{count} default router{'' if count == 1 else 's'} of IPv6")
    return "; ".join(parts)


def _learned(interface: Mapping[str, Any], width: int | None) -> list[str]:
    dhcp, discovery = interface.get("dhcp", {}), interface.get("router_discovery", {})
    rows = [["router", address, "dhcp", _left(dhcp.get("expires_s"))] for address in dhcp.get("routers", ())]
    rows += [
        [f"route {network}", gateway, "dhcp", _left(dhcp.get("expires_s"))]
        for network, gateway in dhcp.get("routes", {}).items()
    ]
    rows += [
        [
            "router" if router["used"] else "router (spare)",
            router["address"],
            f"advertisement, {router['preference']}",
            _left(router["expires_s"]),
        ]
        for router in discovery.get("default_routers", ())
    ]
    rows += [
        ["on link", each["prefix"], "advertisement", _left(each["expires_s"])] for each in discovery.get("prefixes", ())
    ]
    for source, told in (("dhcp", dhcp), ("advertisement", discovery)):
        rows += [["name server", address, source, ""] for address in told.get("name_servers", ())]
        rows += [["domain", domain, source, ""] for domain in told.get("domains", ())]
    return table(["learned", "value", "from", "expires"], rows, width) if rows else []


def _served(node: Mapping[str, Any], above: list[str], width: int | None) -> list[str]:
    lines: list[str] = []
    advertises = node.get("advertises", ())
    if advertises:
        lines += [*gap(above), f"{node['node']}: router advertisements"]
        rows = [
            [
                each["link"],
                f"{each['interval_s'][0]}-{each['interval_s'][1]} s" if each["advertising"] else "stopped",
                _left(each["lifetime_s"]),
                str(each["sent"]),
                str(each["solicited"]),
            ]
            for each in advertises
        ]
        lines += table(["link", "interval", "lifetime", "sent", "solicitations"], rows, width)
    server = node.get("dhcp_server")
    if server is not None:
        lines += [*gap(above + lines), f"{node['node']}: DHCP server of {', '.join(server['subnets'])}"]
        rows = [
            [each["address"], each["host"], each["mac"], each["state"], _left(each["expires_s"])]
            for each in server["leases"]
        ]
        lines += table(["address", "host", "MAC", "state", "expires"], rows, width) if rows else ["no leases"]
    relay = node.get("dhcp_relay")
    if relay is not None:
        told = f"{relay['forwarded']} requests forwarded, {relay['returned']} replies returned"
        lines += [*gap(above + lines), f"{node['node']}: DHCP relay agent to {', '.join(relay['servers'])}: {told}"]
    return lines


def _left(seconds: int | None) -> str:
    """A time that is left."""
    return "for ever" if seconds is None else f"{seconds:,} s"
