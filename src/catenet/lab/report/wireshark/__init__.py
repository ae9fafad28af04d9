"""A dissector for Wireshark, in Lua, for the messages of Catenet's own programs.

**Guarantees** to the report of a run: one file beside the captures, by which Wireshark and tshark decode Raft,
Multi-Paxos, ballot leader election and the store's client protocol.  **Requires** of the programs: tables of their
messages (:mod:`catenet.application.replication.wire_tables`), and the message classes of the store.

Read first :mod:`.dissector`, which makes the tables; ``dissector.lua`` decodes octets by them.
"""
