"""Messages on their way, on a disk.

**Guarantees** to servers: a message is durable when :meth:`.Queue.put` has returned, and leaves the queue only after
each recipient was delivered to, or reported to the sender.  **Requires** of the rooms below: a disk, and a
:class:`~.deliverer.Deliverer`.

- Read first :mod:`.queue`: attempts, retries and expiry; :mod:`.entry`: what is known of a message;
- :mod:`.spool`: its files, and what a crash leaves of them; :mod:`.deliverer`: who makes an attempt.
"""
