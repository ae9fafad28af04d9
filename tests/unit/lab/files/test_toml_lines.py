"""Finding the line of a key again."""

from __future__ import annotations

import pytest

from catenet.lab.files.toml_lines import line_of

TEXT = """\
seed = 7

[routers]
paris = { position = [1, 2] }

[hosts.server]
at = "paris"  # a comment
rate."odd key" = 1

[[links]]
between = ["a", "b"]

[[links]]  # the second
between = ["b", "c"]
rate = "1"

[links.extra]
deep = 1
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("seed",), 1),
        (("routers",), 3),
        (("routers", "paris"), 4),
        (("routers", "paris", "position", 0), 4),
        (("hosts", "server"), 6),
        (("hosts", "server", "at"), 7),
        (("hosts", "server", "rate", "odd key"), 8),
        (("links", 0, "between"), 11),
        (("links", 1), 13),
        (("links", 1, "rate"), 15),
        (("links", 1, "missing"), 13),
        (("links", 1, "extra", "deep"), 18),
        (("nowhere",), 0),
    ],
)
def test_lines(path: tuple[str | int, ...], line: int) -> None:
    assert line_of(TEXT, path) == line


@pytest.mark.parametrize("odd", ["\u2028", "\u2029", "\x85"])
def test_only_line_feeds_end_lines(odd: str) -> None:
    text = f'name = "a{odd}b"\r\n[[link]]\r\nends = ["a", "b"]\r\nrate = 5\r\n'
    assert line_of(text, ("link", 0, "rate")) == 4
