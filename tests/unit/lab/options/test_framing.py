"""``framing`` of a link, as people write it."""

from __future__ import annotations

from typing import Any

import pytest

from catenet import Internet, LabError
from catenet.lab.options.framing import FRAMINGS, parse_framing
from catenet.lab.options.link import LINK_OPTIONS, parse_options
from catenet.lab.options.types import PppTable, options_of


@pytest.mark.parametrize("kind", FRAMINGS)
def test_a_name_is_enough(kind: str) -> None:
    choice = parse_framing(kind)
    assert choice.kind == kind
    assert parse_framing(choice) is choice
    assert (choice.ppp.lcp.accm, choice.ppp.lcp.pfc, choice.ppp.lcp.acfc, choice.ppp.lcp.magic) == (0, True, True, True)
    assert choice.ppp.echo_ns == 0


def test_what_ppp_asks_for() -> None:
    table = {"kind": "ppp", "accm": "0x000a0000", "pfc": False, "acfc": False, "magic": False, "echo": "10s"}
    ppp = parse_framing(table).ppp
    assert (ppp.lcp.accm, ppp.lcp.pfc, ppp.lcp.acfc, ppp.lcp.magic) == (0xA0000, False, False, False)
    assert ppp.echo_ns == 10_000_000_000
    assert set(table) == set(options_of(PppTable))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("pppp", "'pppp' is no framing; did you mean 'ppp'"),
        (7, "7 is no framing; known are ppp, hdlc, slip, cobs"),
        ({"echo": "10s"}, "a framing table needs a kind"),
        ({"kind": "slip", "echo": "10s"}, "echo: framing 'slip' has no options; leave them out"),
        ({"kind": "ppp", "ecko": "10s"}, "there is no option 'ecko'; did you mean 'echo'"),
        ({"kind": "ppp", "accm": "0x1ffffffff"}, "accm is a number of 32 bits"),
        ({"kind": "ppp", "accm": True}, "accm is a number of 32 bits"),
        ({"kind": "ppp", "accm": "all"}, "accm is a number of 32 bits"),
        ({"kind": "ppp", "pfc": "yes"}, "pfc is true or false"),
        ({"kind": "ppp", "echo": 0}, "above 0"),
    ],
)
def test_what_is_no_framing(given: Any, message: str) -> None:
    with pytest.raises(LabError) as error:
        parse_options({"framing": given}, LINK_OPTIONS, "link a-b")
    assert str(error.value).startswith("link a-b: framing: ")
    assert message in str(error.value)


def test_it_is_between_hosts_and_routers() -> None:
    net = Internet()
    net.switch("sw")
    with pytest.raises(LabError, match="sw, a switch, takes Ethernet frames: leave out the framing"):
        net.host("a", at="sw", framing="ppp")
    net.router("r")
    with pytest.raises(LabError, match="tap, a Linux attachment, takes Ethernet frames"):
        net.attach("tap", at="r", framing="slip")


def test_it_is_on_serial_lines() -> None:
    net = Internet()
    net.hosts("a", "b")
    with pytest.raises(LabError, match='10gbase-r carries Ethernet frames; give phy = "serial-115200", or a rate'):
        net.link("a", "b", phy="10gbase-r", framing="ppp")
