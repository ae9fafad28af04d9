"""Joins a built internet to Linux, in real time.

**Guarantees** to ``catenet attach`` and to programs: ``with Attached(net) as attached: attached.run()`` creates the
declared namespaces, devices, addresses and routes, and removes them afterwards; virtual time follows the wall clock.
**Requires** of the rooms below: the devices, the setup of Linux and the driver of :mod:`catenet.tap`.

Read :mod:`.attached`, the only file; the declarations are in :mod:`catenet.lab.model.attachment`.
"""
