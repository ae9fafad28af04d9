"""Tables and protocol state at the end of a run, in ``routing.json`` of its folder.

It is written if a node runs a protocol and the internet is not too large.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from catenet.errors import LabError, did_you_mean
from catenet.lab.report.routing.autoconfiguration import autoconfiguration
from catenet.lab.report.routing.forwarding import routes
from catenet.lab.report.routing.lacp import lacp
from catenet.lab.report.routing.lldp import lldp
from catenet.lab.report.routing.ospf_state import PARTS, ospf
from catenet.lab.report.routing.rip import rip
from catenet.lab.report.routing.snooping import snooping
from catenet.lab.report.routing.stp import stp

if TYPE_CHECKING:
    from catenet.lab.world.world import World

FILE: Final = "routing.json"
MAX_ROUTERS: Final = 100
SWITCHES: Final = ("stp", "lacp", "snooping")
"""What is told of switches."""


def save_routing(net: World, folder: Path) -> None:
    """Write the file if any node runs a protocol.  Raises OSError."""
    trees, discovered, aggregates, groups = stp(net), lldp(net), lacp(net), snooping(net)
    configured = autoconfiguration(net)
    spoken = net.rip.daemons or net.ospf.daemons or trees or discovered or aggregates or groups or configured
    if not spoken or len(net.registry.routers()) > MAX_ROUTERS:
        return
    state = {
        "time_ns": int(net.kernel.now_ns),
        "routes": routes(net),
        "rip": rip(net),
        "ospf": ospf(net),
        **({"stp": trees} if trees else {}),
        **({"lldp": discovered} if discovered else {}),
        **({"lacp": aggregates} if aggregates else {}),
        **({"snooping": groups} if groups else {}),
        **({"autoconfiguration": configured} if configured else {}),
    }
    (folder / FILE).write_text(json.dumps(state, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def load_routing(folder: Path, what: str, name: str | None = None) -> list[dict[str, Any]]:
    """The data of ``catenet show`` for a node, or for all, from a run's folder: ``"routes"``, ``"rip"`` …

    Raises LabError.
    """
    path = folder / FILE
    if not path.is_file():
        raise LabError(
            f"{folder}: there is no {FILE}; a run writes it if a node speaks a protocol, "
            f"and there are at most {MAX_ROUTERS} routers"
        )
    key = {"routes": "node", "lldp": "node", "autoconfiguration": "node"} | dict.fromkeys(SWITCHES, "switch")
    try:
        found: list[dict[str, Any]] = _part(json.loads(path.read_text(encoding="utf-8")), what)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise LabError(f"{path}: not what a run writes") from None
    names = [entry[key.get(what, "router")] for entry in found]
    if name is not None and name not in names:
        raise LabError(f"{path}: there is no {name!r} in it{did_you_mean(name, names)}")
    return [entry for entry in found if name in (None, entry[key.get(what, "router")])]


def _part(state: dict[str, Any], what: str) -> list[dict[str, Any]]:
    optional = what in (*SWITCHES, "lldp", "autoconfiguration")
    found: list[dict[str, Any]] = state.get(what, []) if optional else state[what]
    return found


def only(found: list[dict[str, Any]], parts: tuple[str, ...] | None) -> list[dict[str, Any]]:
    """OSPF's state, restricted to the requested parts."""
    if parts is None:
        return found
    return [{key: value for key, value in each.items() if key not in PARTS or key in parts} for each in found]
