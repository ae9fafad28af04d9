"""Synchronization: clock recovery, equalisers and gain control of a receiver.

**Guarantees**: each loop is a class with the parameters of the textbooks, and converges from any allowed start.

- :mod:`.pulse`: pulses without interference between symbols;
- :mod:`.timing_recovery`: clock recovery, with one of the :mod:`.timing_detectors` (early-late or Gardner);
- :mod:`.symbol_phase`: the clock's phase in a whole stretch of samples at once;
- :mod:`.equaliser`: zero-forcing and LMS equalisers; :mod:`.fractional_equaliser`: one for several samples a symbol;
- :mod:`.gain`: automatic gain control.
"""
