"""Run rows in a process of their own: prints, for each, a digest of all that went over the link.

python -m tests.compat.recorded AUTHORITY.pem SERVER.pem ROW ...
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
from pathlib import Path

from tests.compat.rows import row_named
from tests.compat.site import Certificates, Row, meet


def digest(row: Row, certificates: Certificates) -> str:
    """The digest of a row's captures, its end in virtual time, and how many events it had."""
    with tempfile.TemporaryDirectory() as folder:
        done = meet(row, certificates, Path(folder), record=True)
        captures = sorted(Path(folder).rglob("*.pcapng"))
        assert captures != []
        octets = b"".join(path.read_bytes() for path in captures)
    summary = done.summary()
    return f"{hashlib.sha256(octets).hexdigest()} {summary['virtual_ns']} {summary['events']}"


if __name__ == "__main__":
    files = Certificates(Path(sys.argv[1]), Path(sys.argv[2]))
    for name in sys.argv[3:]:
        sys.stdout.write(digest(row_named(name), files) + "\n")
