"""What a run leaves behind, in files that other programs read.

**Promises** to the lab and the command line: the same run leaves the same octets, and nothing of the
machine or of the day goes into them.  **Asks** of nobody: codecs here know octets and numbers, and never
reach into the stack.

Read first :mod:`~catenet.record.pcapng`: captures, for Wireshark and its kin.
"""
