"""RSTP's state machines for a port (IEEE 802.1D-2004, 17.23 to 17.31), one method each.

A method makes at most one transition, and returns whether it did; :class:`~.rstp.Rstp` runs all until none does.  The
names of the states are in the comments; a state that follows from other variables is not stored.
"""

from __future__ import annotations

from typing import Final

from mypy_extensions import mypyc_attr

from catenet.link.switching.spanning_tree.rstp_port import (
    INFO_AGED,
    INFO_DISABLED,
    INFO_MINE,
    INFO_RECEIVED,
    MIGRATE_TIME_S,
    TRANSMIT_HOLD_COUNT,
    RstpPort,
)
from catenet.link.switching.spanning_tree.tree import (
    ROLE_BACKUP,
    ROLE_DESIGNATED,
    ROLE_DISABLED,
    ROLE_ROOT,
)


@mypyc_attr(allow_interpreted_subclasses=True)
class BridgeProcedures:
    """The procedures of the bridge that a port's machines call (17.21)."""

    def all_synced(self) -> bool:
        """Whether all ports but the root port are synced (17.20.3)."""
        raise AssertionError(f"{type(self).__name__} has no ports")

    def re_rooted(self, port: RstpPort) -> bool:
        """Whether no other port was a root port recently (17.20.10)."""
        raise AssertionError(f"{type(self).__name__} has no ports")

    def set_sync_tree(self) -> None:
        """Set ``sync`` in all ports."""
        raise AssertionError(f"{type(self).__name__} has no ports")

    def set_re_root_tree(self) -> None:
        """Set ``re_root`` in all ports."""
        raise AssertionError(f"{type(self).__name__} has no ports")

    def set_tc_prop_tree(self, port: RstpPort) -> None:
        """Set ``tc_prop`` in all other ports."""
        raise AssertionError(f"{type(self).__name__} has no ports")

    def port_state_changed(self, port: RstpPort) -> None:
        """The role or the state of a port has changed."""
        raise AssertionError(f"{type(self).__name__} has no ports")

    def flush(self, port: RstpPort) -> None:
        """Forget the addresses learned at a port."""
        raise AssertionError(f"{type(self).__name__} has no addresses")

    def topology_changed(self) -> None:
        """A port has detected a topology change."""
        raise AssertionError(f"{type(self).__name__} has no ports")

    def process_message(self, port: RstpPort) -> None:
        """Process the received message of a port (17.27, RECEIVE)."""
        raise AssertionError(f"{type(self).__name__} receives nothing")

    def transmit(self, port: RstpPort) -> None:
        """Send the port's message (17.21.19 to 17.21.21)."""
        raise AssertionError(f"{type(self).__name__} cannot send")


