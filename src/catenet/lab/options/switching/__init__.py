"""The options of a switch that have tables of their own.

**Guarantees** to the options of a switch: each table is parsed into the settings of the link layer, or a mistake raises
:class:`~catenet.errors.LabError` with what would be right.  **Requires** nothing of a switch.

- Read first :mod:`.aggregates`: several links as one; :mod:`.storm_control`: limits of floods;
- :mod:`.mirrors`: copies of what ports carry; :mod:`.pause_frames`: flow control.
"""
