"""The program around one replica: it has the clock and the disk, talks to the peers, and runs the application.

**Guarantees** to the rooms above: commands are proposed, state is read and membership is changed in the same way for
Raft and Multi-Paxos.  **Requires** of the rooms below: a ``Replica`` of :mod:`~catenet.application.consensus`, a store
of :mod:`~catenet.application.storage`, asyncio.

- Read first :mod:`.member`: one running replica; :mod:`.persistence`: what it writes before it answers;
  :mod:`.deadline_timer`; :mod:`.state_machine`: applies what is committed, on :mod:`.application`, the interface of
  what is replicated; :mod:`.pending`: requests without an answer;
- :mod:`.peer_links`: one TCP connection from each node to each other; :mod:`.datagrams`: the same over UDP;
- :mod:`.log_store`: the data of a replica on disk; :mod:`.disk_format`: its encoding;
- :mod:`.replica_status`: a file that shows that a store was lost; :mod:`.repair`: inspects and repairs the stores of a
  stopped node; :mod:`.operator_log`: reports damage and loss to people;
- :mod:`.protocols`: consensus protocols by name; :mod:`.wire_tables`: their messages as tables, for readers of
  captures.
"""
