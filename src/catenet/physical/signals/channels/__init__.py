"""Channels: what happens to a signal between transmitter and receiver.

**Guarantees**: each is a class with standard parameters; noise and fading come from the generator that it is given.

- :mod:`.awgn`: additive white Gaussian noise; :mod:`.intersymbol`: intersymbol interference;
- :mod:`.copper`: twisted pairs by category, their loss and crosstalk; :mod:`.fast_filter`: a response for many signals;
- :mod:`.fibre`: loss and dispersion of light; :mod:`.photodetector`: light to current, with its noise;
- :mod:`.radio`: path loss, noise power, Rayleigh and Rician fading.
"""
