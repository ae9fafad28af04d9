"""The framing of a link between two IP nodes: a line at each end."""

from __future__ import annotations

from catenet.errors import LabError
from catenet.lab.model.nodes import End, IpNode, Node
from catenet.lab.options.framing import FramingChoice
from catenet.link.framing.encoding import CiscoHdlcEncoding, CobsEncoding, Encoding, SlipEncoding
from catenet.link.framing.line import Line
from catenet.link.ppp.line import PppLine
from catenet.physical.phys.phy import Phy
from catenet.physical.phys.serial_line import SerialLine


def check_framing(owner: str, choice: FramingChoice | None, here: Node, there: Node, phy: Phy | None) -> None:
    """Raise :class:`LabError` for a framing where an end is no host or router, or on a PHY of Ethernet's."""
    if choice is None:
        return
    for node in (here, there):
        if not isinstance(node, IpNode):
            raise LabError(
                f"{owner}: framing {choice.kind!r} is for links between hosts and routers; {node.name}, "
                f"a {node.kind}, takes Ethernet frames: leave out the framing"
            )
    if phy is not None and not isinstance(phy, SerialLine):
        raise LabError(
            f"{owner}: framing {choice.kind!r} is for serial lines, and {phy.name} carries Ethernet frames; give "
            'phy = "serial-115200", or a rate without a phy'
        )


def set_framing(choice: FramingChoice, end: End) -> None:
    """Let an end, which has no wire yet, send its packets in such frames."""
    interface = end.interface
    assert interface is not None, "the ends were checked"
    if choice.kind == "ppp":
        kernel = interface.kernel
        interface.use_line(PppLine(end.port, interface, choice.ppp, kernel.streams.stream(f"ppp:{end.port.name}")))
    else:
        interface.use_line(Line(end.port, interface, _encoding(choice.kind)))


def _encoding(kind: str) -> Encoding:
    if kind == "hdlc":
        return CiscoHdlcEncoding()
    return SlipEncoding() if kind == "slip" else CobsEncoding()
