"""SQLite as a storage engine, to compare the write-ahead log with.

**Guarantees** to the store above the same as :mod:`~catenet.application.storage.wal`, except for damage: rows carry
our own checksums and SQLite checks its page structure when it opens, but a missing row or a shortened SQLite log goes
unnoticed.  **Requires** of the files below the same, too: on a simulated disk all of SQLite's own reads, writes and
syncs go to the simulated files, so that a power cut hits the journal as it really is.  Needs ``apsw`` (``pip install
catenet[sqlite]``), since Python's ``sqlite3`` cannot use other files than the operating system's.

- Read first :mod:`.engine`: three tables, one transaction for each batch;
- :mod:`.vfs`: SQLite's operating system layer (VFS) over our files.
"""
