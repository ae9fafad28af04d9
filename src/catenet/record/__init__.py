"""What a run leaves behind, in files that other programs read.

**Promises** to the lab and the command line: the same run leaves the same octets, and nothing of the
machine or of the day goes into them.  **Asks** of nobody: codecs here know octets and numbers, and never
reach into the stack.

Read first :mod:`~catenet.record.pcapng`: captures, for Wireshark and its kin.  Then
:mod:`~catenet.record.run_folder`: a run's folder, in which nothing of anybody else's is lost;
:mod:`~catenet.record.aside`: files that are written whole or not at all; :mod:`~catenet.record.seal`: files that can
be told to be Catenet's own.
"""
