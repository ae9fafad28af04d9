"""Display and input of an attached internet.

On a terminal: a table of the links, redrawn every second, with the input line below it.  Elsewhere: a line for every
link with traffic, every ten seconds, and commands line by line.
"""

from __future__ import annotations

import os
import sys
import termios
import time
import tty
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TextIO

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from catenet.cli.live.link_rates import LinkRate, LinkRates
from catenet.cli.standard_streams import width_of
from catenet.view import numbers
from catenet.view.layout import NAME, NUMBER, Cell, Column, table_lines, wrapped

if TYPE_CHECKING:
    from catenet.lab.attach.attached import Attached

DRAW_S: Final = 1.0
LINE_S: Final = 10.0
MAX_LINKS: Final = 16

ERASE: Final = ("\x7f", "\x08")
KILL: Final = "\x15"
END: Final = "\x04"


class Screen:
    """The base of both displays.  ``obey`` executes an input line; ``tell`` receives lines of output."""

    every_s = LINE_S

    def __init__(self, attached: Attached, obey: Callable[[str], list[str]], out: TextIO) -> None:
        self.attached: Final = attached
        self.rates: Final = LinkRates(attached.net)
        self._obey: Final = obey
        self._out: Final = out
        self._told = 0

    def news(self) -> list[str]:
        """The new events since the last call, line by line."""
        entries = self.attached.net.timeline.entries[self._told :]
        self._told += len(entries)
        return [f"{numbers.time_text(entry.time_ns)}  {entry.text}" for entry in entries]

    def open(self) -> None:
        """Start display and input."""

    def close(self) -> None:
        """Restore the terminal."""

    def say(self, lines: list[str]) -> None:
        """Print lines that are not redrawn."""
        width = width_of(self._out)
        for line in lines:
            print(*wrapped(line, width), sep="\n", file=self._out, flush=True)

    def draw(self) -> None:
        """Show the present state."""

    def status(self) -> str:
        """Time and lag, on one line."""
        kernel, lag = self.attached.net.kernel, self.attached.driver.lag
        late = f"lag {lag.now_ms:.1f} ms (most {lag.max_ms:.1f} ms, {lag.late} of {lag.turns} turns late)"
        return f"{numbers.time_text(int(kernel.now_ns))}  {late}"


class Lines(Screen):
    """Without a terminal."""

    def __init__(self, attached: Attached, obey: Callable[[str], list[str]], out: TextIO) -> None:
        super().__init__(attached, obey, out)
        self._typed = b""
        self._frames: Final[dict[str, int]] = {}

    def open(self) -> None:
        try:
            self.attached.driver.watch(sys.stdin.fileno(), self._read)
        except (OSError, ValueError):
            return  # closed: no input

    def draw(self) -> None:
        moving = []
        for rate in self.rates.look():
            gone = rate.lost + rate.dropped
            if rate.frames + gone != self._frames.get(rate.name, 0) or not rate.up:
                moving.append(f"  {rate.text}")
            self._frames[rate.name] = rate.frames + gone
        self.say([*self.news(), self.status(), *moving])

    def _read(self) -> None:
        data = os.read(sys.stdin.fileno(), 65_536)
        if not data:
            self.attached.driver.unwatch(sys.stdin.fileno())
            return
        *lines, self._typed = (self._typed + data).split(b"\n")
        for line in lines:
            self.say(self._obey(line.decode(errors="replace")))


class Terminal(Screen):
    """On a terminal."""

    every_s = DRAW_S

    def __init__(self, attached: Attached, obey: Callable[[str], list[str]], out: TextIO) -> None:
        super().__init__(attached, obey, out)
        self._console: Final = Console(file=out, highlight=False)
        self._live: Final = Live(console=self._console, auto_refresh=False, transient=True)
        self._typed = ""
        self._former: list[int | list[bytes | int]] | None = None
        self._looked_s = 0.0
        self._rates: list[LinkRate] = []

    def open(self) -> None:
        fd = sys.stdin.fileno()
        self._former = termios.tcgetattr(fd)
        tty.setcbreak(fd)
        self.attached.driver.watch(fd, self._read)
        self._live.start()
        self.draw()

    def close(self) -> None:
        if self._former is not None:
            self._live.stop()
            termios.tcsetattr(sys.stdin.fileno(), termios.TCSADRAIN, self._former)
            self._former = None

    def say(self, lines: list[str]) -> None:
        for line in lines:
            for part in wrapped(line, self._console.width):
                self._console.print(part, markup=False, no_wrap=True, crop=False)

    def draw(self) -> None:
        if time.monotonic() - self._looked_s >= 0.9 * DRAW_S:
            self._looked_s = time.monotonic()
            self._rates = self.rates.look()
        self.say(self.news())
        self._redraw()

    def _redraw(self) -> None:
        typed = Text.assemble(("> ", "bold cyan"), self._typed, ("▏", "cyan"))
        width = self._console.width
        status = Text("\n".join(wrapped(self.status(), width)), "dim")
        self._live.update(Group(status, _table(self._rates, width), typed), refresh=True)

    def _read(self) -> None:
        for letter in os.read(sys.stdin.fileno(), 4096).decode(errors="replace"):
            self._key(letter)
        self._redraw()

    def _key(self, letter: str) -> None:
        if letter in "\r\n":
            line, self._typed = self._typed, ""
            self.say([f"> {line}", *self._obey(line)])
        elif letter in ERASE:
            self._typed = self._typed[:-1]
        elif letter == KILL:
            self._typed = ""
        elif letter == END and not self._typed:
            self._obey("quit")
        elif letter.isprintable():
            self._typed += letter


def _table(rates: list[LinkRate], width: int) -> Text:
    """The busiest links, in order of declaration."""
    busiest = sorted(rates, key=lambda rate: -(rate.forward_bit_s + rate.backward_bit_s))[:MAX_LINKS]
    columns = [
        Column(Cell("link", "dim"), NAME),
        *(Column(Cell(heading, "dim"), NUMBER) for heading in ("→", "←", "frames", "lost", "dropped")),
    ]
    rows = [
        [
            Cell(rate.name, "" if rate.up else "bold red"),
            Cell(numbers.bit_rate(rate.forward_bit_s) if rate.up else "cut"),
            Cell(numbers.bit_rate(rate.backward_bit_s) if rate.up else "cut"),
            *(Cell(numbers.grouped(count)) for count in (rate.frames, rate.lost, rate.dropped)),
        ]
        for rate in rates
        if rate in busiest
    ]
    lines = table_lines(columns, rows, width, rule=True)
    return Text("\n").join(Text.assemble(*((cell.text, cell.style) for cell in line)) for line in lines)
