"""Probes of an internet: ping, traceroute, and why a packet takes its path.

**Guarantees** to programs and to the command line: answers as data, as a host of the internet would get them.
**Requires** of the rooms below: the stack of a host and the forwarding tables of all.

- Read first :mod:`.ping`: ``ping`` and ``traceroute``, which let virtual time pass until they have their answers;
- :mod:`.reachability`: whether routes lead from a node to an address now, and which node lacks one;
- :mod:`.explain`: why packets take their path, whatever made the routes.
"""
