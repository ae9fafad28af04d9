"""What a run leaves: its outcome, its summary, its files.

**Promises** to users: ``net.run()`` gives a ``Run``, whose report is a folder; the same run leaves the same
octets.  **Asks** of those below: the counters of all layers, the trace, and what :mod:`catenet.lab.observe` recorded.

- Read first :mod:`.run`: runs an internet and writes the report; :mod:`.summary`: every layer in numbers
  (``summary.json``);
- :mod:`.trace_text`: trace rows as text; :mod:`.connections`: the TCP connections of a run as tables;
  :mod:`.convergence` and :mod:`.timeouts`: route changes and TCP time-outs, gathered for the timeline;
- :mod:`.routing`: what routers know, as data; :mod:`.wireshark`: a dissector for the store's messages.
"""
