"""What all tests share: how random tests are drawn, and which build is under test."""

from __future__ import annotations

import os
import pathlib

import pytest
from hypothesis import HealthCheck, settings

import catenet.kernel.event

settings.register_profile(
    "catenet", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("catenet")

COMPILED = not catenet.kernel.event.__file__.endswith(".py")


def pytest_report_header() -> str:
    """Say which build the tests run on."""
    return f"catenet: {'compiled' if COMPILED else 'interpreted'} rooms, from {pathlib.Path(catenet.__file__).parent}"


@pytest.fixture(scope="session")
def published() -> pathlib.Path:
    """The folder of published test cases; the test skips where it is absent."""
    here = pathlib.Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = pathlib.Path(os.environ.get("CATENET_DATA", here))
    if not folder.is_dir():
        pytest.skip(f"published data is not at {folder} (CATENET_DATA names it)")
    return folder
