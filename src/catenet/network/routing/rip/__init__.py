"""RIP version 2 (RFC 2453): each router advertises its distance to every network to its neighbours.

**Guarantees**: a pure protocol, :class:`~catenet.network.routing.rip.process.Rip`: it processes datagrams, link
changes and deadlines with the time, and acts through :mod:`.callbacks` only.  **Requires** of the rooms below: a
random stream for jitter.  It opens no socket and reads no clock; :mod:`catenet.host.routing.rip` is its daemon.

- Read first :mod:`.message`: the message on the wire (section 4); :mod:`.route`: an entry of the table;
- :mod:`.table`: the routing table (3.9.2); :mod:`.advertising`: updates, split horizon, answers (3.4.3, 3.9.1);
- :mod:`.process`: events and timers (3.8 to 3.10); :mod:`.callbacks`: the interface to the daemon; :mod:`.settings`;
- :mod:`.authentication`: passwords and keyed digests (RFC 2453 4.1, RFC 2082, RFC 4822); :mod:`.drop_reasons`: why a
  message is rejected; :mod:`.tracing`: its trace rows.
"""
