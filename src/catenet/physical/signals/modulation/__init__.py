"""Modulation: bits as amplitudes, phases and frequencies of a carrier, at complex baseband.

**Guarantees**: the mean energy of a symbol is 1, and at a ratio Eb/N0 the measured bit error rate is that of
:mod:`.bit_error_rates`.  **Requires** of a channel: white noise of density N0, the variance of a complex sample.

- Read first :mod:`.modulation`, the interface; then :mod:`.pam` (with BPSK and on-off keying), :mod:`.qam` (with QPSK),
  labelled by the :mod:`.gray_code`;
- :mod:`.dpsk`: differential phase-shift keying; :mod:`.fsk`: two tones;
- :mod:`.ofdm`: symbols of any of these on many subcarriers.
"""
