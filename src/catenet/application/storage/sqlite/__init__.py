"""SQLite as a storage engine: another's code, trusted for decades, to judge ours by.

**Promises** the store above the same as the write-ahead log, but for damage: rows have checksums of ours, and SQLite
checks its pages' structure when it is opened; rows that have vanished, or the end of its own log, it does not miss.
**Asks** of the files below the same, too: on a simulated disk SQLite's own reads, writes and syncs go to the simulated
files, journal and all, so that a power cut finds it in the middle of what it really does.

- :mod:`~catenet.application.storage.sqlite.engine`: three tables, one transaction a batch;
- :mod:`~catenet.application.storage.sqlite.vfs`: SQLite's operating system layer over our files.

Needs ``apsw``, for Python's own ``sqlite3`` has no way to say where the octets are (``pip install catenet[sqlite]``).
"""
