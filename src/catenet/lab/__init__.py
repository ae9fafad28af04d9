"""One internet, under construction and under observation.

**Guarantees** to :mod:`catenet.internet`, :mod:`catenet.scenario` and the command line: a network is declared in a few
lines; every mistake raises one error at once; the order of declaration determines addresses, names and routes, so the
same program builds the same internet.  **Requires** of the layers: their counters, and the methods by which they are
set up.  No layer imports the lab.

- Read first :mod:`.world`: declares and holds an internet; :mod:`.model`: its parts: nodes, links, LANs, addresses,
  programs;
- :mod:`.options`: parses the options of links and protocols; :mod:`.files`: scenario and topology files;
- :mod:`.routing`: automatic routes, OSPF, RIP and NAT of all routers; :mod:`.forwarding`: finds loops and blackholes;
- :mod:`.faults`: scheduled faults; :mod:`.attach`: joins the internet to Linux in real time;
- :mod:`.services`: DNS; :mod:`.autoconfiguration`: hosts that configure themselves, DHCP;
- :mod:`.probe`: ping, traceroute, and why a packet takes its path; :mod:`.observe`: records during a run;
  :mod:`.report`: results and files of a run.
"""
