"""A dissector for Wireshark of what Catenet's own programs say to each other.

**Promises** to a run's report: one file in Lua, beside the captures, by which Wireshark and tshark read Raft,
Multi-Paxos, ballot election and the store's clients.  **Asks** of the programs: tables of what their messages are made
of (:mod:`catenet.application.replication.wire_tables`), and the classes of the store's messages.

Read first :mod:`~catenet.lab.report.wireshark.dissector`, which makes the tables; ``dissector.lua`` reads octets by them.
"""
