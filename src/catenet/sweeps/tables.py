"""Tables on disk in Parquet, written and queried by DuckDB."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from catenet.errors import LabError, MissingExtra, installed
from catenet.sweeps.results import CELLS, RUNS, Row, SweepResult

if TYPE_CHECKING:
    import duckdb

_TYPES: Final = ((bool, "BOOLEAN"), (int, "BIGINT"), (float, "DOUBLE"))
_VIEWS: Final = {"runs": RUNS, "cells": CELLS}


def need_duckdb() -> None:
    """Raises MissingExtra if DuckDB is not installed."""
    if not installed("duckdb"):
        raise MissingExtra("a sweep's tables", "DuckDB", "sweep")


def write_tables(result: SweepResult, folder: Path) -> None:
    """Write ``runs.parquet`` and ``cells.parquet`` to a folder.  The same result gives the same octets."""
    _write(result.rows(), folder / RUNS)
    _write(result.cell_rows(), folder / CELLS)


def query(folder: Path, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The columns and rows that SQL finds in a sweep's tables ``runs`` and ``cells``.

    Raises LabError for a folder without tables, and for what DuckDB refuses.
    """
    need_duckdb()
    import duckdb

    with _connection() as connection:
        for view, file in _VIEWS.items():
            path = folder / file
            if not path.is_file():
                raise LabError(f"{folder} holds no {file}; a sweep writes it at its end")
            connection.execute(f"CREATE VIEW {view} AS SELECT * FROM read_parquet({_text(path)})")  # noqa: S608
        try:
            found = connection.execute(sql)
            columns = [column[0] for column in found.description or ()]
            return columns, found.fetchall()
        except duckdb.Error as error:
            raise LabError(f"DuckDB: {str(error).strip()}") from error


def _connection() -> duckdb.DuckDBPyConnection:
    import duckdb

    # With one thread the rows keep their order, and equal rows make equal files.
    return duckdb.connect(":memory:", config={"threads": 1})


def _write(rows: Sequence[Row], path: Path) -> None:
    need_duckdb()
    columns = ", ".join(f"{_name(name)}: {_text(_type([row[name] for row in rows]))}" for name in rows[0])
    part = path.with_name(f".{path.name}.part")
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", dir=path.parent, encoding="utf-8") as lines:
        for row in rows:
            lines.write(json.dumps(row, ensure_ascii=False, allow_nan=True) + "\n")
        lines.flush()
        source = f"read_json({_text(Path(lines.name))}, format='newline_delimited', columns={{{columns}}})"
        with _connection() as connection:
            connection.execute(f"COPY (SELECT * FROM {source}) TO {_text(part)} (FORMAT parquet, COMPRESSION zstd)")  # noqa: S608
    part.replace(path)


def _type(values: Sequence[Any]) -> str:
    """The narrowest type of SQL that holds these values."""
    kinds = {type(value) for value in values if value is not None}
    for kind, name in _TYPES:
        if kinds and kinds <= ({kind, int} if kind is float else {kind}):
            return name
    return "VARCHAR" if kinds else "DOUBLE"


def _name(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _text(value: Path | str) -> str:
    return "'" + str(value).replace("'", "''") + "'"
