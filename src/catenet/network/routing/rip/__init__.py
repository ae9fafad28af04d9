"""RIP version 2 (RFC 2453): each router tells its neighbours its distance to every network.

**Guarantees**: a pure protocol, :class:`~catenet.network.routing.rip.process.Rip`: it is told of datagrams, links and
deadlines with the time, and acts through :mod:`.callbacks` alone.  **Requires** of the rooms below: a random
stream for jitter.  It opens no socket and reads no clock; :mod:`catenet.host.routing.rip` is its daemon.

- Read first :mod:`.message`: the message on the wire (section 4); :mod:`.route`: a line of the table;
- :mod:`.table`: what an advertisement changes (3.9.2); :mod:`.advertising`: updates, split horizon, answers (3.4.3,
  3.9.1);
- :mod:`.process`: events and timers (3.8 to 3.10); :mod:`.callbacks`: what the program around it must do;
  :mod:`.settings`;
- :mod:`.authentication`: passwords and keyed digests (RFC 2453 4.1, RFC 2082, RFC 4822); :mod:`.drop_reasons`: why a
  message is rejected; :mod:`.tracing`: its trace rows.
"""
