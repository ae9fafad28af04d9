"""The tables that RFC 2328 prints for its Figures 2 and 6, from routers that run OSPF.

Tables 3 and 12 are of Figure 2, without areas; 4, 5, 6 and 13 of Figure 6; 14 is Table 13's change when RT3 and RT4 are
joined by one more virtual link, through area 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from catenet.experiments.comparison import Comparison
from catenet.experiments.rfc2328_network import FIGURE_6, NAMES, TABLE_14, figure
from catenet.internet import Internet
from catenet.lab.report import routing as show

Row = tuple[Any, ...]
"""A line of a table: one destination."""
Rows = Mapping[str, Row]

INTRA: Final = "intra-area"
INTER: Final = "inter-area"
OUTSIDE: Final = "external type 1"
HERE: Final = "*"
"""A destination of the router itself, or on a network of its own."""

TABLE_3_ROWS: Final[Rows] = {"N12": (10, "rt10"), "N13": (14, "rt5"), "N14": (14, "rt5"), "N15": (17, "rt10")}
TABLE_4_ROWS: Final[Rows] = {"N1": (4, 4), "N2": (4, 4), "N3": (1, 1), "N4": (2, 3)}
TABLE_5_ROWS: Final[Rows] = {
    "to RT3": (None, 21), "to RT4": (22, None), "to RT7": (20, 14), "to RT10": (15, 22), "to RT11": (18, 25),
    "to Ia": (20, 27), "to Ib": (15, 22), "to RT5": (14, 8),
}  # fmt: skip
TABLE_6_ROWS: Final[Rows] = {
    "Ia,Ib": (20, 27), "N6": (16, 15), "N7": (20, 19), "N8": (18, 18), "N9-N11,H1": (29, 36),
    "RT5": (14, 8), "RT7": (20, 14),
}  # fmt: skip
TABLE_12_ROWS: Final[Rows] = {
    "N1": (INTRA, 10, "rt3"), "N2": (INTRA, 10, "rt3"), "N3": (INTRA, 7, "rt3"), "N4": (INTRA, 8, "rt3"),
    "Ib": (INTRA, 7, HERE), "Ia": (INTRA, 12, "rt10"), "N6": (INTRA, 8, "rt10"), "N7": (INTRA, 12, "rt10"),
    "N8": (INTRA, 10, "rt10"), "N9": (INTRA, 11, "rt10"), "N10": (INTRA, 13, "rt10"), "N11": (INTRA, 14, "rt10"),
    "H1": (INTRA, 21, "rt10"), "RT5": (INTRA, 6, "rt5"), "RT7": (INTRA, 8, "rt10"),
    "N12": (OUTSIDE, 10, "rt10"), "N13": (OUTSIDE, 14, "rt5"), "N14": (OUTSIDE, 14, "rt5"),
    "N15": (OUTSIDE, 17, "rt10"),
}  # fmt: skip
TABLE_13_ROWS: Final[Rows] = {
    "N1": (1, INTRA, 4, "rt1"), "N2": (1, INTRA, 4, "rt2"), "N3": (1, INTRA, 1, HERE), "N4": (1, INTRA, 3, "rt3"),
    "RT3 (area 1)": (1, INTRA, 1, "rt3"), "Ib": (0, INTRA, 22, "rt5"), "Ia": (0, INTRA, 27, "rt5"),
    "RT3": (0, INTRA, 21, "rt5"), "RT5": (0, INTRA, 8, "rt5"), "RT7": (0, INTRA, 14, "rt5"),
    "RT10": (0, INTRA, 22, "rt5"), "RT11": (0, INTRA, 25, "rt5"), "N6": (0, INTER, 15, "rt5"),
    "N7": (0, INTER, 19, "rt5"), "N8": (0, INTER, 18, "rt5"), "N9-N11,H1": (0, INTER, 36, "rt5"),
    "N12": (None, OUTSIDE, 16, "rt5"), "N13": (None, OUTSIDE, 16, "rt5"), "N14": (None, OUTSIDE, 16, "rt5"),
    "N15": (None, OUTSIDE, 23, "rt5"),
}  # fmt: skip
TABLE_14_ROWS: Final[Rows] = {
    "Ib": (0, INTRA, 16, "rt3"), "Ia": (0, INTRA, 21, "rt3"), "RT3": (0, INTRA, 1, "rt3"),
    "RT10": (0, INTRA, 16, "rt3"), "RT11": (0, INTRA, 19, "rt3"), "N9-N11,H1": (0, INTER, 30, "rt3"),
}  # fmt: skip
_ROUTING: Final = ("area", "path", "cost", "next hop")


def rfc2328(seed: int) -> Iterator[Comparison]:
    """All tables, each with the number of its lines that match the RFC."""
    whole = figure(seed, areas=False)
    rt6 = _routing_table(whole, "rt6")
    yield _compare("Table 3, RT6's routes to the outside", TABLE_3_ROWS, _cut(rt6, 2), ("cost", "next hop"))
    yield _compare("Table 12, RT6's routing table without areas", TABLE_12_ROWS, _cut(rt6, 1), _ROUTING[1:])
    split = figure(seed, areas=True, virtual_links=FIGURE_6)
    both = ("by RT3", "by RT4")
    told = [_beside(_told(split, "rt3", area), _told(split, "rt4", area)) for area in (0, 1)]
    yield _compare("Table 4, what RT3 and RT4 tell the backbone", TABLE_4_ROWS, told[0], both)
    distances = _beside(_distances(split, "rt3"), _distances(split, "rt4"))
    yield _compare("Table 5, RT3's and RT4's distances in the backbone", TABLE_5_ROWS, distances, ("of RT3", "of RT4"))
    yield _compare("Table 6, what RT3 and RT4 tell area 1", TABLE_6_ROWS, told[1], both)
    rt4 = _routing_table(split, "rt4")
    yield _compare("Table 13, RT4's routing table with areas", TABLE_13_ROWS, rt4, _ROUTING)
    joined = _routing_table(figure(seed, areas=True, virtual_links=TABLE_14), "rt4")
    changed = {name: row for name, row in joined.items() if rt4.get(name) != row}
    yield _compare("Table 14, what one more virtual link changes of it", TABLE_14_ROWS, changed, _ROUTING)


def _compare(what: str, printed: Rows, found: Rows, heads: tuple[str, ...]) -> Comparison:
    """Compare a table with the RFC's; a line in only one of them is wrong, too."""
    names = [*printed, *(name for name in found if name not in printed)]
    right = [name for name in names if printed.get(name) == found.get(name)]
    rows = [[name, *_cells(found.get(name), heads), _remark(name, printed, found)] for name in names]
    count = float(len(names))
    lines = _aligned([["", *heads, ""], *rows])
    return Comparison(what, f"{len(printed)} lines", count, count, float(len(right)), "lines as printed", lines=lines)


