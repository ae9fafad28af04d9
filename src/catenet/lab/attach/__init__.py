"""Joins a built internet to Linux, in real time.

**Promises** to ``catenet attach`` and to programs: ``with Attached(net) as attached: attached.run()`` makes the
namespaces, devices, addresses and routes that were declared, and removes them afterwards; virtual time follows the wall
clock.  **Asks** of those below: the devices, the setup of Linux and the driver of :mod:`catenet.tap`.

Read :mod:`.attached`, the only file; the declarations are in :mod:`catenet.lab.model.attachment`.
"""
