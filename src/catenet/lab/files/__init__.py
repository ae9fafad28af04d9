"""Input files: scenarios in TOML, topologies in GraphML and GML.

**Guarantees** to :mod:`catenet.scenario` and the builder: a file becomes a validated model, or one message with the
file, the line, what is wrong and what would be right (:mod:`catenet.errors`).  **Requires** only names and options of
the rooms below.

- Read first :mod:`.schema`: all tables and keys of a scenario file;
- :mod:`.toml`: parses and validates a TOML file; :mod:`.toml_lines`: the line of a key; :mod:`.value_paths`: values
  by their paths;
- :mod:`.network`: routers, switches and links of a scenario; :mod:`.fault_tables`: faults among its ``[[actions]]``;
  :mod:`.programs`: finds the function that ``"module:function"`` names;
- :mod:`.topology`: networks from the Internet Topology Zoo and similar sources, read by :mod:`.graphml` and
  :mod:`.gml` into a :mod:`.graph`.
"""
