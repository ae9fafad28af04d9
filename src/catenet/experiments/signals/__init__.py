"""Experiments on signals: closed forms of the physical layer, measured.  They need ``catenet[signals]``.

**Promise**: each figure is measured with at least a hundred errors where it is an error rate, and lies within its
confidence interval of the closed form.  Rates too small to wait for are measured by importance sampling.

- Read first :mod:`.ber`, modulations, and :mod:`.measure`, what they share; :mod:`.lazy`: how they are found;
- :mod:`.optical`: a photodetector and fibre; :mod:`.quantiser` and :mod:`.jitter`: converters;
- :mod:`.fec`: Reed-Solomon; :mod:`.crc`: undetected errors of Ethernet's CRC, by exhaustive search;
- :mod:`.phy_measurements` and :mod:`.adc_measurements`: what ``catenet signal`` reports.
"""
