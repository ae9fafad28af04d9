"""Line codes: bits to line levels and back.

**Guarantees**: each decoder gives the bits and the positions of code violations; a round trip gives back the bits.
Levels are small integers, one per symbol; the channel maps them to voltages.

- Read first :mod:`.line_code`, the interface; then :mod:`.nrz`, :mod:`.rz`, :mod:`.manchester`, :mod:`.mlt3`,
  :mod:`.pam4`;
- :mod:`.bipolar`: AMI; :mod:`.hdb3` and :mod:`.b8zs`, which substitute runs of zeros;
- block codes: :mod:`.block_4b5b`; :mod:`.block_8b10b` by :mod:`.tables_8b10b`; :mod:`.block_64b66b` by
  :mod:`.formats_64b66b` and its :mod:`.scrambler`;
- :mod:`.prbs`: the test sequences of ITU-T O.150.
"""
