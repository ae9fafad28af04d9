"""One end of a link between two, without addresses: packets go out as frames, and frames come in as packets."""

from __future__ import annotations

from typing import Final

from mypy_extensions import i64, mypyc_attr

from catenet.kernel.pdu import Pdu
from catenet.link.ethernet import Frame
from catenet.link.framing.encoding import Encoding, LineFrame
from catenet.link.port import Port, Station


@mypyc_attr(allow_interpreted_subclasses=True)
class LineUser(Station):
    """What stands above a line: an IP interface."""

    def line_address(self) -> int:
        """Its IPv4 address by which the peer may know it; 0 if it has none."""
        return 0

    def line_identifier(self) -> int:
        """The 64 bits of its interface identifier (RFC 4291, section 2.5.1); 0 if it has none."""
        return 0

    def line_assigned(self, address: int) -> None:
        """The peer has given it an IPv4 address.  Does nothing unless a subclass cares."""


class Line(Station):
    """A line that needs no preparation: it is usable while its wire is.

    It stands between ``port``, whose MAC becomes 0, and ``user``.
    """

    def __init__(self, port: Port, user: LineUser, encoding: Encoding) -> None:
        self.port: Final = port
        self.user: Final = user
        self.encoding: Encoding = encoding
        port.mac = 0
        port.station = self
        port.encoding = encoding

    def send(self, ethertype: i64, packet: Pdu) -> None:
        """Send a packet to whatever is at the other end."""
        self.port.send(LineFrame(self.encoding, self.encoding.header(ethertype), ethertype, 0, packet))

    def receive_frame(self, port: Port, frame: Frame) -> None:
        self.user.receive_frame(port, frame)

    def carrier_changed(self, port: Port, up: bool) -> None:
        self.user.carrier_changed(port, up)

    def mtu_changed(self, port: Port) -> None:
        self.user.mtu_changed(port)
