"""PHYs of the standards as closed forms: rate, reach, link budget and frame error rate.

**Guarantees**: the probability that a frame arrives damaged, for a length or a signal-to-noise ratio, without NumPy.
**Requires** no other room.  The same PHYs as waveforms are in :mod:`catenet.physical.signals.phys`.

- :mod:`.phy`: the interface; :mod:`.catalogue`: all PHYs, by name;
- :mod:`.binary`, :mod:`.multilevel`, :mod:`.fec`, :mod:`.radio`, :mod:`.serial_line`: the error rates of their kinds;
- :mod:`.slip`: how frames are delimited on a serial line;
- :mod:`.link_budget`: the signal-to-noise ratio after a length of fibre, copper or air.
"""
