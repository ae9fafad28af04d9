"""Channels: what a signal goes through on its way.

**Promise**: each is a class with the field's parameters; noise and fading come from the generator that it is handed.

- :mod:`.awgn`: additive white Gaussian noise; :mod:`.intersymbol`: symbols that run into the next;
- :mod:`.copper`: twisted pairs by category, their loss and crosstalk;
- :mod:`.fibre`: loss and dispersion of light; :mod:`.photodetector`: light to current, with its noise;
- :mod:`.radio`: path loss, noise power, Rayleigh and Rician fading.
"""
