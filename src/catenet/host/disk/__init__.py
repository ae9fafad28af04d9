"""The simulated disk of a host: its latency, its failures, and what a power cut leaves of it.

**Promises** to programs: the interface of :mod:`catenet.application.storage.disk` and ``files``, as on a real
machine.  What was synced survives a power cut; of what was not, each sector and each name may be old or new.  **Asks**
of those below: the kernel's clock and a random stream.

- Read first :mod:`.medium`: what is really on the disk, and what a power cut leaves;
- :mod:`.files`: the calls of a program, their cost and their failures; :mod:`.disk`: runs them one step at a time.
"""
