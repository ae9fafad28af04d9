"""Hello packets: discovery and bidirectional communication (RFC 2328 sections 9.5 and 10.5)."""

from __future__ import annotations

from typing import Final

from catenet.kernel.kernel import NEVER
from catenet.network.routing.ospf import drop_reasons
from catenet.network.routing.ospf.adjacency.interface import (
    BACKUP,
    BACKUP_SEEN,
    DR,
    NEIGHBOUR_CHANGE,
    WAITING,
    Interface,
)
from catenet.network.routing.ospf.adjacency.neighbour import (
    ATTEMPT,
    DOWN,
    HELLO_RECEIVED,
    KILL,
    ONE_WAY_RECEIVED,
    TWO_WAY_RECEIVED,
    Neighbour,
)
from catenet.network.routing.ospf.lsa.lsa import E_BIT, NP_BIT
from catenet.network.routing.ospf.packets.header import ALL_SPF_ROUTERS
from catenet.network.routing.ospf.packets.hello import Hello
from catenet.network.routing.ospf.router import SECOND_NS, Router

NO_ADDRESS: Final = 0


def send_hello(router: Router, interface: Interface) -> None:
    """Send hellos to all (section 9.5); without multicast, to the eligible routers (section 9.5.1)."""
    if interface.is_point_to_point or interface.is_broadcast:
        destination = interface.remote_address if interface.is_virtual else ALL_SPF_ROUTERS
        router.send(interface, destination, _hello(router, interface))
        return
    for neighbour in list(interface.neighbours.values()):
        if neighbour.state > DOWN and _is_greeted(interface, neighbour):
            send_hello_to(router, neighbour)


def send_hello_to(router: Router, neighbour: Neighbour) -> None:
    """Send a hello to one neighbour."""
    interface = router.interface_of(neighbour)
    router.send(interface, neighbour.address, _hello(router, interface))


def _is_greeted(interface: Interface, neighbour: Neighbour) -> bool:
    if interface.state in (DR, BACKUP) or neighbour.address in (interface.dr, interface.bdr):
        return True
    return interface.settings.priority > 0 and neighbour.priority > 0


