"""Each library, unmodified, between two hosts."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.compat.recorded import digest
from tests.compat.rows import NAMES, REPEATED, row_named
from tests.compat.site import Certificates, make_certificates, meet

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("tls"))


@pytest.mark.parametrize("name", NAMES)
def test_a_library(name: str, certificates: Certificates, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    summary = meet(row_named(name), certificates, tmp_path).summary()
    assert summary["physical"]["octets"] > 300_000
    assert summary["physical"]["lost"]["random loss"] > 0
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []


def digests_in_a_process(certificates: Certificates, hash_seed: str) -> list[str]:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-m", "tests.compat.recorded", *map(str, certificates), *REPEATED]
    root = Path(__file__).parents[2]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True, cwd=root)
    return done.stdout.splitlines()


def test_rows_repeat_byte_for_byte(certificates: Certificates) -> None:
    here = [digest(row_named(name), certificates) for name in REPEATED]
    for hash_seed in ("1", "2"):
        assert digests_in_a_process(certificates, hash_seed) == here


def test_there_are_twenty_rows() -> None:
    assert len(NAMES) >= 20
