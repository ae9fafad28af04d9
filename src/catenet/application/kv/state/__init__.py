"""The replicated state machines of the store's groups: pure, without clock and disk.

**Guarantees** to a group's log: the same entries give the same state and the same results on every replica; a command
is executed once, however often it is sent.  **Requires** of the rooms below: consensus's entries, a hash ring.

- Read first :mod:`.store`: the effect of each entry; :mod:`.commands` and :mod:`.results`: its input and output;
- :mod:`.slots`: records, sessions and leases of one slot, which move as a whole;
- :mod:`.directory`: the groups, a separate replicated log; :mod:`.slot_map`: the group of each slot;
- :mod:`.machines`: both as applications of a replicated log.
"""
