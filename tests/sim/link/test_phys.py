"""Links with a PHY: its rate and delay, damaged frames, both fidelities, changes while running, and what is refused."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from catenet import Internet
from catenet.errors import LabError, MissingExtra
from catenet.lab.model import link_medium
from catenet.link.ethernet import Frame
from catenet.physical.frame_errors import PhyErrors
from catenet.physical.phys.catalogue import PHYS
from catenet.physical.phys.fading import Fading
from catenet.physical.phys.radio import RadioPhy
from catenet.physical.signals.waveforms.signal_phy import Samples
from catenet.physical.signals.waveforms.ten_base_t import TenBaseT
from catenet.scenario import load

PINGS = 300


def pinged(seed: int, **options: Any) -> tuple[int, Internet]:
    net = Internet(seed=seed)
    a, b = net.host("a"), net.host("b")
    net.link(a, b, phy="10base-t", length="100m", **options)
    return net.ping(a, b, count=PINGS, interval="10ms").received, net


def test_a_phy_gives_rate_and_delay() -> None:
    net = Internet(seed=1)
    link = net.link(net.router("a"), net.router("b"), phy="10gbase-r", length="40km")
    assert link.wire.forward.rate_bit_s == 10_000_000_000
    assert link.wire.forward.delay_ns == 195_896


def test_routers_with_positions_need_no_length() -> None:
    net = Internet(seed=1)
    a = net.router("a", position=(48.85, 2.35))
    b = net.router("b", position=(49.0, 2.6))
    link = net.link(a, b, phy="10gbase-r")
    assert 100_000 < link.wire.forward.delay_ns < 150_000


@pytest.mark.parametrize("fidelity", ["model", "signal"])
def test_noise_loses_as_many_pings_as_theory_says(fidelity: str) -> None:
    """A ping is two frames of 102 octets; at 11 dB each is damaged with the chance of the closed form."""
    damaged = PHYS["10base-t"].over(100.0).frame_error_rate(102, 11.0)
    expected = PINGS * (1.0 - damaged) ** 2
    deviation = (expected * (1.0 - expected / PINGS)) ** 0.5
    received, net = pinged(5, snr="11dB", fidelity=fidelity)
    assert abs(received - expected) < 4.0 * deviation
    physical = net.run().summary()["physical"]
    assert physical["corrupted"] + physical["lost"].get("no frame found in the signal", 0) > 10


def test_a_clean_link_loses_nothing() -> None:
    assert pinged(1)[0] == PINGS
    assert pinged(1, snr="25dB", fidelity="signal")[0] == PINGS


def test_a_splice_goes_bad_and_is_mended() -> None:
    """The ratio and the fidelity change while the run goes on, as any other option of a link."""
    net = Internet(seed=2)
    a, b = net.host("a"), net.host("b")
    link = net.link(a, b, phy="10gbase-r", length="40km", snr="20dB")
    net.at("1s").set(link, snr="2dB")
    net.at("2s").set(link, snr="20dB", fidelity="signal")
    answered: list[bool] = []

    async def client() -> None:
        loop = asyncio.get_running_loop()
        for _ in range(30):
            _, writer = await asyncio.open_connection("b", 80)
            writer.close()
            answered.append(True)
            await asyncio.sleep(0.1)
        assert loop.time() > 3.0

    async def server() -> None:
        async with await asyncio.start_server(lambda reader, writer: writer.close(), port=80) as listener:
            await listener.serve_forever()

    b.run(server, service=True)
    a.run(client)
    net.run(until="60s")
    assert len(answered) == 30
    corrupted = link.wire.forward.counters()["corrupted"] + link.wire.backward.counters()["corrupted"]
    assert corrupted > 0


def test_both_directions_have_ratios_of_their_own() -> None:
    net = Internet(seed=2)
    a, b = net.host("a"), net.host("b")
    link = net.link(a, b, phy="10base-t", snr="25dB", back={"snr": "0dB"})
    assert net.ping(a, b, count=20, interval="10ms").received == 0
    assert link.wire.forward.counters()["corrupted"] == 0
    assert link.wire.backward.counters()["corrupted"] > 0


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"phy": "10gbas-r"}, "'10gbas-r' is no PHY; did you mean '10gbase-r'?"),
        ({"phy": "10gbase-r", "length": "90km"}, "10gbase-r reaches from 0 to 80 km over fibre"),
        ({"phy": "10gbase-r", "rate": "1Gbit/s"}, "10gbase-r has a rate of 10 Gbit/s, not 1 Gbit/s"),
        ({"snr": "3dB"}, 'snr needs a PHY; declare the link with one, such as phy = "10gbase-r"'),
        ({"fidelity": "signal"}, "fidelity needs a PHY"),
        ({"phy": "10gbase-r", "fidelity": "waveform"}, "write 'model' or 'signal'"),
        ({"phy": "10gbase-r", "snr": "3000dB"}, "must lie between -20dB and 60dB"),
        ({"phy": "10gbase-r", "back": {"rate": "1Gbit/s"}}, "10gbase-r has a rate of 10 Gbit/s, not 1 Gbit/s"),
        ({"back": {"snr": "3dB"}}, "snr needs a PHY"),
        ({"fading": "rayleigh"}, "fading needs a PHY"),
        ({"clock_drift": "5ppm"}, "clock_drift needs a PHY"),
        ({"phy": "10base-t", "clock_drift": "5ppm"}, "only that of a serial line has one of its own: serial-115200"),
        ({"phy": "serial-115200", "clock_drift": "5%"}, "80ppm"),
        ({"phy": "10base-t", "fading": "rayleigh"}, "a twisted pair, which does not fade; only a radio does: radio-12"),
        ({"phy": "radio-12", "fading": "raleigh"}, "write 'none', 'rayleigh', or a table with a K factor"),
        ({"phy": "radio-12", "fading": {"rice": 3}}, "unknown key 'rice' of fading; did you mean 'rician'?"),
        ({"phy": "radio-12", "back": {"fading": {"rician": "90dB"}}}, "must lie between -20dB and 60dB"),
        ({"phy": "10gbase-r", "length": "1km", "delay": "1ms"}, "delay and length are both given"),
    ],
)
def test_what_is_refused(options: dict[str, Any], says: str) -> None:
    net = Internet(seed=1)
    with pytest.raises(LabError) as refused:
        net.link(net.router("a"), net.router("b"), **options)
    assert says in str(refused.value)
    assert str(refused.value).startswith("link a-b")


@pytest.mark.parametrize("fidelity", ["model", "signal"])
def test_a_radio_fades_in_both_fidelities(fidelity: Any) -> None:
    """As many pings are answered as the mean over the gains says, and all of them when there is no fading any more."""
    net = Internet(seed=3)
    a, b = net.host("a"), net.host("b")
    link = net.link(a, b, phy="radio-12", length="50m", snr="12dB", fidelity=fidelity, fading="rayleigh")
    radio = PHYS["radio-12"]
    assert isinstance(radio, RadioPhy)
    damaged = radio.faded(Fading()).frame_error_rate(102, 12.0)
    assert 0.05 < damaged < 0.3
    count = 120
    expected = count * (1.0 - damaged) ** 2
    deviation = (expected * (1.0 - expected / count)) ** 0.5
    net.run(until="10s")  # addresses are there: no frame but those of pings
    net.ping(a, b, count=3, interval="10ms")
    assert abs(net.ping(a, b, count=count, interval="10ms").received - expected) < 4.0 * deviation
    link.set(fading={"rician": "30dB"})
    assert net.ping(a, b, count=20, interval="10ms").received == 20
    link.set(fading="none")
    assert net.ping(a, b, count=20, interval="10ms").received == 20


@pytest.mark.parametrize("fidelity", ["model", "signal"])
def test_a_serial_line_loses_all_when_a_clock_is_too_fast(fidelity: Any) -> None:
    """It bears 3 %, not 8 %, which is set while the run goes on; only one direction has it."""
    net = Internet(seed=3)
    a, b = net.host("a"), net.host("b")
    link = net.link(a, b, phy="serial-115200", snr="25dB", fidelity=fidelity, clock_drift="30000ppm")
    assert net.ping(a, b, count=3).received == 3
    link.set(back={"clock_drift": "80000ppm"})
    assert net.ping(a, b, count=3).received == 0
    assert link.wire.forward.counters()["corrupted"] == 0
    link.set(clock_drift=0)
    assert net.ping(a, b, count=3).received == 3


def test_a_link_without_a_phy_takes_no_ratio_later() -> None:
    net = Internet(seed=1)
    link = net.link(net.router("a"), net.router("b"))
    with pytest.raises(LabError, match="link a-b: snr needs a PHY"):
        link.set(mtu=9000, snr="3dB")
    assert link.a.port.mtu == 1500, "nothing has changed"
    with pytest.raises(LabError, match="link a-b: fidelity needs a PHY"):
        net.at("1s").set(link, fidelity="signal")  # now, and not when it is time


def test_waveforms_without_numpy_are_refused_when_they_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """At declaration, and for an action that comes later; the model needs no library."""
    net = Internet(seed=1)
    link = net.link(net.router("a"), net.router("b"), phy="10base-t")
    monkeypatch.setattr(link_medium, "find_spec", lambda library: None)
    for ask in (
        lambda: net.link(net.router("c"), net.router("d"), phy="10base-t", fidelity="signal"),
        lambda: link.set(fidelity="signal"),
        lambda: net.at("1s").set(link, fidelity="signal"),
    ):
        with pytest.raises(MissingExtra, match="NumPy and SciPy, which are not installed: pip install"):
            ask()
    link.set(snr="20dB")


def test_a_rate_that_the_phy_does_not_have_is_refused_later_too() -> None:
    net = Internet(seed=1)
    link = net.link(net.router("a"), net.router("b"), phy="10base-t")
    with pytest.raises(LabError, match="link a-b: rate: 10base-t has a rate of 10 Mbit/s, not 1 Gbit/s"):
        link.set(rate="1Gbit/s")


def test_a_scenario_has_them_too(tmp_path: Path) -> None:
    (tmp_path / "scenario.toml").write_text(
        """
