"""What stands in files: scenarios in TOML, topologies in GraphML and GML.

**Promises** to :mod:`catenet.scenario` and the builder: a file becomes a checked model, or one message with the file,
the line, what is wrong and what would be right (:mod:`catenet.errors`).  **Asks** of nobody below but names and
options.

- Read first :mod:`.schema`: all tables and keys of a scenario file;
- :mod:`.toml`: from a TOML file to the checked model or the message; :mod:`.toml_lines`: the line of a key;
- :mod:`.network`: routers, switches and links of a scenario; :mod:`.fault_tables`: faults among its ``[[actions]]``;
  :mod:`.programs`: finds the function that ``"module:function"`` names;
- :mod:`.topology`: networks from the Internet Topology Zoo and similar sources, read by :mod:`.graphml` and :mod:`.gml`
  into a :mod:`.graph`.
"""
