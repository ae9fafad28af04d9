"""Files that are written whole or not at all, and files that say whose they are."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from catenet.record.atomic_write import write_files
from catenet.record.digest import has_valid_digest, json_with_digest, svg_with_digest


def test_several_files_are_written_or_none(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.write_text("before")
    with pytest.raises(OSError, match="nowhere"):
        write_files({first: "after", tmp_path / "nowhere" / "second": "after"})
    assert first.read_text() == "before"
    write_files({first: "after", second: "é"})
    assert (first.read_text(), second.read_bytes()) == ("after", "é".encode())
    assert sorted(os.listdir(tmp_path)) == ["first", "second"]


def test_a_symbolic_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("before")
    (tmp_path / "link").symlink_to("file")
    write_files({tmp_path / "link": "after"})
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").read_text() == "after"


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_files({pipe: "drawn"})
    assert os.read(reader, 100) == b"drawn"
    os.close(reader)


@pytest.mark.parametrize("text", [svg_with_digest("<svg>é</svg>"), json_with_digest({"figures": [1, 2]})])
def test_a_seal_breaks_with_any_change(tmp_path: Path, text: str) -> None:
    path = tmp_path / "file"
    path.write_text(text, encoding="utf-8")
    assert has_valid_digest(path)
    for changed in (text.replace("1", "3", 1), text + " ", text.replace("digest", "digset"), text + text, ""):
        if changed != text:
            path.write_text(changed, encoding="utf-8")
            assert not has_valid_digest(path)


def test_json_with_a_digest_is_json() -> None:
    assert json.loads(json_with_digest({"figures": [1]}))["figures"] == [1]
