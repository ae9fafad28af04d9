"""TCP (RFC 9293): a reliable byte stream between two ports, over packets that may be lost, reordered or doubled.

**Promises** to those above: what one end sends, the other reads, in order and once, or both hear of an
error; a reader that stops reading stops the sender; a path is shared fairly.  **Asks** of the network
layer below: to carry a segment to an address, to tell of ICMP errors and of the path's MTU.

Nothing here reads a clock: each entry gets the time, and one kernel timer for each connection comes back
at its next deadline.  Inside, numbers are absolute: read :mod:`.sequence` first.

Then follow a segment up, and an acknowledgment's effect down:

==========================  ===========================================================================
:mod:`.layer`               one host's TCP: ``connect``, ``listen``; segments and errors from below
:mod:`.demux`               which connection a segment belongs to
:mod:`.arrival`             the order of checks of RFC 9293 section 3.10.7.4
:mod:`.receiver`            order and acknowledgments; with :mod:`.reassembly` and :mod:`.window`
:mod:`.sender`              what goes out when; with :mod:`.records`, :mod:`.persist`, :mod:`.validation`
:mod:`.scoreboard`          what has arrived, what is lost (RFC 6675)
:mod:`.recovery`            when to slow down, and when that was wrong
:mod:`.congestion`          how fast: NewReno and CUBIC
:mod:`.rtt`                 how long to wait (RFC 6298)
:mod:`.output`              the one place that fills in a header
==========================  ===========================================================================

The rest: :mod:`.state` (the eleven states, as a table), :mod:`.connection` (the control block and its narrow
face), :mod:`.handshake`, :mod:`.deadlines`, :mod:`.listener`, :mod:`.timewait`,
:mod:`.keepalive`, :mod:`.buffers` (the two ends of the stream), :mod:`.segment` and :mod:`.options` (the wire),
:mod:`.isn`, :mod:`.ports`, :mod:`.user` (whom a connection tells), :mod:`.owner` (who keeps it),
:mod:`.settings`, :mod:`.counters`, :mod:`.info` (filled in by :mod:`.report`), :mod:`.tracing`.

Left out: urgent data is delivered in line and never sent; F-RTO (timestamps and D-SACK find spurious
time-outs), ECN, Fast Open, RACK-TLP, PRR, pacing.
"""
