"""PHYs as waveforms: a frame becomes samples, noise is added, and a receiver finds the frame in them, or not.

**Guarantees**: each waveform carries the frame as its standard says, with what marks its ends; the receiver is given
samples alone, and finds phase, alignment and ends in them.  What it returns agrees with the closed forms of
:mod:`catenet.physical.phys`.  **Requires** of the codes and modulations of :mod:`catenet.physical.signals`.

- :mod:`.signal_phy`: what all share; :mod:`.catalogue`: all of them by name; :mod:`.signal_errors`: a link whose frames
  are waveforms;
- :mod:`.ten_base_t`, :mod:`.hundred_base_tx`, :mod:`.thousand_base_x`, :mod:`.ten_gbase_r`, :mod:`.hundred_gbase_r`,
  :mod:`.optical_ook`, :mod:`.radio`, :mod:`.serial_line`: one each; :mod:`.uart`: characters; :mod:`.xgmii`: frames as
  rows of eight octets; :mod:`.transcoding`: 64b/66b blocks to 257 bits.
"""
