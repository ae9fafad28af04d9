"""Installs the framing of a link between two IP nodes: a line at each end."""

from __future__ import annotations

from catenet.errors import LabError
from catenet.lab.model.nodes import End, IpNode, Node
from catenet.lab.options.framing import FramingChoice
from catenet.link.framing.encoding import CiscoHdlcEncoding, CobsEncoding, Encoding, SlipEncoding
from catenet.link.framing.line import Line
from catenet.link.ppp.line import PppLine
from catenet.physical.phys.phy_base import Phy
from catenet.physical.phys.serial_line import SerialLine


def check_framing(link: str, choice: FramingChoice | None, here: Node, there: Node, phy: Phy | None) -> None:
    """Raise :class:`LabError` for a framing that is not possible.

    An end is no host or router, or names just this port in its ``lldp``, or the PHY is one of Ethernet's.
    """
    if choice is None:
        return
    owner = f"link {link}"
    for node, other in ((here, there), (there, here)):
        _check_lldp(link, choice.kind, node, other)
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


def _check_lldp(link: str, framing: str, node: Node, other: Node) -> None:
    """LLDP at all ports of a node leaves out those without Ethernet; it can be had on none of them."""
    options = None if node.lldp is None else node.lldp.options
    if options is not None and options.ports is not None and options.speaks_at(link, other.name):
        raise LabError(
            f"link {link}: {node.kind} {node.name} has the port in its lldp, and LLDP needs Ethernet, which framing "
            f"{framing!r} replaces; leave the port out of lldp: ports, or leave out the framing"
        )


def set_framing(choice: FramingChoice, end: End) -> None:
    """Let an end, which is not connected yet, send its packets in frames of this kind."""
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
