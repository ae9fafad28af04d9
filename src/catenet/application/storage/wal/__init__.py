"""A segmented write-ahead log: batches of frames, one fsync each, and a tail that tells a torn write from damage.

**Guarantees** to the store above: a batch that was confirmed is recovered, whole and in order, after any number of
power cuts; damage is detected and refused.  **Requires** of the files below: a sector is either written or not; synced
data stays.

A batch is a run of frames, and the next one is written only when its fsync has returned.  So only the last batch may be
torn, and a torn batch must have a sector of zeros: payloads with 512 zeros in a row are masked, and no batch ends at
the end of a sector.  Anything else that is not whole is damage.  Files grow durably before they are written to, and new
ones are written aside and renamed, so a file that ends too early is damage, too.

- Read first :mod:`.frame`: one frame in octets; then :mod:`.segment`: batches, and the verdict on a segment's tail;
- :mod:`.recovery`: reads all segments of a folder; :mod:`.snapshots`: snapshots in files of their own;
- :mod:`.log`: the storage engine.
"""
