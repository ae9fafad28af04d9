"""The lab: internets and experiments, put together from the layers below.

**Promises** to programs and to the command line: an internet is declared in a few lines, of which every mistake
is told at once and in one message; addresses, names and routes come by themselves, in the order of declaration,
so that the same program builds the same internet; what happened is told afterwards, layer by layer.  **Asks**
of the layers: their counters, and the one narrow method by which each is set up.  No layer knows of the lab.

Read first :mod:`~catenet.lab.internet`, the face of it all, and :mod:`~catenet.lab.declaration`, what can be declared;
then what it is made of:

- :mod:`~catenet.lab.nodes` and :mod:`~catenet.lab.link`: what there is; :mod:`~catenet.lab.registry` finds it by
  name, :mod:`~catenet.lab.wiring` makes the devices, :mod:`~catenet.lab.lans` knows what switches join;
- :mod:`~catenet.lab.options`: how a link's options are written;
- :mod:`~catenet.lab.addressing` and :mod:`~catenet.lab.settling`: who has which address, and when it is given;
  :mod:`~catenet.lab.names`: what can be a name; :mod:`~catenet.lab.naming`: the hosts table;
- :mod:`~catenet.lab.route_graph`, :mod:`~catenet.lab.routes` and :mod:`~catenet.lab.route_tables`: automatic routes;
  :mod:`~catenet.lab.route_changes`: what a link's change does to them; :mod:`~catenet.lab.explaining`: why packets go
  as they do, whatever made the routes;
- :mod:`~catenet.lab.protocols`: what a router speaks, and where; :mod:`~catenet.lab.rip`: routers that run RIP;
  :mod:`~catenet.lab.ospf`, :mod:`~catenet.lab.ospf_options` and :mod:`~catenet.lab.ospf_virtual` (virtual links):
  those that run OSPF; :mod:`~catenet.lab.network_statements`: on which links a protocol is spoken;
  :mod:`~catenet.lab.redistributing`: what one protocol tells another;
- :mod:`~catenet.lab.forwarding`: loops and blackholes, found by comparing the tables of all;
  :mod:`~catenet.lab.show`: what routers know; :mod:`~catenet.lab.reproduce`: published results, run again;
- :mod:`~catenet.lab.gateways`: routers that translate addresses; :mod:`~catenet.lab.attachments` and
  :mod:`~catenet.lab.attaching`: Linux plugged in, in real time;
- :mod:`~catenet.lab.machines`, :mod:`~catenet.lab.processes`, :mod:`~catenet.lab.metrics`: hosts, their programs,
  and what those measure;
- :mod:`~catenet.lab.actions`: what is done to the internet at a given time; :mod:`~catenet.lab.faults`: what goes wrong
  with it; :mod:`~catenet.lab.timeline`: what happened; :mod:`~catenet.lab.convergence` and
  :mod:`~catenet.lab.timeouts`: what many changes of routes and many timeouts come to; :mod:`~catenet.lab.accounts`:
  what programs tell of it themselves;
- :mod:`~catenet.lab.run` (with :mod:`~catenet.lab.collector`), :mod:`~catenet.lab.summary`,
  :mod:`~catenet.lab.connections`: running, and what is left of it; :mod:`~catenet.lab.capturing` and
  :mod:`~catenet.lab.capture`: captures of links, with :mod:`~catenet.lab.dissection` for what is in them;
  :mod:`~catenet.lab.trace_text`: trace rows in words;
- :mod:`~catenet.lab.check`: whether what clients saw can be true; :mod:`~catenet.lab.chaos`: seeds of a store among
  faults;
- :mod:`~catenet.lab.probe`: ping and traceroute; :mod:`~catenet.lab.reachability`: who has no route yet;
- :mod:`~catenet.lab.topology` and :mod:`~catenet.lab.geography`: networks from files, which :mod:`~catenet.lab.files`
  reads, lengths from coordinates;
- :mod:`~catenet.lab.scenario`: internets from TOML, with :mod:`~catenet.lab.scenario_model` (the tables),
  :mod:`~catenet.lab.network_file` (routers, switches and links),
  :mod:`~catenet.lab.scenario_reading` and :mod:`~catenet.lab.toml_lines` (errors and their places), and
  :mod:`~catenet.lab.programs` (finding functions);
- :mod:`~catenet.lab.errors`: what a mistake is;
- :mod:`~catenet.lab.bench_dumbbell` (with :mod:`~catenet.lab.traffic`), :mod:`~catenet.lab.bench_loop`,
  :mod:`~catenet.lab.bench_hour`, :mod:`~catenet.lab.bench_spf`, :mod:`~catenet.lab.bench_fib` (with
  :mod:`~catenet.lab.rounds`), :mod:`~catenet.lab.bench_ospf`, :mod:`~catenet.lab.bench_scale` and
  :mod:`~catenet.lab.bench_connections`: what a packet, a callback, a timer, an idle hour, a route, a look-up, an area,
  a large internet and an open connection cost, beside
  :mod:`~catenet.lab.yardstick`; :mod:`~catenet.lab.bench_ring` and :mod:`~catenet.lab.bench_raft`: where a key is, and
  agreement; :mod:`~catenet.lab.bench_tap` and :mod:`~catenet.lab.endurance` (with :mod:`~catenet.lab.tap_peer` as
  Linux's end): what a real packet costs, and what a long run leaves.
"""
