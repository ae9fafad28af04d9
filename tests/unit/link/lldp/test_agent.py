"""The machines of an LLDP agent: when it sends, how long it believes (IEEE 802.1AB-2016, 9.2.8 to 9.2.10)."""

from __future__ import annotations

from catenet.kernel import Kernel
from catenet.kernel.pdu import Octets
from catenet.link import Frame, Port, Station, local_mac
from catenet.link.lldp.agent import LldpAgent
from catenet.link.lldp.lldp_filter import LldpFilter
from catenet.link.lldp.lldpdu import BRIDGE, ETHERTYPE, NEAREST_BRIDGE, Lldpdu
from catenet.link.lldp.local_system import AGGREGATION_ACTIVE, AGGREGATION_CAPABLE, LocalPort, LocalSystem
from catenet.link.lldp.neighbours import MAX_NEIGHBOURS
from catenet.link.lldp.settings import LldpSettings
from catenet.link.lldp.tracing import ROW_NEIGHBOUR
from catenet.physical import Wire

S = 1_000_000_000


class Ear(Station):
    """Keeps what it hears, with the second in which it came."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self.port = Port(kernel, "ear", local_mac(9), self)
        self.heard: list[tuple[int, Lldpdu]] = []
        self.others = 0

    def receive_frame(self, port: Port, frame: Frame) -> None:
        unit = Lldpdu.parse(frame.payload.emit()) if frame.ethertype == ETHERTYPE else None
        if unit is None:
            self.others += 1
        else:
            self.heard.append((round(self.kernel.now_ns / S), unit))


class Rig:
    """An agent at a port, and an ear across."""

    def __init__(self, **settings: int) -> None:
        self.kernel = Kernel()
        self.kernel.trace.listen()
        self.behind = Ear(self.kernel)
        self.port = Port(self.kernel, "sw.0", local_mac(1), self.behind)
        self.local = LocalPort(LocalSystem("sw", "test", BRIDGE), self.port, "sw.0", "a-b")
        self.agent = LldpAgent(self.local, LldpSettings(**settings))
        LldpFilter(self.port, self.agent)
        self.ear = Ear(self.kernel)
        self.wire = Wire(self.kernel, "a", "b", self.port, self.ear.port, 10**9, 1000)
        self.port.attach(self.wire.forward)
        self.ear.port.attach(self.wire.backward)

    def say(self, ttl_s: int, name: str = "peer", port: bytes = b"p") -> None:
        self.ear.port.send(Lldpdu((4, b"\2\0\0\0\0\7"), (7, port), ttl_s, "", name).frame(local_mac(9)))
        self.kernel.run(self.kernel.now_ns + 10_000)

    def run(self, until_s: int) -> None:
        self.kernel.run(until_s * S + 500_000_000)

    @property
    def seconds(self) -> list[int]:
        return [second for second, _ in self.ear.heard]

    @property
    def changes(self) -> list[int]:
        return [row.a for row in self.kernel.trace.rows() if row.kind == ROW_NEIGHBOUR]


def test_it_sends_at_once_and_then_once_in_an_interval() -> None:
    rig = Rig()
    rig.run(65)
    assert rig.seconds == [0, 30, 60]
    assert {unit.ttl_s for _, unit in rig.ear.heard} == {121}
    assert rig.agent.frames_out == 3


def test_a_new_neighbour_makes_it_send_fast() -> None:
    rig = Rig()
    rig.run(10)
    rig.say(120)
    rig.run(75)
    assert len([second for second in rig.seconds if 10 <= second <= 14]) == 4
    rig.say(120)
    before = len(rig.seconds)
    rig.run(80)
    assert len(rig.seconds) == before, "it is not new the second time"


def test_a_change_is_sent_at_once_within_the_credit() -> None:
    rig = Rig(credit_max=2)
    rig.run(9)
    for mtu in range(1400, 1410):
        rig.port.mtu = mtu
        rig.kernel.run(rig.kernel.now_ns + 1_000_000)
    rig.run(15)
    sent = [unit for second, unit in rig.ear.heard if second >= 9]
    assert len(sent) == 3, "two at once; the last change once there is credit again"
    assert sent[-1].organizational_value(b"\x00\x12\x0f", 4) == (1409 + 18).to_bytes(2, "big")


def test_what_it_heard_is_believed_for_its_time_to_live() -> None:
    rig = Rig()
    rig.run(1)
    rig.say(10)
    rig.run(10)
    assert len(rig.agent.neighbours.known) == 1
    rig.run(12)
    assert len(rig.agent.neighbours.known) == 0
    assert rig.agent.ageouts == 1
    assert rig.changes == [1, 4]


def test_a_change_and_a_shutdown() -> None:
    rig = Rig()
    rig.run(1)
    rig.say(100, "old")
    rig.say(100, "new")
    rig.say(100, "new")
    assert [each.unit.system_name for each in rig.agent.neighbours.known.values()] == ["new"]
    rig.say(0)
    rig.say(0)
    assert rig.agent.neighbours.known == {}
    assert rig.changes == [1, 2, 3]
    assert rig.agent.ageouts == 0


def test_neighbours_are_bounded() -> None:
    rig = Rig()
    for number in range(MAX_NEIGHBOURS + 3):
        rig.say(100, port=bytes((number,)))
    assert len(rig.agent.neighbours.known) == MAX_NEIGHBOURS
    assert rig.agent.too_many == 3


def test_a_cut_keeps_neighbours_and_starts_anew() -> None:
    rig = Rig()
    rig.run(1)
    rig.say(60)
    rig.run(20)
    rig.wire.cut()
    rig.run(25)
    assert len(rig.agent.neighbours.known) == 1
    before = len(rig.ear.heard)
    rig.wire.heal()
    rig.run(26)
    assert len(rig.ear.heard) == before + 1
    rig.wire.cut()
    rig.run(70)
    assert len(rig.agent.neighbours.known) == 0


def test_other_frames_are_the_stations() -> None:
    rig = Rig()
    rig.ear.port.send(Frame(local_mac(1), local_mac(9), 0x0800, Octets(bytes(46))))
    rig.ear.port.send(Frame(NEAREST_BRIDGE, local_mac(9), ETHERTYPE, Octets(b"\1")))
    rig.kernel.run(1_000_000)
    assert rig.behind.others == 1
    assert (rig.agent.frames_in, rig.agent.frames_in_error) == (1, 1)


def test_what_a_port_says_of_itself() -> None:
    rig = Rig()
    rig.local.vid = 10
    rig.local.aggregation = AGGREGATION_CAPABLE | AGGREGATION_ACTIVE
    rig.local.aggregate = 3
    said = rig.local.lldpdu(121)
    assert said.chassis == (4, local_mac(1).to_bytes(6, "big"))
    assert (said.port, said.port_description, said.capabilities) == ((5, b"sw.0"), "a-b", (4, 4))
    assert [address.address.hex(":") for address in said.addresses] == ["02:00:00:00:00:01"]
    assert said.organizational_value(b"\x00\x80\xc2", 1) == b"\x00\x0a"
    assert said.organizational_value(b"\x00\x80\xc2", 7) == b"\x03\x00\x00\x00\x03"
    assert said.organizational_value(b"\x00\x80\xc2", 9) is None
