"""The TCP connections of a run, those that have ended included.

A host's TCP forgets a connection when it is over; what it was like is kept here, a few numbers each.  The two
ends of a connection are put together by their addresses and ports, so that one line tells of both directions.
"""

from __future__ import annotations
