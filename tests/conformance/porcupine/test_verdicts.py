"""Histories recorded by Jepsen against etcd, and those of a key-value store: each verdict is known."""

from __future__ import annotations

from pathlib import Path

import pytest

from catenet.check.formats import read_history
from catenet.check.history import FAIL, RETURN
from catenet.check.linearizability import Search
from catenet.check.models import MODELS
from catenet.check.verdict import check


def known_verdicts(published: Path) -> list[tuple[Path, str, bool]]:
    folder = published / "porcupine"
    if not folder.is_dir():
        pytest.skip(f"porcupine's histories are not at {folder}")
    found = []
    for line in (folder / "verdicts.tsv").read_text().splitlines():
        name, verdict = line.split()
        model, kind = ("register", "jepsen") if name.endswith(".log") else ("kv", "kv")
        found.append((folder / kind / name, model, verdict == "linearizable"))
    return found


def test_every_verdict_is_the_known_one(published: Path) -> None:
    verdicts = known_verdicts(published)
    wrong = [
        path.name
        for path, model, expected in verdicts
        if check(read_history(path).operations(), MODELS[model], explain=False).linearizable is not expected
    ]
    assert len(verdicts) == 56
    assert wrong == []


def test_a_cas_that_failed_is_taken_as_the_format_means_it(published: Path) -> None:
    log = read_history(published / "porcupine" / "jepsen" / "etcd_000.log")
    assert [each.end for each in log.operations() if each.name == "cas" and each.result is False] == [RETURN] * 20
    jepsens_own = read_history(published / "porcupine" / "jepsen" / "etcd_000.log", "no-effect").operations()
    assert len([each for each in jepsens_own if each.end == FAIL]) == 20
    assert not check(jepsens_own, MODELS["register"], explain=False).linearizable


def test_the_part_that_is_shown_refutes_by_itself_and_nothing_certain_in_it_is_spare(published: Path) -> None:
    for path, name, linearizable in known_verdicts(published):
        if linearizable:
            continue
        refutation = check(read_history(path).operations(), MODELS[name]).refutation
        assert refutation is not None
        shown, model = refutation.operations, MODELS[name]
        assert len(shown) <= 30, path.name
        assert Search(shown, model).run().linearizable is False, path.name
        for at, each in enumerate(shown):
            if each.end == RETURN:
                doubted = [*shown[:at], each.unknown(), *shown[at + 1 :]]
                assert Search(doubted, model).run().linearizable is True, path.name
