"""What the tests of this folder need to know of the machine, and names that nobody else has."""

from __future__ import annotations

import itertools
import os
import shutil

import pytest

import catenet.kernel.event

NUMBERS = itertools.count(1)
COMPILED = not catenet.kernel.event.__file__.endswith(".py")


def need(*programs: str) -> None:
    """Skip, by name, what is not installed."""
    for program in programs:
        if shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin") is None:
            pytest.skip(f"{program} is not installed (tests/interop/install-peers)")
