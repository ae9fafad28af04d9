"""Turns recorded data into text for the terminal; :mod:`.pictures` turns it into drawings.

**Guarantees** to the command line: a summary within 100 columns.  **Requires** of the rooms below: only the data, as
``summary.json`` and the other files of a run hold it.  This package imports no other, so everything can be shown again
from a run's folder alone.

- Read first :mod:`.terminal`: the summary, section by section; :mod:`.story`: the timeline, and the phases of the run;
- its parts: :mod:`.clients` (requests), :mod:`.links`, :mod:`.latency` (latency over time), from :mod:`.measurements`;
- :mod:`.probes`: ``ping``, ``traceroute``; :mod:`.request`: a traced request; :mod:`.routing`: routers, and why a
  packet takes its path; :mod:`.switching`: switches; :mod:`.autoconfiguration`: addresses and leases;
  :mod:`.verdicts` of checks; :mod:`.placements` of keys; :mod:`.sweeps`; :mod:`.signals`: PHYs and converters;
- :mod:`.layout`: tables that fit a width; :mod:`.charts`: bars and sparklines; :mod:`.numbers`: numbers with units;
  :mod:`.figures`: a table of named figures; :mod:`.markdown`: tables for documents.
"""