class PortMachines:
    """The machines of all ports of one bridge."""

    def __init__(self, bridge: BridgeProcedures) -> None:
        self._bridge: Final = bridge

    def step(self, port: RstpPort) -> bool:
        """Make one transition of the first machine that can; False if none can."""
        return (
            self.bridge_detection(port)
            or self.protocol_migration(port)
            or self.port_information(port)
            or self.role_transition(port)
            or self.state_transition(port)
            or self.topology_change(port)
        )

    # -- bridge detection (17.25)

    def bridge_detection(self, port: RstpPort) -> bool:
        """Detect whether there are only stations on a port's link."""
        if port.oper_edge:
            if not port.port_enabled and not port.settings.edge:
                port.oper_edge = False
                return True
            return False
        heard_nobody = port.port_enabled and port.edge_delay_while == 0 and port.send_rstp and port.proposing
        if (not port.port_enabled and port.settings.edge) or heard_nobody:
            port.oper_edge = True
            return True
        return False

    # -- protocol migration (17.24)

    def protocol_migration(self, port: RstpPort) -> bool:
        """Detect whether the neighbouring bridge runs STP or RSTP."""
        if not port.sensing:  # CHECKING_RSTP, SELECTING_STP
            if port.mdelay_while == 0 or not (port.port_enabled or port.send_rstp):
                port.sensing = True
                port.rcvd_rstp = port.rcvd_stp = False
                return True
            if not port.port_enabled and port.mdelay_while != MIGRATE_TIME_S:
                port.mdelay_while = MIGRATE_TIME_S
                return True
            return False
        if not port.port_enabled or (not port.send_rstp and port.rcvd_rstp):
            port.send_rstp, port.mdelay_while = True, MIGRATE_TIME_S  # CHECKING_RSTP
        elif port.send_rstp and port.rcvd_stp:
            port.send_rstp, port.mdelay_while = False, MIGRATE_TIME_S  # SELECTING_STP
        else:
            return False
        port.sensing = False
        return True

    # -- port information (17.27)

    def port_information(self, port: RstpPort) -> bool:
        """Update the port's information about the tree, and its source."""
        if not port.port_enabled:
            if port.info_is == INFO_DISABLED and port.message is None:
                return False
            port.message = None  # DISABLED
            port.proposing = port.proposed = port.agree = port.agreed = False
            port.rcvd_info_while = 0
            self._reselect(port, INFO_DISABLED)
        elif port.info_is == INFO_DISABLED:
            self._reselect(port, INFO_AGED)
        elif port.selected and port.updt_info:
            self._update(port)
        elif port.info_is == INFO_RECEIVED and port.rcvd_info_while == 0 and not port.updt_info and not port.message:
            self._reselect(port, INFO_AGED)
        elif port.message is not None and not port.updt_info and port.info_is != INFO_AGED:
            self._bridge.process_message(port)
            port.message = None
        else:
            return False
        return True

    def _reselect(self, port: RstpPort, info_is: int) -> None:
        port.info_is = info_is
        port.reselect = True
        port.selected = False

    def _update(self, port: RstpPort) -> None:
        port.proposing = port.proposed = False
        better = port.info_is == INFO_MINE and port.port_priority >= port.designated_priority
        port.agreed = port.agreed and better
        port.synced = port.synced and port.agreed
        port.port_priority = port.designated_priority
        port.port_times = port.designated_times
        port.updt_info = False
        port.info_is = INFO_MINE
        port.new_info = True

    # -- port role transitions (17.29)

    def role_transition(self, port: RstpPort) -> bool:
        """Adopt the selected role, and perform its actions."""
        if not port.roles_selected:
            return False
        if port.role != port.selected_role:
            self._take_role(port)
            return True
        if port.role == ROLE_ROOT:
            return self._root_port(port)
        if port.role == ROLE_DESIGNATED:
            return self._designated_port(port)
        return self._blocked_port(port)

    def _take_role(self, port: RstpPort) -> None:
        port.role = port.selected_role
        port.blocked = False
        if port.role == ROLE_ROOT:
            port.rr_while = port.designated_times.forward_delay
        elif port.role != ROLE_DESIGNATED:
            port.learn = port.forward = False  # BLOCK_PORT, DISABLE_PORT
        self._bridge.port_state_changed(port)

    def _root_port(self, port: RstpPort) -> bool:
        fwd_delay = port.designated_times.forward_delay
        if port.proposed and not port.agree:  # ROOT_PROPOSED
            self._bridge.set_sync_tree()
            port.proposed = False
        elif (not port.agree and self._bridge.all_synced()) or (port.proposed and port.agree):  # ROOT_AGREED
            port.proposed = port.sync = False
            port.agree = port.new_info = True
        elif not port.forward and not port.re_root:  # REROOT
            self._bridge.set_re_root_tree()
        elif port.rr_while != fwd_delay:  # ROOT_PORT
            port.rr_while = fwd_delay
        elif port.re_root and port.forward:  # REROOTED
            port.re_root = False
        elif not port.forward and (port.fd_while == 0 or (port.rb_while == 0 and self._bridge.re_rooted(port))):
            self._learn_then_forward(port)  # ROOT_LEARN, ROOT_FORWARD
        else:
            return False
        return True

    def _designated_port(self, port: RstpPort) -> bool:
        resting = not port.learning and not port.forwarding
        retiring = port.re_root and port.rr_while != 0
        ready = (port.fd_while == 0 or port.agreed or port.oper_edge) and not retiring and not port.sync
        discard = ((port.sync and not port.synced) or retiring or port.disputed) and not port.oper_edge
        if not (port.forward or port.agreed or port.proposing or port.oper_edge):  # DESIGNATED_PROPOSE
            port.proposing = port.new_info = True
            port.edge_delay_while = port.edge_delay
        elif ((resting or port.agreed or port.oper_edge) and not port.synced) or (port.sync and port.synced):
            port.rr_while = 0  # DESIGNATED_SYNCED
            port.synced = True
            port.sync = False
        elif port.rr_while == 0 and port.re_root:  # DESIGNATED_RETIRED
            port.re_root = False
        elif discard and (port.learn or port.forward):  # DESIGNATED_DISCARD
            port.learn = port.forward = port.disputed = False
            port.fd_while = port.forward_delay
        elif ready and not port.forward:
            self._learn_then_forward(port)  # DESIGNATED_LEARN, DESIGNATED_FORWARD
            if port.forward:
                port.agreed = port.send_rstp
        else:
            return False
        return True

    def _learn_then_forward(self, port: RstpPort) -> None:
        if port.learn:
            port.forward = True
            port.fd_while = 0
        else:
            port.learn = True
            port.fd_while = port.forward_delay

    def _blocked_port(self, port: RstpPort) -> bool:
        disabled = port.role == ROLE_DISABLED
        wait = port.designated_times.max_age if disabled else port.forward_delay
        if not port.blocked:
            if port.learning or port.forwarding:
                return False
            port.blocked = True
        elif not disabled and port.proposed and not port.agree:  # ALTERNATE_PROPOSED
            self._bridge.set_sync_tree()
            port.proposed = False
            return True
        elif not disabled and ((not port.agree and self._bridge.all_synced()) or (port.proposed and port.agree)):
            port.proposed = False  # ALTERNATE_AGREED
            port.agree = port.new_info = True
            return True
        elif port.role == ROLE_BACKUP and port.rb_while != 2 * port.designated_times.hello_time:  # BACKUP_PORT
            port.rb_while = 2 * port.designated_times.hello_time
            return True
        elif port.fd_while == wait and not port.sync and not port.re_root and port.synced:
            return False
        port.fd_while = wait  # DISABLED_PORT, ALTERNATE_PORT
        port.synced = True
        port.rr_while = 0
        port.sync = port.re_root = False
        return True

    # -- port state transitions (17.30)

    def state_transition(self, port: RstpPort) -> bool:
        """Learn and forward as the role machine requires."""
        if (port.learning and not port.learn) or (port.forwarding and not port.forward):
            port.learning = port.forwarding = False
        elif port.learn and not port.learning:
            port.learning = True
        elif port.learning and port.forward and not port.forwarding:
            port.forwarding = True
        else:
            return False
        self._bridge.port_state_changed(port)
        return True

    # -- topology changes (17.31)

    def topology_change(self, port: RstpPort) -> bool:
        """Detect topology changes, and propagate them."""
        active_role = port.role in (ROLE_ROOT, ROLE_DESIGNATED)
        if port.tc_active:
            return self._active(port, active_role)
        news = port.rcvd_tc or port.rcvd_tcn or port.rcvd_tc_ack or port.tc_prop
        if not port.tc_learning:
            if not port.learn:
                return False
            port.tc_learning = True  # LEARNING
        elif active_role and port.forward and not port.oper_edge:  # DETECTED
            port.tc_active = True
            self._bridge.topology_changed()
            self._new_tc_while(port)
            self._bridge.set_tc_prop_tree(port)
            port.new_info = True
            return True
        elif not active_role and not (port.learn or port.learning or news):  # INACTIVE
            port.tc_learning = False
            port.tc_while = 0
            port.tc_ack = False
            self._bridge.flush(port)
            return True
        elif not news:
            return False
        port.rcvd_tc = port.rcvd_tcn = port.rcvd_tc_ack = port.tc_prop = False
        return True

    def _active(self, port: RstpPort, active_role: bool) -> bool:
        if not active_role or port.oper_edge:  # LEARNING
            port.tc_active = False
            port.rcvd_tc = port.rcvd_tcn = port.rcvd_tc_ack = port.tc_prop = False
        elif port.rcvd_tc or port.rcvd_tcn:  # NOTIFIED_TCN, NOTIFIED_TC
            if port.rcvd_tcn:
                self._new_tc_while(port)
                port.tc_ack = port.tc_ack or port.role == ROLE_DESIGNATED
            port.rcvd_tc = port.rcvd_tcn = False
            self._bridge.set_tc_prop_tree(port)
        elif port.tc_prop:  # PROPAGATING
            self._new_tc_while(port)
            self._bridge.flush(port)
            port.tc_prop = False
        elif port.rcvd_tc_ack:  # ACKNOWLEDGED
            port.tc_while = 0
            port.rcvd_tc_ack = False
        else:
            return False
        return True

    def _new_tc_while(self, port: RstpPort) -> None:
        if port.tc_while == 0:
            times = port.designated_times
            port.tc_while = times.hello_time + 1 if port.send_rstp else times.max_age + times.forward_delay
            port.new_info = True

    # -- transmission (17.26)

    def transmit(self, port: RstpPort) -> bool:
        """Transmit pending BPDUs: at most six at once, then one per second."""
        if not port.roles_selected or not port.port_enabled:
            return False
        if port.hello_when == 0:  # TRANSMIT_PERIODIC
            periodic = port.role == ROLE_DESIGNATED or (port.role == ROLE_ROOT and port.tc_while != 0)
            port.new_info = port.new_info or periodic
            port.hello_when = port.designated_times.hello_time
            return True
        told = port.send_rstp or port.role in (ROLE_ROOT, ROLE_DESIGNATED)
        if not port.new_info or port.tx_count >= TRANSMIT_HOLD_COUNT or not told:
            return False
        port.new_info = False
        port.tx_count += 1
        self._bridge.transmit(port)
        if port.send_rstp or port.role == ROLE_DESIGNATED:
            port.tc_ack = False
        port.hello_when = port.designated_times.hello_time
        return True
