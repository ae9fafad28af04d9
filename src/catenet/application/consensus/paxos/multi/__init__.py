"""Multi-Paxos: one ballot for all places of the log, so that a stable leader needs one round trip for a command.

(Lamport 2001, "Paxos Made Simple", section 3; van Renesse and Altinbuken 2015, "Paxos Made Moderately Complex".)

**Promises**: :class:`~.replica.PaxosReplica` is a ``Replica`` of :mod:`~catenet.application.consensus.interface`.
**Asks**: that its effects are done in the order that :mod:`~catenet.application.consensus.effects` says.

A leader's ballot is promised once, by a quorum, for all places that are not decided.  It proposes again what they have
accepted there, puts nothing into the gaps, and goes on with new commands.  Places may be accepted in any order; what is
decided is known up to a place, without gaps.  Read in this order:

- :mod:`.messages`: what replicas say to each other, and :mod:`.wire`: as octets; :mod:`.log`: what one has accepted;
- :mod:`.core`: the state; :mod:`.acceptor`: promises and acceptances;
- :mod:`.leader`: both phases from the other side; :mod:`.members`: who decides about which place;
- :mod:`.catching_up`: for who has missed something; :mod:`.reads`: reads without an entry;
- :mod:`.replica`: events in, effects out; :mod:`.options`: what may be chosen;
- :mod:`.invariants`: what must hold at every step, checked over a whole group.
"""
