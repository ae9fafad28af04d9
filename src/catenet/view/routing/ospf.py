"""OSPF's state as lines of text, made from ``catenet show ospf --json``'s data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from catenet.view.routing.tables import gap, named, table

Data = Mapping[str, Any]


def ospf_lines(routers: Sequence[Data], width: int | None = None) -> list[str]:
    """For each router a heading and its parts, in lines of at most ``width`` cells (None: unlimited)."""
    lines: list[str] = []
    for router in routers:
        lines += [*gap(lines), _heading(router)]
        told = [(part, tell(router[part], width)) for part, tell in _PARTS.items() if part in router]
        for number, (_, part_lines) in enumerate(told):
            lines += [*([""] if number and part_lines else []), *part_lines]
    return lines


def overview_lines(routers: Sequence[Data], width: int | None = None) -> list[str]:
    """A summary of each router: interfaces, neighbours, numbers of LSAs and routes, rejected packets."""
    short = ("interfaces", "neighbours", "borders", "drops")
    lines: list[str] = []
    for router in routers:
        kept = {key: value for key, value in router.items() if key not in _PARTS or key in short}
        counts = [_count(area) for area in router["database"]]
        lines += [*gap(lines), *ospf_lines([kept], width), "", *(f"  {count}" for count in counts)]
        lines.append(f"  {len(router['routes'])} routes")
    return lines


def _heading(router: Data) -> str:
    areas = ", ".join(
        area["area"] + ("" if area["kind"] == "normal" else f" ({area['kind']})") for area in router["areas"]
    )
    border = ", an area border router" if router["border"] else ""
    return f"{router['router']}   id {router['router_id']}, in area {areas}{border}"


def _count(area: Data) -> str:
    counts = ", ".join(f"{count} {kind}" for kind, count in area["counts"].items())
    where = "the whole AS" if area["area"] is None else f"area {area['area']}"
    return f"LSAs of {where}: {counts or 'none'}"


def _interfaces(found: Sequence[Data], width: int | None) -> list[str]:
    rows = [
        [
            one["name"],
            one["address"] or ("-" if one.get("transit_area") else "unnumbered"),
            one["area"],
            _network(one),
            "passive" if one["passive"] else one["state"],
            str(one["cost"]),
            f"{one['hello_s']:g}/{one['dead_s']:g} s",
            _designated(one, "dr"),
            _designated(one, "bdr"),
            f"{one['full']}/{one['neighbours']}",
        ]
        for one in found
    ]
    heads = ["interface", "address", "area", "network", "state", "cost", "hello", "DR", "backup", "full"]
    return table(heads, rows, width)


def _network(interface: Data) -> str:
    """The network type; for a virtual link also its other end and transit area."""
    if not interface.get("transit_area"):
        return str(interface["network"])
    return f"virtual to {interface['peer_node'] or interface['peer']} through {interface['transit_area']}"


def _designated(interface: Data, key: str) -> str:
    return interface[f"{key}_node"] or interface[key] or "-"


def _neighbours(found: Sequence[Data], width: int | None) -> list[str]:
    rows = [
        [
            named(one, "router_id"),
            one["address"],
            one["interface"],
            one["state"] + (f"/{one['role']}" if one["role"] else "") + (" (restarting)" if one["restarting"] else ""),
            "-" if one["dead_in_s"] is None else f"{one['dead_in_s']:.1f} s",
            str(one["priority"]),
            str(one["requested"]),
            str(one["unacknowledged"]),
            str(one["retransmissions"]),
        ]
        for one in found
    ]
    heads = ["neighbour", "address", "interface", "state", "dead in", "priority", "requested", "unacked", "resent"]
    return table(heads, rows, width)


def _database(found: Sequence[Data], width: int | None) -> list[str]:
    lines: list[str] = []
    for area in found:
        rows = [
            [
                one["type"],
                one["link_state_id"],
                named(one, "advertising_router"),
                f"{one['age_s']} s" + (" (flushed)" if one["flushed"] else ""),
                one["sequence"],
                one["received_from"] or "itself",
                _says(one["says"]),
            ]
            for one in area["lsas"]
        ]
        heads = ["LSA", "id", "advertised by", "age", "sequence", "from", "contents"]
        lines += [*gap(lines), f"  {_count(area)}", *table(heads, rows, width, ["contents"])]
    return lines


def _says(said: Data) -> str:
    if "links" in said:
        flags = f"{' '.join(said['flags'])}  " if said["flags"] else ""
        return flags + ", ".join(_link(link) for link in said["links"])
    if "routers" in said:
        return f"{said['network']} of {', '.join(said['routers'])}"
    cost = "unreachable" if said["cost"] is None else f"cost {said['cost']}"
    if "router" in said:
        return f"{said['router']} {cost}"
    words = [said["network"], cost]
    if "metric_type" in said:
        words.append(f"type {said['metric_type']}")
        if said["forwarding"]:
            words.append(f"by {said['forwarding']}")
        if said["tag"]:
            words.append(f"tag {said['tag']}")
    return " ".join(words)


def _link(link: Data) -> str:
    to = link.get("network") or link.get("designated_router") or link.get("router")
    return f"{link['kind']} {to} {link['cost']}"


def _routes(found: Sequence[Data], width: int | None) -> list[str]:
    rows = [
        [
            route["prefix"],
            route["path"],
            str(route["cost"]) + ("" if route["external_cost"] is None else f" + {route['external_cost']}"),
            route["area"] or "-",
            _ways(route),
            named(route, "advertised_by"),
        ]
        for route in found
    ]
    return table(["prefix", "path", "cost", "area", "next hop", "advertised by"], rows, width, ["next hop"])


def _ways(route: Data) -> str:
    if not route["hops"]:
        return "discard" if route.get("discard") else "here"
    return ", ".join(
        (f"via {named(hop, 'gateway')} " if hop["gateway"] else "") + f"dev {hop['interface']}" for hop in route["hops"]
    )


def _borders(found: Sequence[Data], width: int | None) -> list[str]:
    if not found:
        return []
    rows = [
        [
            named(one, "router_id"),
            " ".join(word for word, is_one in (("ABR", one["border"]), ("ASBR", one["boundary"])) if is_one),
            one["path"],
            str(one["cost"]),
            one["area"],
            _ways(one),
        ]
        for one in found
    ]
    return table(["border router", "type", "path", "cost", "area", "next hop"], rows, width, ["next hop"])


def _drops(found: Mapping[str, int], _width: int | None) -> list[str]:
    return ["  rejected packets:", *(f"    {count}  {reason}" for reason, count in found.items())] if found else []


_PARTS: Final[dict[str, Callable[[Any, int | None], list[str]]]] = {
    "interfaces": _interfaces,
    "neighbours": _neighbours,
    "database": _database,
    "routes": _routes,
    "borders": _borders,
    "drops": _drops,
}
