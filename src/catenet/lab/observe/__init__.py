"""Records what happens while a run goes on.

**Guarantees** to reports: events, measurements, connections and frames with their virtual time.  Recording changes
nothing in the run.  **Requires** of the rooms below: the trace of the kernel, the taps of channels, the journal of TCP.

- Read first :mod:`.timeline`: events for people: links cut, routes changed, programs ended;
- :mod:`.metrics`: what programs measure (``catenet.measure``, ``catenet.count``), with exact percentiles;
- :mod:`.notes`: what programs report (``catenet.note``), and histories for a checker (``catenet.history``);
- :mod:`.connections`: the figures of all TCP connections, those that have ended included;
- :mod:`.link_capture`: a capture of both directions of a link, as pcapng.
"""
