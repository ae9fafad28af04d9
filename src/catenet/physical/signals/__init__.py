"""Bits as signals: codes, modulation, channels and converters, on NumPy arrays (``pip install catenet[signals]``).

**Guarantees**: every block is a small class with its parameters; it works on whole arrays, and its random numbers come
from the generator that it is given.  **Requires** no other room, and no simulated network.

- :mod:`.line_codes`: bits to line levels and back; :mod:`.fec`: forward error correction;
- :mod:`.modulation`: bits on a carrier, and error rates in closed form; :mod:`.channels`: noise, copper, fibre and
  radio;
- :mod:`.converters`: voltages to codes and back; :mod:`.synchronization`: clock recovery, equalisers and gain control;
- :mod:`.waveforms`: whole PHYs, frame to waveform and back;
- :mod:`.bits`: bits as arrays; :mod:`.runs`: runs of equal elements; :mod:`.decibels`: ratios in dB;
  :mod:`.error_rate`: measured rates with confidence intervals; :mod:`.importance_sampling`: rare errors.
"""
