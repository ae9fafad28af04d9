"""The state of one internet, and how its parts are declared.

**Promises** to :class:`~catenet.internet.Internet` and to all that works on an internet: routers, switches, hosts,
links, routes and translations are declared by one method each, and a mistake raises :class:`~catenet.errors.LabError`
there.  **Asks** of the rest of the lab: the parts (:mod:`catenet.lab.model`), their options and their routes.

- Read first :mod:`.world`: nodes, links, time, routes and records of one internet;
- :mod:`.builder`: all that can be declared, and adds it to a ``World``; :mod:`.declarations`: the same with every
  option written out, for programs;
- :mod:`.captures`: which links are captured, and where the files are until a report is made;
- :mod:`.gc_tuning`: Python's garbage collector, for millions of objects that live long.
"""
