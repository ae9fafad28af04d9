"""What routers know, as data: forwarding tables, and what RIP and OSPF think of the world.

**Promises**: a list with one object a router, of nothing but text, numbers, lists and tables, so that JSON can hold it
and a person's eye can be given it by :mod:`catenet.view`.  **Asks** of an internet: its nodes and its daemons, as they
are now.  Looking changes nothing.

Read first :mod:`~catenet.lab.report.routing.forwarding`.  Then :mod:`~catenet.lab.report.routing.rip`;
:mod:`~catenet.lab.report.routing.ospf_state` with :mod:`~catenet.lab.report.routing.ospf_lsa`; and, for what all share,
:mod:`~catenet.lab.report.routing.names`.  :mod:`~catenet.lab.report.routing.file` writes it all to a run's folder.
"""

from __future__ import annotations

from catenet.lab.report.routing.file import keep, kept, only
from catenet.lab.report.routing.forwarding import routes
from catenet.lab.report.routing.ospf_state import PARTS, ospf
from catenet.lab.report.routing.rip import rip

__all__ = ["PARTS", "keep", "kept", "only", "ospf", "rip", "routes"]
