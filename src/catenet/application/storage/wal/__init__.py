"""A segmented write-ahead log: batches of frames, one fsync each, and a tail that tells a torn write from damage.

**Promises** the store above: what :meth:`~catenet.application.storage.wal.log.WriteAheadLog.write` returned from is
recovered, whole and in order, after any number of power cuts; what is damaged is found and refused.  **Asks** of the
files below what a disk promises: a sector is either written or not, and what an fsync returned from stays.

On the disk::

    0000000000000007.wal            a segment: batches, the first of which says what came before
    00000000000000000512-….snapshot the last snapshot, which the log names

A batch is a run of frames with one sequence number: the first says how long it is, the last has the checksum of all.
The next batch is written only when the fsync of this one has returned.  So a batch that is followed by another was
once whole, and if it is not any more, that is damage.  Only the last one may be torn.  And a torn one *looks* torn: a
sector of it is missing, that is, all zeros.  To make that certain, no sector of a whole batch is all zeros (a payload
with 512 zeros in a row is stored under a mask), and no batch ends at the end of a sector.  A last batch that is not
whole and has no hole was changed after it was written, and is refused like any other damage.

So is a file that was cut: a segment's file is made longer, by whole sectors and durably, before a batch is written
there, and a new one is written aside and renamed, so that a file never ends before its last batch does.

- :mod:`~catenet.application.storage.wal.frame`: one frame, in octets;
- :mod:`~catenet.application.storage.wal.segment`: batches of frames, and how a segment's tail is judged;
- :mod:`~catenet.application.storage.wal.recovery`: what the segments of a folder say together;
- :mod:`~catenet.application.storage.wal.snapshots`: snapshots in files of their own;
- :mod:`~catenet.application.storage.wal.log`: the engine.

Read ``frame`` and ``segment`` first.
"""
