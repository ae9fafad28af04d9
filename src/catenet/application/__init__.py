"""The programs that the network is for: agreement, placement, storage, and the store that is built from them.

**Promises** to those above: programs that run unchanged on a simulated host and on a real machine.  **Asks** of those
below: asyncio, and nothing else; what is pure (``consensus``, ``placement``) does not ask even for that.

- ``consensus``: replicated logs as state machines: no clock, no file, no socket;
- ``placement``: which group or node has a key: consistent hashing;
- ``storage``: what a replica must not forget, on disks that fail;
- ``kv``: the replicated, sharded key-value store.
"""
