"""The results of a run: outcome, summary and files.

**Guarantees** to users: ``net.run()`` gives a ``Run``, whose report is a folder; the same run leaves the same octets.
**Requires** of the rooms below: the counters of all layers, the trace, and what :mod:`catenet.lab.observe` recorded.

- Read first :mod:`.run`: runs an internet and writes the report; :mod:`.summary`: the figures of all layers
  (``summary.json``);
- :mod:`.trace_text`: trace rows as text; :mod:`.connections`: the TCP connections of a run as tables;
  :mod:`.convergence` and :mod:`.timeouts`: route changes and TCP timeouts, aggregated for the timeline;
- :mod:`.routing`: tables and protocol state of routers as data; :mod:`.wireshark`: a dissector for the store's
  messages.
"""
