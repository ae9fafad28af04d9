"""What a replica must not forget, on disks that fail.

**Promises** to a replicated log above: :meth:`Store.append <catenet.application.storage.store.Store.append>` returns
when a batch (state, records, snapshot) would survive a power cut; after a crash, what is recovered is what was
appended up to some batch that is not before the last one that returned.  Damage is found and refused, never passed on,
and a disk that has failed to sync is not trusted again.  The event loop never waits for the disk.

**Asks** of those below: a :class:`~catenet.application.storage.disk.Disk`, real or simulated, that runs blocking steps
aside, over :class:`~catenet.application.storage.files.Files` that promise what POSIX does and no more.

Read in this order:

- :mod:`~catenet.application.storage.records`: what is kept, and what a batch does to it;
- :mod:`~catenet.application.storage.store`: the asynchronous face, with group commit;
- :mod:`~catenet.application.storage.engine`: what an engine promises, damage and poison;
- :mod:`~catenet.application.storage.files` and :mod:`~catenet.application.storage.disk`: what a disk is;
- :mod:`~catenet.application.storage.real`: the operating system's files;
- ``wal``: our own segmented write-ahead log;
- ``sqlite``: SQLite, as second engine and as the judge of the first.
"""
