"""Durable storage for a replica, on disks that lose power and fail.

**Guarantees** to a replicated log: :meth:`Store.append <catenet.application.storage.store.Store.append>` returns when
a batch (state, records, snapshot) would survive a power cut.  After a crash at least those batches are recovered,
complete and in order.  Damage is detected and refused; a disk that failed to sync is not used again.  The event loop
never waits for the disk.  **Requires** of the rooms below: a disk that runs blocking calls outside the event loop, and
files that guarantee what POSIX does and no more.

- Read first :mod:`.records`: the stored data, and what a batch changes;
- :mod:`.store`: the asynchronous interface, with group commit; :mod:`.engine`: the interface of storage engines;
- :mod:`.files` and :mod:`.disk`: the interface of a disk, real or simulated; :mod:`.real`: the operating system's
  files;
- :mod:`.wal`: the segmented write-ahead log, the default engine; :mod:`.sqlite`: SQLite as a second engine.
"""
