"""The pure wheel is pure, and whole."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_the_pure_wheel_holds_every_source_and_nothing_compiled(tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
    shutil.copytree(ROOT / "src", checkout / "src", ignore=ignored, symlinks=True)
    shutil.copytree(ROOT / "examples", checkout / "examples", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "setup.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, checkout)
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", str(tmp_path)]
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    subprocess.run([*command, str(checkout)], env={**env, "CATENET_BUILD": "pure"}, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    held = set(zipfile.ZipFile(wheel).namelist())
    assert wheel.name.endswith("py3-none-any.whl")
    assert [name for name in held if name.endswith((".so", ".pyd", ".c"))] == []
    sources = {str(path.relative_to(ROOT / "src")) for path in (ROOT / "src").rglob("*.py")}
    assert sources - held == set()
    assert "catenet/py.typed" in held
    examples = {str(path.relative_to(ROOT)) for path in (ROOT / "examples").glob("*/*") if path.is_file()}
    assert len(examples) > 9
    assert {f"catenet/cli/templates/{path.removeprefix('examples/')}" for path in examples} - held == set()
