"""The files that ``catenet new`` copies: a first scenario with its program, and the examples.

``first`` is the scenario to start from; ``abilene``, ``histories``, ``home``, ``ring``, ``rip``, ``sensor`` and
``store`` are links to the folders of ``examples/``.  All files are read as text and never imported.
"""
