"""What ``catenet new`` writes: the first scenario with its program, and links to the folders of ``examples/``.

All are read as text and never imported.
"""
