"""A dissector for Wireshark of what Catenet's own programs say: :mod:`~catenet.lab.dissection.dissector`."""