def _hello(router: Router, interface: Interface) -> Hello:
    """Intervals below a second are sent as 0, the dead interval as 1."""
    chosen = interface.settings
    return Hello(
        router.router_id,
        interface.settings.area_id,
        0 if chosen.unnumbered else chosen.mask,
        int(chosen.hello_ns // SECOND_NS),
        router.area_of(interface).settings.options,
        chosen.priority,
        dead_seconds(interface),
        interface.dr,
        interface.bdr,
        interface.heard(),
    )


def dead_seconds(interface: Interface) -> int:
    """The dead interval as in hellos, in seconds."""
    return max(int(interface.settings.dead_ns // SECOND_NS), 1)


def receive_hello(router: Router, interface: Interface, source: int, packet: Hello) -> None:
    """Process a received hello (section 10.5)."""
    reason = _fault(router, interface, packet)
    if reason != 0:
        router.drop(interface, source, reason)
        return
    neighbour = _met(router, interface, source, packet)
    if neighbour is None:
        router.drop(interface, source, drop_reasons.TOO_MANY_NEIGHBOURS)
        return
    old_priority, old_dr, old_bdr = neighbour.priority, neighbour.dr, neighbour.bdr
    neighbour.priority = packet.priority
    if packet.dr != NO_ADDRESS or not neighbour.is_helped:
        # A restarting router does not know its role yet.
        neighbour.dr = packet.dr
        neighbour.bdr = packet.bdr
    neighbour.options = packet.options
    if neighbour.address != source:
        neighbour.address = source
        router.area_of(interface).links_changed = router.databases_changed = True
    router.neighbour_event(neighbour, HELLO_RECEIVED)
    if router.router_id not in packet.neighbours:
        router.neighbour_event(neighbour, ONE_WAY_RECEIVED)
    else:
        router.neighbour_event(neighbour, TWO_WAY_RECEIVED)
        if not interface.is_point_to_point:
            _hear_offices(router, neighbour, old_priority, old_dr, old_bdr)
    if not interface.is_point_to_point and not interface.is_broadcast:
        _answer(router, neighbour)


def _fault(router: Router, interface: Interface, packet: Hello) -> int:
    """Check the parameters that neighbours must agree on; on a point-to-point link the mask is ignored."""
    chosen = interface.settings
    if not interface.is_point_to_point and packet.mask != chosen.mask:
        return drop_reasons.HELLO_MASK
    if packet.hello_s != int(chosen.hello_ns // SECOND_NS):
        return drop_reasons.HELLO_INTERVAL
    if packet.dead_s != dead_seconds(interface):
        return drop_reasons.HELLO_DEAD_INTERVAL
    differing = packet.options ^ router.area_of(interface).settings.options
    if differing & E_BIT != 0:
        return drop_reasons.HELLO_E_BIT
    return drop_reasons.HELLO_N_BIT if differing & NP_BIT != 0 else 0


def _met(router: Router, interface: Interface, source: int, packet: Hello) -> Neighbour | None:
    """The neighbour of a hello, possibly a new one; None if there are too many."""
    number = packet.router_id if interface.is_point_to_point else source
    neighbour = interface.neighbours.get(number)
    if neighbour is not None and neighbour.router_id != packet.router_id:
        if neighbour.router_id != NO_ADDRESS:
            # Another router has the address now, or its router id has changed.
            router.neighbour_event(neighbour, KILL)
            neighbour = interface.neighbours.get(number)
        if neighbour is not None:
            neighbour.router_id = packet.router_id
    if neighbour is None:
        if len(interface.neighbours) >= router.settings.max_neighbours:
            return None
        neighbour = Neighbour(interface.settings, packet.router_id, source, packet.priority)
        neighbour.sequences = interface.remembered.pop(number, neighbour.sequences)
        interface.neighbours[number] = neighbour
    return neighbour


def _hear_offices(router: Router, neighbour: Neighbour, old_priority: int, old_dr: int, old_bdr: int) -> None:
    """Check whether a hello's priority, DR or BDR triggers an election."""
    interface, own = router.interface_of(neighbour), neighbour.address
    changed = neighbour.priority != old_priority
    changed = changed or (neighbour.dr == own) != (old_dr == own) or (neighbour.bdr == own) != (old_bdr == own)
    if interface.state == WAITING:
        if neighbour.bdr == own or (neighbour.dr == own and neighbour.bdr == NO_ADDRESS):
            router.interface_event(interface, BACKUP_SEEN)
    elif changed:
        router.interface_event(interface, NEIGHBOUR_CHANGE)


def _answer(router: Router, neighbour: Neighbour) -> None:
    """Section 9.5.1: an ineligible router sends no hellos, except replies to eligible ones."""
    interface = router.interface_of(neighbour)
    if interface.settings.priority == 0 and neighbour.priority > 0 and not _is_greeted(interface, neighbour):
        send_hello_to(router, neighbour)


def hello_timer_expired(router: Router, interface: Interface) -> None:
    """The hello timer fired."""
    send_hello(router, interface)
    interface.hello_at_ns = router.now_ns + interface.settings.hello_ns
    router.wake_at(interface.hello_at_ns)


def poll(router: Router, neighbour: Neighbour) -> None:
    """Send hellos at PollInterval to a silent configured neighbour (section 9.5.1)."""
    neighbour.poll_at_ns = NEVER
    if neighbour.state <= ATTEMPT and router.interface_of(neighbour).is_up and neighbour.configured:
        send_hello_to(router, neighbour)
        neighbour.poll_at_ns = router.now_ns + neighbour.settings.poll_ns
        router.wake_at(neighbour.poll_at_ns)
