"""The lab: internets and experiments, put together from the layers below.

**Promises** to programs and to the command line: an internet is declared in a few lines, of which every mistake
is told at once and in one message; addresses, names and routes come by themselves, in the order of declaration,
so that the same program builds the same internet; what happened is told afterwards, layer by layer.  **Asks**
of the layers: their counters, and the one narrow method by which each is set up.  No layer knows of the lab.

Read first :mod:`~catenet.internet`, the face of it all, and :mod:`~catenet.lab.world.builder`, what can be declared;
then what it is made of:

- :mod:`~catenet.lab.model.nodes` and :mod:`~catenet.lab.model.link`: what there is; :mod:`~catenet.lab.model.registry` finds it by
  name, :mod:`~catenet.lab.model.devices` makes the devices, :mod:`~catenet.lab.model.lans` knows what switches join;
- :mod:`~catenet.lab.options.link`: how a link's options are written;
- :mod:`~catenet.lab.model.address_plan` and :mod:`~catenet.lab.model.address_assignment`: who has which address, and when it is given;
  :mod:`~catenet.lab.model.names`: what can be a name; :mod:`~catenet.lab.model.hosts_table`: the hosts table;
- :mod:`~catenet.lab.routing.graph`, :mod:`~catenet.lab.routing.shortest_paths` and :mod:`~catenet.lab.routing.tables`: automatic routes;
  :mod:`~catenet.lab.routing.link_changes`: what a link's change does to them; :mod:`~catenet.lab.probe.explain`: why packets go
  as they do, whatever made the routes;
- :mod:`~catenet.lab.routing.protocols`: what a router speaks, and where; :mod:`~catenet.lab.routing.rip`: routers that run RIP;
  :mod:`~catenet.lab.routing.ospf`, :mod:`~catenet.lab.options.ospf` and :mod:`~catenet.lab.routing.ospf_virtual_links` (virtual links):
  those that run OSPF; :mod:`~catenet.lab.options.network_statements`: on which links a protocol is spoken;
  :mod:`~catenet.lab.options.redistribution`: what one protocol tells another;
- :mod:`~catenet.lab.forwarding`: loops and blackholes, found by comparing the tables of all;
  :mod:`~catenet.lab.report.routing`: what routers know; :mod:`~catenet.experiments`: published results, run again;
- :mod:`~catenet.lab.routing.nat`: routers that translate addresses; :mod:`~catenet.lab.model.attachment` and
  :mod:`~catenet.lab.attach.attached`: Linux plugged in, in real time;
- :mod:`~catenet.lab.model.host`, :mod:`~catenet.lab.model.processes`, :mod:`~catenet.lab.observe.metrics`: hosts, their programs,
  and what those measure;
- :mod:`~catenet.lab.faults.schedule`: what is done to the internet at a given time; :mod:`~catenet.lab.faults`: what goes wrong
  with it; :mod:`~catenet.lab.observe.timeline`: what happened; :mod:`~catenet.lab.report.convergence` and
  :mod:`~catenet.lab.report.timeouts`: what many changes of routes and many timeouts come to; :mod:`~catenet.lab.observe.notes`:
  what programs tell of it themselves;
- :mod:`~catenet.lab.report.run` (with :mod:`~catenet.lab.world.gc_tuning`), :mod:`~catenet.lab.report.summary`,
  :mod:`~catenet.lab.observe.connections`: running, and what is left of it; :mod:`~catenet.lab.world.captures` and
  :mod:`~catenet.lab.observe.link_capture`: captures of links, with :mod:`~catenet.lab.report.wireshark` for what is in them;
  :mod:`~catenet.lab.report.trace_text`: trace rows in words;
- :mod:`~catenet.check`: whether what clients saw can be true; :mod:`~catenet.experiments.chaos`: seeds of a store among
  faults;
- :mod:`~catenet.lab.probe.ping`: ping and traceroute; :mod:`~catenet.lab.probe.reachability`: who has no route yet;
- :mod:`~catenet.lab.files.topology` and :mod:`~catenet.lab.model.geography`: networks from files, which :mod:`~catenet.lab.files`
  reads, lengths from coordinates;
- :mod:`~catenet.scenario`: internets from TOML, with :mod:`~catenet.lab.files.schema` (the tables),
  :mod:`~catenet.lab.files.network` (routers, switches and links),
  :mod:`~catenet.lab.files.toml` and :mod:`~catenet.lab.files.toml_lines` (errors and their places), and
  :mod:`~catenet.lab.files.programs` (finding functions);
- :mod:`~catenet.errors`: what a mistake is;
- :mod:`~catenet.bench.dumbbell` (with :mod:`~catenet.bench.traffic`), :mod:`~catenet.bench.loop`,
  :mod:`~catenet.bench.hour`, :mod:`~catenet.bench.spf`, :mod:`~catenet.bench.fib` (with
  :mod:`~catenet.bench.hot_loops`), :mod:`~catenet.bench.ospf`, :mod:`~catenet.bench.scale` and
  :mod:`~catenet.bench.connections`: what a packet, a callback, a timer, an idle hour, a route, a look-up, an area,
  a large internet and an open connection cost, beside
  :mod:`~catenet.bench.baseline`; :mod:`~catenet.bench.ring` and :mod:`~catenet.bench.raft`: where a key is, and
  agreement; :mod:`~catenet.bench.tap` and :mod:`~catenet.bench.soak` (with :mod:`~catenet.bench.tap_peer` as
  Linux's end): what a real packet costs, and what a long run leaves.
"""
