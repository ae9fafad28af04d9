"""What routers know, as data: forwarding tables, and what RIP and OSPF think of the world.

**Promises**: a list with one object a router, of nothing but text, numbers, lists and tables, so that JSON can hold it
and a person's eye can be given it by :mod:`catenet.view`.  **Asks** of an internet: its nodes and its daemons, as they
are now.  Looking changes nothing.

Read first :mod:`~catenet.lab.show.forwarding_tables`.  Then :mod:`~catenet.lab.show.rip_state`;
:mod:`~catenet.lab.show.ospf_state` with :mod:`~catenet.lab.show.ospf_database`; and, for what all share,
:mod:`~catenet.lab.show.names`.  :mod:`~catenet.lab.show.keeping` writes it all to a run's folder.
"""

from __future__ import annotations

from catenet.lab.show.forwarding_tables import routes
from catenet.lab.show.keeping import keep, kept, only
from catenet.lab.show.ospf_state import PARTS, ospf
from catenet.lab.show.rip_state import rip

__all__ = ["PARTS", "keep", "kept", "only", "ospf", "rip", "routes"]
