"""Attachments of Linux, and the checks of their declarations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, get_args

from catenet.errors import LabError, did_you_mean
from catenet.kernel.quoting import quoted
from catenet.lab.model.address_plan import parse_networks
from catenet.lab.model.nodes import Attachment, IpNode, Node
from catenet.lab.options.types import AttachKind

ATTACHED_RATE_BIT_S: Final = 10_000_000_000
"""The default rate of an attachment's link: high, so that it does not affect the links that are studied."""
KINDS: Final = get_args(AttachKind)
MAX_NAME: Final = 15
"""The longest name of a network device (Linux, IFNAMSIZ without its last zero)."""

_NAMESPACE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")


def make_attachment(
    name: str, kind: str, namespace: str | None, device: str | None, routes: Sequence[str] | None, offload: bool
) -> Attachment:
    """A valid attachment.  Raises :class:`LabError` with the right values."""
    owner = f"attachment {name}"
    if kind not in KINDS:
        raise LabError(f"{owner}: kind {kind!r} is not one of {', '.join(KINDS)}{did_you_mean(str(kind), KINDS)}")
    if namespace is not None and _NAMESPACE.fullmatch(namespace) is None:
        raise LabError(f"{owner}: {namespace!r} cannot be the name of a network namespace")
    called = name if device is None else device
    if (
        not 0 < len(called.encode(errors="replace")) <= MAX_NAME
        or "/" in called
        or any(letter.isspace() for letter in called)
    ):
        raise LabError(
            f"{owner}: no network device can be called {quoted(called)}; "
            f"give device = a name of at most {MAX_NAME} octets"
        )
    wanted = None if routes is None else tuple(routes)
    parse_networks([route for route in wanted or () if route != "default"], f"{owner}: routes")
    return Attachment(name, kind, called, namespace, wanted, offload)


def check_plug(node: Attachment, other: Node) -> None:
    """Reject an impossible link between an attachment and another node."""
    if node.ends:
        raise LabError(f"attachment {node.name} already has its link; declare another attachment for a second one")
    if node.kind_of_device == "tun" and not isinstance(other, IpNode):
        raise LabError(
            f"attachment {node.name}: a TUN device carries no frames, and so cannot be plugged into the {other.kind} "
            f'{other.name}; make it kind = "tap"'
        )
