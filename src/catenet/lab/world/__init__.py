"""The state of one internet, and how its parts are declared.

**Guarantees** to :class:`~catenet.internet.Internet` and the rooms around it: routers, switches, hosts, links, routes
and translations are declared by one method each, and a mistake raises :class:`~catenet.errors.LabError` there.
**Requires** of the rest of the lab: the parts (:mod:`catenet.lab.model`), their options and their routes.

- Read first :mod:`.world`: nodes, links, time, routes and records of one internet;
- :mod:`.builder`: adds declarations to a ``World``; :mod:`.declarations`: the same with every option as a keyword
  parameter, for programs; :mod:`.lan_declarations`: switches and segments; :mod:`.service_declarations`: DNS;
  :mod:`.framing`: links without Ethernet;
- :mod:`.captures`: the captured links, and their temporary files;
- :mod:`.gc_tuning`: tunes Python's garbage collector for millions of long-lived objects.
"""