def _aligned(rows: list[list[str]]) -> tuple[str, ...]:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    padded = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return tuple(line.rstrip() for line in padded)


def _cells(row: Row | None, heads: tuple[str, ...]) -> list[str]:
    cells: Row = ("",) * len(heads) if row is None else row
    return ["-" if cell is None else str(cell) for cell in cells]


def _remark(name: str, printed: Rows, found: Rows) -> str:
    if printed.get(name) == found.get(name):
        return ""
    expected = printed.get(name)
    return "the RFC has no such line" if expected is None else f"the RFC has {', '.join(str(one) for one in expected)}"


def _cut(rows: Rows, columns: int) -> Rows:
    """Without the first columns; and with the outside alone, if only cost and next hop are left."""
    return {name: row[columns:] for name, row in rows.items() if columns < 2 or row[1] == OUTSIDE}


def _beside(one: Mapping[str, int], other: Mapping[str, int]) -> Rows:
    return {name: (one.get(name), other.get(name)) for name in dict.fromkeys([*one, *other])}


def _name(prefix: str) -> str | None:
    return next((name for name, known in NAMES.items() if known == prefix), None)


def _routing_table(net: Internet, router: str) -> Rows:
    """A router's table: area, path type, cost and next hops of each destination that the figures name."""
    (seen,) = show.ospf(net._world, router, ["routes", "borders"])
    found: dict[str, Row] = {}
    for route in seen["routes"]:
        name = _name(route["prefix"])
        if name is not None and not route["discard"]:
            area = None if route["area"] is None else int(route["area"].split(".")[-1])
            found[name] = (area, route["path"], route["cost"], _hops(route))
    for border in seen["borders"]:
        area = int(border["area"].split(".")[-1])
        name = border["node"].upper() + (f" (area {area})" if area else "")
        found[name] = (area, border["path"], border["cost"], _hops(border))
    return found


def _hops(route: Mapping[str, Any]) -> str:
    return ", ".join(hop["node"] for hop in route["hops"] if hop["node"]) or HERE


def _told(net: Internet, router: str, area: int) -> dict[str, int]:
    """The summaries of a border router for an area: costs, by the names of networks and routers."""
    (seen,) = show.ospf(net._world, router, ["database"])
    found = {}
    for lsas in (one["lsas"] for one in seen["database"] if one["area"] == f"0.0.0.{area}"):
        for lsa in lsas:
            says = lsa["says"]
            if lsa["node"] == router and "cost" in says:
                name = _name(says["network"]) if "network" in says else f"RT{says['router'].split('.')[-1]}"
                if name is not None:
                    found[name] = says["cost"]
    return found


def _distances(net: Internet, router: str) -> dict[str, int]:
    """The distances of border routers, boundary routers and the two networks within the backbone."""
    rows = _routing_table(net, router)
    return {f"to {name}": row[2] for name, row in rows.items() if row[:2] == (0, INTRA)}
