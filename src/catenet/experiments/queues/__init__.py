"""Queues: what active queue management is for, and what queueing theory says.

**Guarantees** to ``catenet reproduce``: comparisons of delays and goodput.  **Requires** of those below: links with
queue disciplines, TCP.

- Read first :mod:`.bufferbloat`: the delay that TCP makes in a long buffer, and what CoDel and others leave of it;
- :mod:`.queueing`: waiting times of M/M/1 and others, with :mod:`.traffic`, which sends frames at random times.
"""
