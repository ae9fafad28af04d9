"""Same seed, same bytes: in another process, under another hash seed, compiled or interpreted, bytes or objects."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

import catenet

UNIVERSE = Path(__file__).with_name("busy_internet.py")
SOURCE = Path(__file__).resolve().parents[3] / "src"


def is_compiled(env: dict[str, str]) -> bool:
    """Whether a process with this environment gets the compiled rooms."""
    show = "import catenet.kernel.event as e; print(e.__file__.endswith('.so'))"
    ran = subprocess.run([sys.executable, "-c", show], env=env, capture_output=True, text=True, check=True)
    return ran.stdout.strip() == "True"


def environment(hash_seed: int, *, compiled: bool) -> dict[str, str]:
    """An environment that gives one build or the other; skips if there is no compiled one."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    env["PYTHONHASHSEED"] = str(hash_seed)
    if not compiled:
        env["PYTHONPATH"] = str(SOURCE)
    else:
        installed = subprocess.run([sys.executable, "-c", "import catenet"], env=env, capture_output=True, check=False)
        if installed.returncode or not is_compiled(env):
            pytest.skip("the compiled rooms are not installed (make builds them)")
    return env


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One authority and one server certificate, for all universes of this module."""
    import trustme

    folder = tmp_path_factory.mktemp("certificates")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "authority.pem"))
    authority.issue_cert("server.test").private_key_and_cert_chain_pem.write_to_path(str(folder / "server.pem"))
    return folder


def captures(folder: Path, certificates: Path, env: dict[str, str], fidelity: str = "objects") -> dict[str, str]:
    """Run a universe; its captures by name, as SHA-256."""
    ran = subprocess.run(
        [sys.executable, str(UNIVERSE), str(folder), fidelity, str(certificates)],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-4000:]
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.rglob("*.pcapng"))}


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory, certificates: Path) -> dict[str, str]:
    """The captures of an interpreted run under hash seed 1."""
    found = captures(tmp_path_factory.mktemp("reference"), certificates, environment(1, compiled=False))
    assert len(found) == 25
    return found


@pytest.mark.slow
@pytest.mark.parametrize(
    ("hash_seed", "compiled"), [(2, False), (1, True), (3, True)], ids=["interpreted", "compiled", "compiled-again"]
)
def test_every_process_gives_the_same_captures(
    tmp_path: Path, certificates: Path, reference: dict[str, str], hash_seed: int, compiled: bool
) -> None:
    assert captures(tmp_path, certificates, environment(hash_seed, compiled=compiled)) == reference


@pytest.mark.slow
def test_bytes_at_every_hop_give_the_same_captures(
    tmp_path: Path, certificates: Path, reference: dict[str, str]
) -> None:
    assert captures(tmp_path, certificates, environment(4, compiled=False), fidelity="bytes") == reference


def test_the_package_under_test_is_the_one_asked_for() -> None:
    wanted_source = os.environ.get("PYTHONPATH", "").split(os.pathsep)[0] == str(SOURCE)
    assert (Path(catenet.__file__).parent.parent == SOURCE) == wanted_source
