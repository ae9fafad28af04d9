"""What a record looks like to a person: text for the terminal, and drawings.

**Promises**: a summary that is understood at a glance, in 100 columns.  **Asks** of those below: nothing but
the summary itself, as ``summary.json`` holds it.  This room never reaches into the stack, so whatever it shows
can be shown again from a run's folder alone.

Read first :mod:`~catenet.view.terminal` (the page, section by section).  Then

- :mod:`~catenet.view.story`: what happened, in order, and the phases into which that divides the run;
- :mod:`~catenet.view.clients` and :mod:`~catenet.view.links`: the tables of requests and of links;
- :mod:`~catenet.view.measurements`: the samples, as the folder holds them;
- :mod:`~catenet.view.latency`: latency over time, with what happened marked on it;
- :mod:`~catenet.view.layout`: tables that fit a width, in which no number is cut;
- :mod:`~catenet.view.charts`: bars, sparklines, rulers;
- :mod:`~catenet.view.numbers`: numbers as a person reads them;
- :mod:`~catenet.view.probes`: the lines of ``ping`` and ``traceroute``;
- :mod:`~catenet.view.routes`, :mod:`~catenet.view.route_reasons`: why a packet goes that way;
  :mod:`~catenet.view.tables` and :mod:`~catenet.view.ospf`: what routers know;
- :mod:`~catenet.view.verdicts`: what a checker found; :mod:`~catenet.view.pictures.history`: the part that refutes it;
- :mod:`~catenet.view.placements`: how keys are placed; :mod:`~catenet.view.pictures.ring`: a hash ring;
- :mod:`~catenet.view.figures`: a plain table of named figures; :mod:`~catenet.view.markdown`: tables for documents;
- :mod:`~catenet.view.pictures.svg`: drawings; :mod:`~catenet.view.pictures.svg_text`: the room that text takes in them;
  :mod:`~catenet.view.pictures.axis`: numbers along an axis; :mod:`~catenet.view.pictures.arrows`: arrows whose labels have room;
- :mod:`~catenet.view.pictures.reproduction`: an experiment beside what is known of it,
  :mod:`~catenet.view.pictures.reproduction_map`: where two things were varied.
"""
