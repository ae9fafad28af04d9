"""Synchronization: a receiver finds the symbols' instants, undoes the channel and sets its gain.

**Promise**: each loop is a class with the parameters of the textbooks and settles from any start that they allow.

- :mod:`.pulse`: pulses without interference between symbols;
- :mod:`.timing_recovery`: the loop of clock recovery, by one of the :mod:`.timing_detectors`, early-late or Gardner's;
- :mod:`.equaliser`: zero forcing, and least mean squares; :mod:`.gain`: automatic gain control.
"""
