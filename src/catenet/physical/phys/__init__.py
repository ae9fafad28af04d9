"""PHYs of the standards as closed forms: rate, reach, link budget and frame error rate.

**Guarantees**: the probability that a frame arrives damaged, for a length or a signal-to-noise ratio, without NumPy.
**Requires** no other room.  The same PHYs as waveforms are in :mod:`catenet.physical.signals.waveforms`.

- :mod:`.phy_base`: the interface; :mod:`.catalogue`: all PHYs, by name;
- :mod:`.two_level`, :mod:`.copper`, :mod:`.optical`, :mod:`.fec`, :mod:`.radio`, :mod:`.serial_line`: error rates;
- what they cost: :mod:`.converter`, quantisation; :mod:`.dispersion`, of light; :mod:`.pair_receiver`, an equaliser and
  crosstalk; :mod:`.cables`: the figures of twisted pairs;
- :mod:`.fading`: Rayleigh and Rician fading of a radio path;
- :mod:`.slip`: how frames are delimited on a serial line;
- :mod:`.link_budget`: the signal-to-noise ratio after a length of fibre, copper or air.
"""
