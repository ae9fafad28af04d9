"""Bits as signals: codes, modulation, channels and converters, on arrays of NumPy (``pip install catenet[signals]``).

**Guarantees**: every block is a small class with its parameters; it works on whole arrays, and what it draws comes from
the generator that it is handed.  **Requires** no other room: nothing else imports this room, and it needs no internet.

- :mod:`.line_codes`: bits to levels of a line and back; :mod:`.fec`: errors corrected by redundancy;
- :mod:`.modulation`: bits on a carrier, and their error rates in closed form; :mod:`.channels`: noise, copper, fibre
  and radio;
- :mod:`.converters`: voltages to codes and back; :mod:`.synchronization`: clock, equaliser and gain of a receiver;
- :mod:`.phys`: whole PHYs, frame to waveform and back;
- :mod:`.bits`: bits as arrays; :mod:`.runs`: runs of equal elements; :mod:`.decibels`; :mod:`.error_rate`: measured
  rates and their confidence intervals, and rare ones by :mod:`.importance_sampling`.
"""
