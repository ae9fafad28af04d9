"""Forward error correction: redundancy that lets a receiver correct errors.

**Guarantees**: each decoder reports uncorrectable words, as far as the code can detect them.  Ethernet's CRC-32, which
only detects errors, is in :mod:`catenet.link.ethernet`.

- Read first :mod:`.hamming`: single bit errors; then :mod:`.reed_solomon`: symbols of many bits, by
  :mod:`.galois_field` and :mod:`.berlekamp_massey`;
- :mod:`.convolutional`: convolutional codes and Viterbi's algorithm, with hard and soft decisions;
- :mod:`.interleaver`: spreads bursts; :mod:`.block_errors`: failure rates of block codes in closed form.
"""
