"""Protocol data units: the one thing each layer knows of what the layer above hands it.

ISO/IEC 7498-1 (5.6.1) calls what two peers of a layer exchange a PDU: a frame, a packet, a segment.  Each
carries the PDU of the layer above as its payload.  A PDU is an object, and stays one from sender to
receiver; its bytes are made only when somebody looks at the wire (a capture, a bit error, a TAP device,
``fidelity="bytes"``).  ``emit`` and the format's ``parse`` are exact inverses, so looking changes nothing.

**Ownership.** To send a PDU is to give it away.  Its header may be changed by the one who holds it (a
router writes the hop limit); what would put one PDU into two hands (flooding, duplication) makes a
:meth:`Pdu.clone` first.  Payloads from the transport layer up are never changed after they were sent, so
clones share them.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64, mypyc_attr


@mypyc_attr(allow_interpreted_subclasses=True)
class Pdu:
    """A protocol data unit of any layer."""

    def wire_length(self) -> i64:
        """How many octets :meth:`emit` gives, without making them."""
        raise AssertionError(f"{type(self).__name__} has no length")

    def emit(self) -> bytes:
        """The octets on the wire, checksums included."""
        raise AssertionError(f"{type(self).__name__} cannot be emitted")

    def clone(self) -> Pdu:
        """A PDU with a header of its own and the same payload."""
        raise AssertionError(f"{type(self).__name__} cannot be cloned")


class Octets(Pdu):
    """A payload of which only the octets are known."""

    def __init__(self, data: bytes) -> None:
        self.data: Final = data

    def wire_length(self) -> i64:
        return len(self.data)

    def emit(self) -> bytes:
        return self.data

    def clone(self) -> Pdu:
        return self
