"""A learning switch among its stations."""

from __future__ import annotations

from catenet.kernel import Kernel, Octets
from catenet.link import BROADCAST, Frame, Port, Station, Switch, local_mac
from catenet.link.mac import mac_text
from catenet.link.switching.learning_switch import AGEING_NS
from catenet.physical import Wire


class Host(Station):
    """A port that hears everything, and writes down who was addressed."""

    def __init__(self, kernel: Kernel, number: int) -> None:
        self.port = Port(kernel, f"host{number}", local_mac(number), self)
        self.port.promiscuous = True
        self.heard: list[tuple[int, Frame]] = []

    def receive_frame(self, port: Port, frame: Frame) -> None:
        self.heard.append((port.kernel.now_ns, frame))

    def send(self, dst: int) -> None:
        self.port.send(Frame(dst, self.port.mac, 0x0800, Octets(b"")))


class Lan:
    """A switch with hosts 0, 1, 2 ... on it."""

    def __init__(self, hosts: int = 3, table_entries: int = 100) -> None:
        self.kernel = Kernel()
        self.switch = Switch(self.kernel, "switch", table_entries=table_entries)
        self.hosts = [Host(self.kernel, number) for number in range(hosts)]
        self.wires = []
        for host in self.hosts:
            port = self.switch.add_port(f"switch:{host.port.name}")
            wire = Wire(self.kernel, host.port.name, port.name, host.port, port, 10**9, 1000)
            host.port.attach(wire.forward)
            port.attach(wire.backward)
            self.wires.append(wire)

    def say(self, sender: int, dst: int) -> list[int]:
        """Send, let it settle, and tell which hosts heard it."""
        before = [len(host.heard) for host in self.hosts]
        self.hosts[sender].send(dst)
        self.kernel.run()
        return [n for n, host in enumerate(self.hosts) if len(host.heard) > before[n]]


def test_it_floods_until_it_has_learned() -> None:
    lan = Lan()
    assert lan.say(0, local_mac(1)) == [1, 2]
    assert lan.say(1, local_mac(0)) == [0]
    assert lan.say(0, local_mac(1)) == [1]
    assert lan.say(2, BROADCAST) == [0, 1]
    assert lan.say(2, 0x3333_0000_0001) == [0, 1]
    assert lan.switch.counters() == {
        "forwarded": 2,
        "flooded": 3,
        "filtered": 0,
        "learned": 3,
        "moved": 0,
        "table_full": 0,
    }


def test_a_switch_has_no_address_of_its_own_unless_it_is_given_one() -> None:
    """A bridge that answered for an address would take the frames of the station that has it."""
    switch = Switch(Kernel(), "switch")
    assert [mac_text(switch.add_port("one").mac), switch.add_port("two", 5).mac] == ["00:00:00:00:00:00", 5]
    assert all(port.promiscuous for port in switch.ports)


def test_flooded_copies_are_in_different_hands() -> None:
    lan = Lan()
    lan.say(0, BROADCAST)
    one, other = (host.heard[0][1] for host in lan.hosts[1:])
    assert one is not other
    one.dst = 0
    assert other.dst == BROADCAST


def test_what_it_learned_grows_old_and_nothing_ticks() -> None:
    lan = Lan()
    lan.say(1, BROADCAST)
    seen_ns = lan.hosts[0].heard[0][0] - 672 - 1000
    assert lan.kernel.next_time_ns() == 1 << 62
    lan.kernel.run(until_ns=seen_ns + AGEING_NS - 672 - 1000 - 1)
    assert lan.say(0, local_mac(1)) == [1]
    assert lan.switch.port_of(local_mac(1)) is None
    assert lan.say(0, local_mac(1)) == [1, 2]


def test_who_keeps_talking_is_not_forgotten() -> None:
    lan = Lan()
    for _ in range(3):
        lan.say(1, BROADCAST)
        lan.kernel.run(until_ns=lan.kernel.now_ns + AGEING_NS // 2)
    assert lan.say(0, local_mac(1)) == [1]


def test_a_station_that_moves_is_followed() -> None:
    lan = Lan()
    lan.say(1, BROADCAST)
    lan.hosts[2].port.mac = local_mac(1)
    lan.say(2, BROADCAST)
    assert lan.say(0, local_mac(1)) == [2]
    assert lan.switch.counters()["moved"] == 1


def test_a_frame_for_someone_on_its_own_side_goes_nowhere() -> None:
    lan = Lan()
    lan.say(0, BROADCAST)
    assert lan.say(0, local_mac(0)) == []
    assert lan.switch.counters()["filtered"] == 1


def test_a_cut_wire_leads_nowhere_and_is_forgotten() -> None:
    lan = Lan()
    lan.say(1, BROADCAST)
    lan.wires[1].cut()
    assert lan.switch.port_of(local_mac(1)) is None
    assert lan.say(0, local_mac(1)) == [2]


def test_a_full_table_makes_room_for_the_old_only() -> None:
    lan = Lan(hosts=4, table_entries=2)
    for sender in range(3):
        lan.say(sender, BROADCAST)
    assert lan.switch.port_of(local_mac(2)) is None
    assert lan.switch.counters()["table_full"] == 1
    lan.kernel.run(until_ns=lan.kernel.now_ns + AGEING_NS)
    lan.say(3, BROADCAST)
    assert lan.switch.port_of(local_mac(3)) is lan.switch.ports[3]
    assert lan.switch.port_of(local_mac(0)) is None


def test_a_group_is_no_place_to_learn() -> None:
    lan = Lan()
    lan.hosts[0].port.send(Frame(BROADCAST, 0x3333_0000_0001, 0x0800, Octets(b"")))
    lan.kernel.run()
    assert lan.switch.counters()["learned"] == 0


def test_a_full_table_forgets_only_who_has_grown_old() -> None:
    """A station that talks keeps its place; else a flood of strange addresses would turn the switch into a hub."""
    lan = Lan(hosts=4, table_entries=2)
    lan.kernel.run(until_ns=AGEING_NS)
    lan.say(0, BROADCAST)
    lan.kernel.run(until_ns=lan.kernel.now_ns + AGEING_NS - 10_000)
    lan.say(1, BROADCAST)
    lan.say(2, BROADCAST)
    assert lan.switch.port_of(local_mac(2)) is None
    assert lan.switch.counters()["table_full"] == 1
    lan.kernel.run(until_ns=lan.kernel.now_ns + 20_000)
    lan.say(2, BROADCAST)
    assert lan.switch.port_of(local_mac(2)) is lan.switch.ports[2]
    assert lan.switch.port_of(local_mac(1)) is lan.switch.ports[1]
    lan.say(0, BROADCAST)
    assert lan.switch.port_of(local_mac(0)) is None


def test_what_has_grown_old_is_looked_for_only_when_the_table_is_full() -> None:
    """Looked for at each new station, a thousand stations would cost a million looks."""
    lan = Lan(hosts=4, table_entries=3)
    lan.say(0, BROADCAST)
    lan.kernel.run(until_ns=lan.kernel.now_ns + 2 * AGEING_NS)
    lan.say(1, BROADCAST)
    lan.say(2, BROADCAST)
    assert list(lan.switch._table) == [local_mac(0), local_mac(1), local_mac(2)]
    lan.say(0, BROADCAST)
    assert lan.switch.counters()["learned"] == 3, "it was never forgotten"
    lan.say(3, BROADCAST)
    assert list(lan.switch._table) == [local_mac(0), local_mac(1), local_mac(2)], "all have spoken lately"
