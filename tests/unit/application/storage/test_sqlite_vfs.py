"""What SQLite sees of the world: our files, one time, and no chance."""

from __future__ import annotations

import apsw
import pytest

from catenet.application.storage.sqlite.vfs import FilesVfs
from tests.unit.application.storage.crashing_disk import Bench


@pytest.mark.parametrize("question", ["datetime('now')", "CURRENT_TIMESTAMP"])
def test_a_statement_that_asks_for_the_time_is_told_the_same_at_every_run(question: str) -> None:
    vfs = FilesVfs(Bench().files)
    with apsw.Connection("file.db", vfs=vfs.name) as database:
        assert database.execute(f"SELECT {question}").fetchall() == [("1970-01-01 00:00:00",)]
    database.close()
    vfs.unregister()
