"""Output files of a run, in formats that other programs read.

**Guarantees** to the lab and the command line: the same run writes the same octets, independent of machine and date.
**Requires** no other room, and no layer of the stack.

- Read first :mod:`.pcapng`: captures for Wireshark and tcpdump (draft-ietf-opsawg-pcapng);
- :mod:`.run_folder`: the folder of a run and its manifest; foreign files in it are never lost;
- :mod:`.atomic_write`: files that are written whole or not at all; :mod:`.digest`: a digest that marks
  a file as written by Catenet; :mod:`.file_lock`: a file that one process has.
"""
