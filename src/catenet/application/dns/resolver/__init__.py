"""The recursive resolver: from the root to the answer, with a cache.

**Guarantees** to programs: answers found by asking the servers of each zone, work and memory bounded by
:mod:`.limits`, and a cache that only takes what a server may say.  **Requires** of the rooms below: exchanges of
messages, and ``secrets`` for what a forger must guess.

- Read first :mod:`.resolver`: what a client gets, and when it gets old data; then :mod:`.iteration`: the way from a
  known zone cut to the answer, and :mod:`.zone_servers`, who asks one zone's servers;
- :mod:`.reply`: what a response means, and what of it is believed; :mod:`.query`: QNAME minimisation, 0x20;
- :mod:`.cache`: records with their TTL and rank; :mod:`.round_trips`: which server is asked, and for how long;
- :mod:`.hints`: the addresses of the root servers.
"""

from catenet.application.dns import need_dnspython

need_dnspython()
