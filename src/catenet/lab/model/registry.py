"""Finds nodes and links by name or by object; the error names similar ones."""

from __future__ import annotations

from typing import Final

from catenet.errors import LabError, did_you_mean
from catenet.host.host import Host
from catenet.lab.model.link import Link
from catenet.lab.model.names import fold
from catenet.lab.model.nodes import Attachment, HostNode, IpNode, Node, Router, Switch

NodeReference = str | Node | Host
"""A node of an internet: its name, or the object returned by its declaration."""
LinkReference = str | Link
"""A link: its name, or the link object."""


class Registry:
    """All nodes and links of one internet, in order of declaration."""

    def __init__(self) -> None:
        self.nodes: Final[dict[str, Node]] = {}
        self.links: Final[dict[str, Link]] = {}
        self._folded: Final[dict[str, Node]] = {}
        self._channels: Final[set[str]] = set()

    def add_node(self, node: Node) -> None:
        """Add a node whose name :meth:`check_free` has accepted."""
        self.nodes[node.name] = node
        self._folded[fold(node.name)] = node

    def check_free(self, name: str, kind: str) -> None:
        """Reject a name that is taken."""
        other = self._folded.get(fold(name))
        if other is not None:
            known = "that name" if other.name == name else f"the name {other.name}, and case does not count,"
            raise LabError(f"{kind} {name}: there is a {other.kind} of {known} already; give each its own")

    def node(self, who: object) -> Node:
        """A node, by its name or the node itself (for a host, its :class:`~catenet.host.host.Host`)."""
        name = who if isinstance(who, str) else getattr(who, "name", None)
        if not isinstance(name, str):
            raise LabError(f"{who!r} is not a host, router or switch; give one, or its name")
        node = self.nodes.get(name) or self._folded.get(fold(name))
        if node is None:
            raise LabError(f"there is no host, router or switch {name!r}{did_you_mean(name, self.nodes)}")
        if not isinstance(who, str) and who is not node and who is not getattr(node, "host", None):
            raise LabError(f"{who!r} belongs to another internet")
        return node

    def ip_node(self, who: object, what: str) -> IpNode:
        """A host or a router."""
        node = self.node(who)
        if not isinstance(node, IpNode):
            raise LabError(f"{what}: {node.name} is a {node.kind}, which has no addresses; name a host or a router")
        return node

    def host(self, who: object, what: str) -> HostNode:
        """A host."""
        node = self.node(who)
        if not isinstance(node, HostNode):
            hosts = [other.name for other in self.hosts()]
            raise LabError(f"{what}: {node.name} is a {node.kind}, not a host{did_you_mean(node.name, hosts)}")
        return node

    def link(self, which: object) -> Link:
        """A link, by its name or the link itself."""
        if isinstance(which, Link):
            if self.links.get(which.name) is not which:
                raise LabError(f"{which!r} belongs to another internet")
            return which
        if not isinstance(which, str):
            raise LabError(f"{which!r} is not a link; give one, its name, or its two ends")
        link = self.links.get(which)
        if link is None:
            turned = [link.name for link in self.links.values() if f"{link.b.node.name}-{link.a.node.name}" == which]
            hint = f"; did you mean {turned[0]!r}?" if turned else did_you_mean(which, self.links)
            raise LabError(f"there is no link {which!r}{hint}")
        return link

    def between(self, a: object, b: object) -> list[Link]:
        """Every link between two nodes.  Raises :class:`~catenet.errors.LabError` if there is none."""
        here, there = self.node(a), self.node(b)
        names = [end.link.name for end in here.ends if end.link is not None and end.link.other(end).node is there]
        if not names:
            peers = [end.link.other(end).node.name for end in here.ends if end.link is not None]
            led = (
                f"; links of {here.name} lead to {', '.join(dict.fromkeys(peers))}"
                if peers
                else f"; {here.name} has no link"
            )
            raise LabError(f"there is no link between {here.name} and {there.name}{led}")
        return [self.links[name] for name in names]

    def link_name(self, name: str | None, a: Node, b: Node) -> str:
        """The name of a new link: as declared, if it is free, else made of the names of its ends."""
        if name is not None:
            if name in self.links:
                raise LabError(f"link {name}: there is a link of that name already; give each its own")
            return name
        base = f"{a.name}-{b.name}"
        number, found = 1, base
        # The plain name is also the channel's, and names its random streams, so it must be unique.
        while found in self.links or (number == 1 and not self._channels.isdisjoint({base, f"{b.name}-{a.name}"})):
            number += 1
            found = f"{base}-{number}"
        return found

    def add_link(self, link: Link) -> None:
        """Add a link whose name :meth:`link_name` gave."""
        self.links[link.name] = link
        self._channels.update((link.wire.forward.name, link.wire.backward.name))

    def hosts(self) -> list[HostNode]:
        """All hosts."""
        return [node for node in self.nodes.values() if isinstance(node, HostNode)]

    def routers(self) -> list[Router]:
        """All routers."""
        return [node for node in self.nodes.values() if isinstance(node, Router)]

    def switches(self) -> list[Switch]:
        """All switches."""
        return [node for node in self.nodes.values() if isinstance(node, Switch)]

    def attachments(self) -> list[Attachment]:
        """All attachments of Linux."""
        return [node for node in self.nodes.values() if isinstance(node, Attachment)]

    def ip_nodes(self) -> list[IpNode]:
        """All hosts and routers."""
        return [node for node in self.nodes.values() if isinstance(node, IpNode)]
