"""One certificate for all random universes."""

from __future__ import annotations

from pathlib import Path

import pytest
import trustme


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A server's certificate with its key, in a file."""
    path: Path = tmp_path_factory.mktemp("chaos") / "server.pem"
    trustme.CA().issue_cert("server.test").private_key_and_cert_chain_pem.write_to_path(str(path))
    return str(path)
