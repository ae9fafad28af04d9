"""Forward error correction: redundancy by which a receiver mends errors itself.

**Promise**: each decoder reports what it could not correct as far as the code lets it know.  The check of a link is
CRC-32, which Ethernet's frames have in :mod:`catenet.link.ethernet`; it corrects nothing.

- Read first :mod:`.hamming`, one wrong bit; then :mod:`.reed_solomon`, symbols of many bits, by :mod:`.galois_field`
  and :mod:`.berlekamp_massey`;
- :mod:`.convolutional`: a stream, decoded by Viterbi's algorithm from bits or from values;
- :mod:`.interleaver`: spreads bursts; :mod:`.block_errors`: how often a block code fails, in closed form.
"""
