"""The program around a replica: it owns the clock and the disk, speaks to the peers and tells the application.

**Promises** to those above: propose a command and be told what came of it, read what is committed, change who takes
part, whichever protocol agrees.  **Asks** of those below: a ``Replica`` of :mod:`catenet.application.consensus`, a
store of :mod:`catenet.application.storage`, asyncio.  The same code runs on a simulated host and on a real machine.

- :mod:`.application`: what is replicated, as this program sees it;
- :mod:`.member`: one replica, running: events in, effects done; read this first;
- :mod:`.requests`: who waits for what;
- :mod:`.mesh`: one TCP connection from each node to each other; :mod:`.datagrams`: the same by UDP, where nothing is
  sent twice;
- :mod:`.keeping` and :mod:`.kept`: what a replica keeps, in the words of the store and as octets;
- :mod:`.standing`: how far a replica may go, kept beside its store; :mod:`.telling`: how people are told of a loss;
  :mod:`.repair`: what a person can see and decide then;
- :mod:`.protocols`: Raft, Multi-Paxos and ballot leader election by name; :mod:`.wire_tables`: what their messages are
  made of, for programs that read captures.
"""
