"""PHYs as waveforms: a frame is sent as samples with noise, and a receiver tries to find the frame in them.

**Guarantees**: each waveform carries the frame and its delimiters as the standard specifies; the receiver has only the
samples, and recovers phase, alignment and delimiters.  Error rates agree with the closed forms of
:mod:`catenet.physical.phys`.  **Requires** the codes and modulations of :mod:`catenet.physical.signals`.

- :mod:`.signal_phy`: the interface; :mod:`.copper_signal`, :mod:`.optical_signal`: what pairs and fibres share;
- :mod:`.catalogue`: all PHYs by name; :mod:`.signal_errors`: a link whose frames are waveforms;
- :mod:`.ten_base_t`, :mod:`.hundred_base_tx`, :mod:`.thousand_base_x`, :mod:`.ten_gbase_r`, :mod:`.hundred_gbase_r`,
  :mod:`.radio`, :mod:`.serial_line`: one each; :mod:`.uart`: characters; :mod:`.xgmii`: frames as rows of eight octets;
  :mod:`.transcoding`: 64b/66b blocks to 257 bits; :mod:`.fec_lanes`: four lanes and their markers.
"""
