"""Protocol data units: a layer's view of the payload from the layer above.

ISO/IEC 7498-1 (5.6.1) calls what two peers of a layer exchange a PDU: a frame, a packet, a segment.  Each carries the
PDU of the layer above as its payload.  A PDU is one object from sender to receiver; its bytes are built only when they
are needed (a capture, a bit error, a TAP device, ``fidelity="bytes"``).  ``emit`` and the format's ``parse`` are exact
inverses, so this changes nothing.

**Ownership.** Sending a PDU transfers its ownership.  The owner may change its header (a router writes the hop limit);
where one PDU would get two owners (flooding, duplication), a :meth:`Pdu.clone` is made first.  Payloads from the
transport layer up are immutable after they were sent, so clones share them.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64, mypyc_attr


@mypyc_attr(allow_interpreted_subclasses=True)
class Pdu:
    """A protocol data unit of any layer."""

    def wire_length(self) -> i64:
        """The length of :meth:`emit`'s result in octets, without building it."""
        raise AssertionError(f"{type(self).__name__} has no length")

    def emit(self) -> bytes:
        """The octets on the wire, checksums included."""
        raise AssertionError(f"{type(self).__name__} cannot be emitted")

    def clone(self) -> Pdu:
        """A PDU with a header of its own and the same payload."""
        raise AssertionError(f"{type(self).__name__} cannot be cloned")


class Octets(Pdu):
    """An opaque payload of octets."""

    def __init__(self, data: bytes) -> None:
        self.data: Final = data

    def wire_length(self) -> i64:
        return len(self.data)

    def emit(self) -> bytes:
        return self.data

    def clone(self) -> Pdu:
        return self
