"""A segmented write-ahead log: batches of frames, one fsync each, in a format that tells torn writes from damage.

**Guarantees** to the store above: a confirmed batch is recovered, complete and in order, after any number of power
cuts; damage is detected and refused.  **Requires** of the files below: a sector is either written or not; synced data
stays.

A batch is a sequence of frames, and the next one is written only after its fsync has returned.  So only the last batch
may be torn, and a torn batch has a sector of zeros: payloads with 512 consecutive zeros are masked, and no batch ends
at the end of a sector.  Any other incomplete batch is damage.  Files are extended durably before they are written to,
and new ones are written under a temporary name and renamed, so a file that ends too early is damaged too.

- Read first :mod:`.frame`: one frame in octets; then :mod:`.segment`: batches, and the verdict on a segment's tail;
- :mod:`.recovery`: reads all segments of a folder; :mod:`.snapshots`: snapshots in files of their own;
- :mod:`.log`: the storage engine.
"""
