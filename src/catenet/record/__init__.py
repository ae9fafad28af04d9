"""What a run leaves on disk, in files that other programs read.

**Guarantees** to the lab and the command line: the same run leaves the same octets, and nothing of the machine or of
the date goes into them.  **Requires** no other room: this room knows octets and numbers, and no layer of the stack.

- Read first :mod:`.pcapng`: captures for Wireshark and tcpdump (draft-ietf-opsawg-pcapng);
- :mod:`.run_folder`: the folder of a run and its manifest; files of others in it are never lost;
- :mod:`.atomic_write`: files that are written whole or not at all; :mod:`.seal`: a digest that marks a file as
  written by Catenet.
"""
