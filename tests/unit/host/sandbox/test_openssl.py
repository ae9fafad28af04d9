from __future__ import annotations

import datetime as dt
import os
import ssl
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import trustme

from catenet.host.sandbox import openssl
from catenet.host.sandbox.environment import installed
from catenet.host.sandbox.openssl import USE_CHECK_TIME
from catenet.host.sandbox.tls import tls_patches
from tests.unit.host.sandbox.handshake import handshake

SCRIPT = Path(__file__).with_name("handshake.py")


class Files(NamedTuple):
    authority: Path
    server: Path

    def contexts(self) -> tuple[ssl.SSLContext, ssl.SSLContext]:
        server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.load_cert_chain(self.server)
        return ssl.create_default_context(cafile=self.authority), server


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    folder = tmp_path_factory.mktemp("tls")
    made = Files(folder / "authority.pem", folder / "server.pem")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(made.authority))
    authority.issue_cert("oslo", not_after=dt.datetime(2030, 1, 1)).private_key_and_cert_chain_pem.write_to_path(
        str(made.server)
    )
    return made


def run_in_a_process(files: Files, hash_seed: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, str(SCRIPT), str(files.authority), str(files.server)]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout


@pytest.mark.slow
def test_two_processes_say_the_same_bytes(files: Files) -> None:
    first = run_in_a_process(files, "1")
    assert len(first.splitlines()[0]) > 400
    assert first == run_in_a_process(files, "2")


def test_two_runs_in_one_process_with_the_same_contexts_say_the_same_bytes(files: Files) -> None:
    contexts = files.contexts()
    first = handshake(*contexts)
    assert sum(map(len, first)) > 1000
    assert handshake(*contexts) == first


def test_the_contexts_are_left_as_they_were(files: Files) -> None:
    client, server = files.contexts()
    options = client.options, server.options
    handshake(client, server)
    assert (client.options, server.options) == options
    assert not client.verify_flags & USE_CHECK_TIME
    assert ssl.RAND_bytes(16) != ssl.RAND_bytes(16)


@pytest.mark.parametrize(("date_s", "complaint"), [(0, "not yet valid"), (4_000_000_000, "expired")])
def test_certificates_are_judged_by_the_hosts_date(files: Files, date_s: int, complaint: str) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match=complaint):
        handshake(*files.contexts(), epoch_ns=date_s * 10**9)


def test_a_library_out_of_reach_is_said_once_and_not_fatal(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_library(_: Any) -> Any:
        raise OSError("cannot open shared object file")

    monkeypatch.setattr(openssl.ctypes, "CDLL", no_library)
    with pytest.warns(RuntimeWarning, match="bytes will not repeat"):
        assert openssl.find_openssl() is None
    assert tls_patches(None)[0].owner is ssl.SSLContext
    with installed():
        assert len(ssl.RAND_bytes(4)) == 4
