"""Line codes: how bits become levels of a line, and back.

**Promise**: each decoder gives the bits and the places where the code was violated; a round trip gives back the bits.
Levels are small whole numbers, one a symbol; what volts they are is the channel's business.

- Read first :mod:`.line_code`, what all have in common; :mod:`.nrz`, :mod:`.rz`, :mod:`.manchester`, :mod:`.mlt3`,
  :mod:`.pam4`;
- :mod:`.bipolar`: AMI, with the zeros replaced in :mod:`.hdb3` and :mod:`.b8zs`;
- block codes: :mod:`.block_4b5b`; :mod:`.block_8b10b` by :mod:`.tables_8b10b`; :mod:`.block_64b66b` by
  :mod:`.formats_64b66b` and its :mod:`.scrambler`;
- :mod:`.prbs`: the test sequences of ITU-T O.150.
"""
