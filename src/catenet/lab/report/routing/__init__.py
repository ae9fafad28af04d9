"""Forwarding tables and the state of RIP, OSPF, LLDP, autoconfiguration and spanning trees, as data.

**Guarantees** to ``catenet show`` and to reports: a list with one object for each node, made of JSON types only, for
JSON output and for :mod:`catenet.view`.  **Requires** of an internet: its nodes and daemons; nothing is changed.

- Read first :mod:`.forwarding`: forwarding tables; :mod:`.rip`: interfaces, neighbours and table of RIP;
- :mod:`.ospf_state`: interfaces, neighbours, database and routes of OSPF; :mod:`.ospf_lsa`: one LSA as data;
- :mod:`.stp`: the spanning tree of switches; :mod:`.lldp`: the neighbours that LLDP has found;
  :mod:`.lacp`: link aggregates; :mod:`.snooping`: members of groups; :mod:`.autoconfiguration`: addresses and leases;
- :mod:`.names`: names for addresses and router ids; :mod:`.file`: ``routing.json`` in the folder of a run.
"""

from __future__ import annotations

from catenet.lab.report.routing.autoconfiguration import autoconfiguration
from catenet.lab.report.routing.file import load_routing, only, save_routing
from catenet.lab.report.routing.forwarding import routes
from catenet.lab.report.routing.lacp import lacp
from catenet.lab.report.routing.lldp import lldp
from catenet.lab.report.routing.ospf_state import PARTS, ospf
from catenet.lab.report.routing.rip import rip
from catenet.lab.report.routing.snooping import snooping
from catenet.lab.report.routing.stp import stp

__all__ = [
    "PARTS",
    "autoconfiguration",
    "lacp",
    "lldp",
    "load_routing",
    "only",
    "ospf",
    "rip",
    "routes",
    "save_routing",
    "snooping",
    "stp",
]
