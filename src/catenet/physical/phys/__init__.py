"""PHYs as the standards have them, by their closed forms: rate, reach, link budget and frame error rate.

**Guarantees**: from a length and a signal-to-noise ratio follows the chance that a frame arrives damaged, without
NumPy. **Requires** of nobody.  The same PHYs as waveforms are in :mod:`catenet.physical.signals.phys`.

- :mod:`.phy`: what every PHY tells of itself; :mod:`.catalogue`: all of them, by name;
- :mod:`.binary`, :mod:`.multilevel`, :mod:`.fec`, :mod:`.radio`, :mod:`.serial_line`: the error rates of their kinds;
- :mod:`.slip`: how frames are delimited on a serial line;
- :mod:`.link_budget`: the signal-to-noise ratio at the end of a length of fibre, copper or air.
"""
