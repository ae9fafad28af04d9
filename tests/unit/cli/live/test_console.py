"""The commands of an attached internet, typed at one in virtual time."""

from __future__ import annotations

from pathlib import Path

import pytest

from catenet.cli.live.console import Console
from catenet.cli.live.link_rates import LinkRates
from catenet.internet import Internet


class Typist:
    """An internet of three cities, and someone who types."""

    def __init__(self) -> None:
        self.net = Internet()
        self.net.routers("paris", "oslo", "rome-2")
        self.net.link("paris", "oslo")
        self.net.link("oslo", "rome-2")
        self.net.link("paris", "oslo", name="spare")
        self.net.build()
        self.stopped = 0
        self.console = Console(self.net._world, self._stop, lambda: ["all is well"])

    def _stop(self) -> None:
        self.stopped += 1

    def types(self, line: str) -> str:
        return "\n".join(self.console.obey(line))


@pytest.fixture
def typist() -> Typist:
    return Typist()


def test_cut_and_heal(typist: Typist) -> None:
    assert typist.types("cut paris-oslo") == "paris-oslo is cut"
    assert [link.up for link in typist.net.links.values()] == [False, True, True]
    assert typist.types("heal paris-oslo") == "paris-oslo is up"
    assert typist.types("cut paris oslo") == "paris-oslo is cut\nspare is cut"
    assert typist.types("heal spare") == "spare is up"
    assert [link.up for link in typist.net.links.values()] == [False, True, True]


def test_either_end_first(typist: Typist) -> None:
    assert typist.types("cut rome-2-oslo") == "oslo-rome-2 is cut"
    assert typist.types("heal rome-2 oslo") == "oslo-rome-2 is up"


def test_set(typist: Typist) -> None:
    assert typist.types("set spare delay 9ms loss=2% back.rate 1Mbit/s")
    wire = typist.net.links["spare"].wire
    assert (wire.forward.delay_ns, wire.backward.delay_ns) == (9_000_000, 9_000_000)
    assert wire.backward.rate_bit_s == 1_000_000
    assert wire.forward.rate_bit_s == 1_000_000_000


def test_capture(typist: Typist, tmp_path: Path) -> None:
    assert typist.types("capture spare") == "spare is now captured"
    assert typist.types("capture all")
    assert list(typist.net._world.captures.frames()) == ["spare", "paris-oslo", "oslo-rome-2"]
    typist.net._world.captures.save(tmp_path)


def test_show_help_and_quit(typist: Typist) -> None:
    assert typist.types("show") == "all is well"
    helped = typist.types("help")
    for verb in ("cut", "heal", "set", "capture", "show", "help", "quit"):
        assert f"\n{verb}" in f"\n{helped}"
    assert (typist.types("quit"), typist.stopped) == ("", 1)
    assert typist.types("   ") == ""


MISTAKES = {
    "ct paris oslo": "did you mean 'cut'",
    "cut": "write it like",
    "cut pariss-oslo": "did you mean 'paris-oslo'",
    "cut paris": "from paris to where",
    "cut paris rome-2": "no link between paris and rome-2; links of paris lead to oslo",
    "cut paris oslo rome-2": "cut takes one link",
    "set": "write it like",
    "set spare": "options and values in turn",
    "set spare loss": "options and values in turn",
    "set spare los 2%": "did you mean 'loss'",
    "set spare loss much": "loss: 'much' is not a ratio",
    "set spare back.mtu 1400": "mtu",
    "capture nowhere": "there is no link 'nowhere'",
    "quit now": "quit takes no arguments",
    "show me": "show takes no arguments",
    'cut "paris': "cannot read that",
}


@pytest.mark.parametrize("line", MISTAKES)
def test_a_mistake_is_told_and_changes_nothing(typist: Typist, line: str) -> None:
    before = typist.net.trace.rows()
    assert MISTAKES[line] in typist.types(line)
    assert typist.net.trace.rows() == before
    assert typist.stopped == 0


def test_rates_are_those_since_the_last_look(typist: Typist) -> None:
    rates = LinkRates(typist.net._world)
    rates.look()
    typist.net.ping("paris", "oslo", count=2, interval="1s")
    first = {rate.name: rate for rate in rates.look()}
    busy = next(rate for rate in first.values() if rate.frames)
    assert busy.forward_bit_s > 0
    assert busy.text.startswith(f"{busy.name}: ")
    typist.net.run(until="60s")
    again = {rate.name: rate for rate in rates.look()}[busy.name]
    assert again.forward_bit_s < busy.forward_bit_s
    assert again.frames >= busy.frames
