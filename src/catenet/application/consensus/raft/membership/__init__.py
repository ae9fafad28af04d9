"""Membership of a Raft group (§6): joint consensus, learners and witnesses.

**Guarantees** to the replica: a change that does not fit changes nothing, here and on all others alike.  **Requires**:
that committed entries are applied in the order of the log.

- Read first :mod:`.config`: memberships and changes of them, as pure functions; :mod:`.apply`: when a change takes
  effect; :mod:`.codec`: a change as octets of an entry.
"""
