"""Multi-Paxos: one ballot for all slots of the log, so that a stable leader commits a command in one round trip.

The sources are Lamport 2001, "Paxos Made Simple", section 3, and van Renesse and Altinbuken 2015, "Paxos Made
Moderately Complex".  **Guarantees**: ``PaxosReplica`` is a ``Replica`` of
:mod:`~catenet.application.consensus.interface`.  **Requires**: that its effects are done in the order that
:mod:`~catenet.application.consensus.effects` says.

A new leader prepares its ballot once for all undecided slots, proposes again what a quorum has accepted there, fills
gaps with empty entries and continues with new commands.  Slots may be accepted in any order.  Read in this order:

- :mod:`.messages`, and :mod:`.wire`, their octets; :mod:`.log`: accepted entries, and up to which slot all are chosen;
- :mod:`.state`: an acceptor's, a proposer's and a learner's; :mod:`.server`, which holds them; :mod:`.acceptor` and
  :mod:`.leader`: the two roles, functions over it;
- :mod:`.members`: membership; :mod:`.log_catch_up`: entries or a snapshot for a replica that lags; :mod:`.reads`:
  linearizable reads; :mod:`.replica`: events in, effects out; :mod:`.options`; :mod:`.invariants`: safety, checked.
"""
