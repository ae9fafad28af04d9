"""Modulation: bits as amplitudes, phases and frequencies of a carrier, at complex baseband.

**Promise**: a symbol's mean energy is 1, and at a ratio Eb/N0 the measured bit-error rate is that of
:mod:`.bit_error_rates`.  **Requires** of a channel: white noise of density N0, a complex sample's variance.

- Read first :mod:`.modulation`, what all have in common; then :mod:`.pam` (with BPSK and on-off keying), :mod:`.qam`
  (with QPSK), labelled by the :mod:`.gray_code`;
- :mod:`.dpsk`: changes of phase; :mod:`.fsk`: two tones;
- :mod:`.ofdm`: symbols of any of these on many carriers at once.
"""
