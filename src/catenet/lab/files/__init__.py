"""Networks as other programs write them down: readers of GML and GraphML.

**Promises**: what stands in a file, in its order, parallel and directed edges as they are; whatever cannot be read is a
:class:`~catenet.errors.TopologyError` with the file and the line.  **Asks** of nobody; what an attribute means is
for :mod:`~catenet.lab.files.topology` to say.

Read first :mod:`~catenet.lab.files.graph`, what both give; then :mod:`~catenet.lab.files.gml` and
:mod:`~catenet.lab.files.graphml`.
"""
