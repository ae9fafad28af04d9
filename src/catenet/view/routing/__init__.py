"""What routers know, as text for the terminal: ``catenet show routes|ospf|rip`` and ``catenet routes explain``.

- :mod:`.tables`: forwarding tables and RIP; :mod:`.ospf`: interfaces, neighbours, database, routes;
- :mod:`.explanation`: why a packet takes its path; :mod:`.reasons`: the reason of each route on it.
"""
