"""What ``catenet new`` writes: a scenario and the program that it runs.

Both are read as text and never imported.  In ``scenario.toml`` braces are doubled, for ``{name}`` is filled in.
"""
