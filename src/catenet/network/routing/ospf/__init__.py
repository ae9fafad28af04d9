"""OSPF version 2 (RFC 2328): each router tells all others of its links, and all draw the same map.

**Promises**: a machine, :class:`~catenet.network.routing.ospf.process.Ospf`, that is told what happens (a packet came,
an interface went down, a deadline has come) together with the time, and says what to do through one class,
:class:`~catenet.network.routing.ospf.output.OspfOutput` (``output``): send this packet there, use these routes.  It
opens no socket, reads no clock and owns no random numbers; the same code can speak for a simulated router and for a
real one.

**Asks** of those below: a stream of random numbers for jitter, and the graph and the shortest paths of
:mod:`catenet.network.routing`, nothing else.  The program that joins it to IP protocol 89 and to the forwarding
table is :mod:`catenet.host.routing.ospf`.

Read ``lsa`` and ``database`` first: the LSA is an object that all routers of a simulation share.  Then the two tables
in ``interface`` and ``neighbour``, which are the protocol's skeleton; ``transitions`` says what their actions do.

=========================================  ==========================================================================
files                                      idea
=========================================  ==========================================================================
``lsa``, ``body``, ``router_body``,        what one LSA says, and its octets; ``fletcher`` is its checksum
``network_body``, ``summary_body``,
``external_body``, ``opaque_body``
``packet``, ``packets``, ``headers``,      the five packets and their octets
``hello``, ``description``, ``request``,
``update``, ``acknowledgement``
``authentication``, ``judging``            who may speak; why something is not believed
``settings``, ``output``, ``tracing``      what an administrator chooses, what a program does, what the trace keeps
``router``, ``area``, ``scope``            what the parts of the machine share
``statetable``                             what a table of states is, and its picture in the documentation
``entrance``                               a packet is judged and given to its part (8.2)
``greeting``, ``election``                 hello (9.5, 10.5); designated router and backup (9.4)
``exchange``, ``requesting``               the databases of two neighbours become one (10.6 to 10.9)
``receiving``, ``flooding``,               an update comes in (13), goes out again (13.3), is answered or repeated
``acknowledging``, ``sending``             (13.5 to 13.7), in as few packets as hold it
``origination``, ``throttle``, ``ageing``  what this router says itself, how often (12.4, RFC 8405), and its end (14)
``helping``                                a neighbour that restarts is helped through it (RFC 3623)
``links``, ``redistribution``,             of its links, of the outside, and because of routes that it found
``reporting``
``calculation``, ``topology``, ``areas``,  the routing table (16), kept right as LSAs change
``statements``, ``claims``,
``destinations``,
``internal``, ``external``, ``ways``,
``forwarding``, ``hops``, ``routes``
``border``, ``translation``,               what a border router tells one area of others (12.4.3), and of an NSSA (RFC
``identifiers``                            3101)
``virtual``                                virtual links come up and go down with their paths (15)
``machine``                                events from outside, timers, and the order of things
=========================================  ==========================================================================

There are no demand circuits and no type of service; LSAs of unknown types are dropped.
"""
