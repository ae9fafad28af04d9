"""The options of a switch that have tables of their own.

**Guarantees** to the options of a switch: each table is parsed into the settings of the link layer; an invalid one
raises :class:`~catenet.errors.LabError`, which says what would be right.  **Requires** nothing of a switch.

- Read first :mod:`.aggregates`: several links as one; :mod:`.storm_control`: limits of floods;
- :mod:`.mirrors`: port mirroring; :mod:`.pause_frames`: flow control.
"""
