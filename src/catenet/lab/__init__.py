"""One internet, under construction and under observation.

**Promises** to :mod:`catenet.internet`, :mod:`catenet.scenario` and the command line: a network is declared in a few
lines; every mistake is one message at once; addresses, names and routes follow from the order of declaration, so the
same program builds the same internet.  **Asks** of the layers: their counters, and the methods by which they are set
up.  No layer knows of the lab.

- Read first :mod:`.world`: declares and holds an internet; :mod:`.model`: its parts: nodes, links, LANs, addresses,
  programs;
- :mod:`.options`: parses what people write for links and protocols; :mod:`.files`: scenario and topology files;
- :mod:`.routing`: automatic routes, OSPF, RIP and NAT of all routers; :mod:`.forwarding`: finds loops and blackholes;
- :mod:`.faults`: what goes wrong, and when; :mod:`.attach`: joins the internet to Linux in real time;
- :mod:`.probe`: ping, traceroute, and why a packet takes its path; :mod:`.observe`: records while a run goes on;
  :mod:`.report`: what a run leaves.
"""
