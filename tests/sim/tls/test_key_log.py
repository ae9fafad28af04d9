"""The key log beside the captures, and the same bytes in another process."""

from __future__ import annotations

import hashlib
import os
import ssl
import subprocess
import sys
from pathlib import Path

import pytest

from catenet.internet import Internet
from tests.sim.tls.exchange import Exchange


def contexts(net: Internet) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    net.capture()
    return net.tls().server_context("server"), net.tls().client_context("client")


def report(folder: Path) -> Path:
    exchange = Exchange(contexts, loss="1%")
    exchange.run(3)
    exchange.net.result().report(folder)
    return folder


def digest(folder: Path) -> str:
    whole = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            whole.update(path.name.encode() + path.read_bytes())
    return whole.hexdigest()


def test_the_key_log_has_each_secret_once(tmp_path: Path) -> None:
    text = (report(tmp_path / "out") / "captures" / "tls-keys.txt").read_text()
    secrets = [line.split()[:2] for line in text.splitlines() if not line.startswith("#")]
    assert len(secrets) == 3 * len({label for label, _ in secrets})
    assert {"SERVER_HANDSHAKE_TRAFFIC_SECRET", "CLIENT_TRAFFIC_SECRET_0"} < {label for label, _ in secrets}
    assert len(secrets) == len(text.splitlines()) - 1


def test_without_captures_nothing_is_logged(tmp_path: Path) -> None:
    exchange = Exchange(lambda net: (net.tls().server_context("server"), None))
    exchange.run()
    exchange.net.result().report(tmp_path / "out")
    assert exchange.contexts[0].keylog_filename is None
    assert not (tmp_path / "out" / "captures").exists()


def test_contexts_are_left_as_they_were(tmp_path: Path) -> None:
    own = tmp_path / "own.txt"
    exchange = Exchange(contexts)
    server, client = exchange.contexts
    assert client is not None
    client.keylog_filename = str(own)
    exchange.run()
    assert client.keylog_filename == str(own)
    assert own.read_text().count("CLIENT_TRAFFIC_SECRET_0") == 1
    assert server.keylog_filename is None


@pytest.mark.slow
def test_another_process_writes_the_same_bytes(tmp_path: Path) -> None:
    """Captures with handshakes, a resumption, certificates and client certificates; the key log; the trace."""
    environment = {**os.environ, "PYTHONHASHSEED": "12", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-m", "tests.sim.tls.test_key_log", str(tmp_path / "other")]
    said = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    assert said.strip() == digest(report(tmp_path / "own"))


if __name__ == "__main__":
    sys.stdout.write(digest(report(Path(sys.argv[1]))) + "\n")