until = "2s"
[routers.a]
[routers.b]
[[links]]
between = ["a", "b"]
phy = "10gbase-r"
length = "40km"
snr = "17dB"
[[actions]]
at = "1s"
do = "set"
link = ["a", "b"]
snr = "9dB"
fidelity = "signal"
"""
    )
    run = load(tmp_path / "scenario.toml").build().run(until="2s")
    assert "snr 9dB, fidelity signal" in str(run.summary())


def test_a_hosts_access_link_has_the_phys_rate() -> None:
    net = Internet(seed=1)
    net.router("r")
    host = net.host("h", at="r", phy="100base-tx", length="50m")
    assert net.ping(host, "r", count=1).received == 1
    link = net.run().summary()["links"][0]
    assert (link["rate_bit_s"], link["delay_ns"]) == (100_000_000, 261)


def test_a_request_is_read_from_the_waveform_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """HTTP over a 10BASE-T of full fidelity: the samples of each frame, decoded here, hold the request."""
    seen: list[Samples] = []
    receive = TenBaseT.receive

    def spying(phy: TenBaseT, samples: Samples) -> bytes | None:
        seen.append(samples)
        return receive(phy, samples)

    monkeypatch.setattr(TenBaseT, "receive", spying)
    net = Internet(seed=4)
    a, b = net.host("a"), net.host("b")
    net.link(a, b, phy="10base-t", length="100m", snr="20dB", fidelity="signal")

    async def client() -> None:
        reader, writer = await asyncio.open_connection("b", 80)
        writer.write(b"GET /way HTTP/1.1\r\nHost: b\r\n\r\n")
        assert await reader.readline() == b"HTTP/1.1 200 OK\r\n"
        writer.close()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    async def server() -> None:
        async with await asyncio.start_server(answer, port=80) as listener:
            await listener.serve_forever()

    b.run(server, service=True)
    a.run(client)
    net.run(until="10s")
    decoder = TenBaseT(PHYS["10base-t"].over(100.0))
    frames = [Frame.parse(receive(decoder, samples) or b"") for samples in seen]
    requests = [frame for frame in frames if frame is not None and b"GET /way HTTP/1.1" in frame.emit()]
    assert len(requests) == 1


@pytest.mark.parametrize("phy", PHYS)
def test_every_ratio_makes_a_link(phy: Any) -> None:
    """Its chance of an error is the closed form's, between 0 and 1, and no better ratio has a greater one.

    Also at ratios where an error is rarer than a float can say, such as 31.6 dB with two levels.
    """
    net = Internet(seed=1)
    link = net.link(net.router("a"), net.router("b"), phy=phy)
    rates = []
    for step in range(-200, 601, 4):
        link.set(snr=step / 10)
        errors = link.wire.forward.impairments.phy
        assert isinstance(errors, PhyErrors)
        assert errors.rate == PHYS[phy].over(0).unit_error_rate(step / 10)
        rates.append(errors.rate)
    assert all(0.0 <= rate <= 1.0 for rate in rates)
    assert all(better <= worse * (1.0 + 1e-12) for worse, better in pairwise(rates))
    assert rates[0] > 0.03
    assert rates[-1] < 1e-300
    link.set(bit_errors=1e-310)
    assert net.ping("a", "b", count=3).received == 3
