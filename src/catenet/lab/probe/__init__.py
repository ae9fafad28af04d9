"""Probes of an internet: ping, traceroute, explanations of paths, the trace of a request.

**Guarantees** to programs and to the command line: results as data, as a host of the internet would get them.
**Requires** of the rooms below: the stack of a host and the forwarding tables of all.

- Read first :mod:`.ping`: ``ping`` and ``traceroute``, which run the internet until they have their results;
- :mod:`.reachability`: the node that lacks a route on the path to an address;
- :mod:`.explain`: the reasons for the path of packets, with routes of any source;
- :mod:`.request`: one HTTP request, followed through the seven layers.
"""
