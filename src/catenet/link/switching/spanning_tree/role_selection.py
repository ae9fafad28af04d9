"""Selection of port roles: updtRolesBridge (IEEE 802.1D-2004, 17.21.25)."""

from __future__ import annotations

from catenet.link.switching.spanning_tree.rstp_port import (
    INFO_AGED,
    INFO_DISABLED,
    INFO_MINE,
    INFO_RECEIVED,
    RstpPort,
    Times,
    Vector,
)
from catenet.link.switching.spanning_tree.tree import (
    MAC_MASK,
    ROLE_ALTERNATE,
    ROLE_BACKUP,
    ROLE_DESIGNATED,
    ROLE_DISABLED,
    ROLE_ROOT,
)


class RootChoice:
    """The best path to the root: its priority vector, its times, and the root port (None at the root)."""

    def __init__(self, priority: Vector, times: Times, port: RstpPort | None) -> None:
        self.priority = priority
        self.times = times
        self.port = port


def choose_root(bridge_id: int, own_times: Times, ports: list[RstpPort]) -> RootChoice:
    """Select the root from the information received by the ports."""
    best: tuple[int, int, int, int, int] = (bridge_id, 0, bridge_id, 0, 0)
    choice = RootChoice((bridge_id, 0, bridge_id, 0), own_times, None)
    for port in ports:
        root, cost, bridge, designated_port = port.port_priority
        if port.info_is != INFO_RECEIVED or bridge & MAC_MASK == bridge_id & MAC_MASK:
            continue
        vector = (root, cost + port.path_cost, bridge, designated_port, port.port_id)
        if vector < best:
            best = vector
            heard = port.port_times
            times = Times(heard.message_age + 1, heard.max_age, heard.hello_time, heard.forward_delay)
            choice = RootChoice(vector[:4], times, port)
    return choice


def select_roles(bridge_id: int, own_times: Times, ports: list[RstpPort]) -> RootChoice:
    """Set the selected role of each port; returns the ports that have new information to send."""
    choice = choose_root(bridge_id, own_times, ports)
    times = choice.times
    for port in ports:
        port.designated_priority = (choice.priority[0], choice.priority[1], bridge_id, port.port_id)
        port.designated_times = Times(times.message_age, times.max_age, own_times.hello_time, times.forward_delay)
        if port.info_is == INFO_DISABLED:
            port.selected_role = ROLE_DISABLED
        elif port.info_is == INFO_AGED:
            port.updt_info = True
            port.selected_role = ROLE_DESIGNATED
        elif port.info_is == INFO_MINE:
            port.selected_role = ROLE_DESIGNATED
            same = port.port_priority == port.designated_priority and port.port_times.same(port.designated_times)
            port.updt_info = port.updt_info or not same
        else:
            _select_by_received(bridge_id, choice, port)
    return choice


def _select_by_received(bridge_id: int, choice: RootChoice, port: RstpPort) -> None:
    port.updt_info = False
    if port is choice.port:
        port.selected_role = ROLE_ROOT
    elif port.designated_priority < port.port_priority:
        port.selected_role = ROLE_DESIGNATED
        port.updt_info = True
    elif port.port_priority[2] & MAC_MASK == bridge_id & MAC_MASK:
        port.selected_role = ROLE_BACKUP
    else:
        port.selected_role = ROLE_ALTERNATE
