"""The simulated disk of a host: its latency, its failures, and its content after a power cut.

**Guarantees** to programs: the interface of :mod:`catenet.application.storage.disk` and ``files``, as on a real
machine.  Synced data survive a power cut; each unsynced sector and name may be old or new. **Requires** of the rooms
below: the kernel's clock and a random stream.

- Read first :mod:`.medium`: the durable content, and its state after a power cut;
- :mod:`.files`: the calls of a program, their cost and their failures; :mod:`.disk`: runs them one step at a time.
"""
