"""Flow control by pause frames (IEEE 802.3-2018, annex 31B): who sends too fast is asked to stop for a while.

**Guarantees** to a switch: ports whose frames fill a queue are paused before it overflows, then go on.
**Requires** of a queue room for what is under way when a pause is sent.

- Read first :mod:`.pause_filter`: sends, obeys and repeats pauses at one port;
- :mod:`.pause_frame`: MAC control frames and their octets; :mod:`.pausable`: the queue with thresholds;
- :mod:`.settings`; :mod:`.tracing`: rows of the trace.
"""
