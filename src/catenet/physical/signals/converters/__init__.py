"""Converters: voltages to codes and back, with the errors of real converters.

**Guarantees**: an ideal converter has the theoretical signal-to-noise ratio; every error is a parameter, and the
figures are those of a datasheet.

- Read first :mod:`.quantiser`, values to codes; then :mod:`.adc` and :mod:`.dac`;
- :mod:`.receiver_converter`: automatic gain and an ADC at the input of a receiver;
- :mod:`.decimator`: the filter for oversampling; :mod:`.quantisation_noise`: quantisation noise in closed form;
- :mod:`.figures`: SNR, SINAD, ENOB, SFDR and THD from a spectrum; :mod:`.linearity`: DNL and INL.
"""
