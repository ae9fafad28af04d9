"""Converters: voltages to codes and back, with what real ones add.

**Promise**: an ideal converter has the signal-to-noise ratio of theory; every fault is a parameter, and the figures are
those of a datasheet.

- Read first :mod:`.quantiser`, values to codes; then :mod:`.adc` and :mod:`.dac`;
- :mod:`.decimator`: the filter of oversampling; :mod:`.quantisation_noise`: what a quantiser adds, in closed form;
- :mod:`.figures`: SNR, SINAD, ENOB, SFDR and THD from a spectrum; :mod:`.linearity`: DNL and INL.
"""
