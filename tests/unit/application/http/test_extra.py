"""Libraries of the extra are needed by HTTP alone, and an error says how to install them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from catenet.application.http.extra import require


def test_missing_library_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "h11", None)
    with pytest.raises(ImportError, match=r"h11, which is not installed; .* pip install 'catenet\[services\]'"):
        require("h11", "json")


@pytest.mark.slow
def test_catenet_does_not_import_them() -> None:
    names = ("h11", "h2", "aioquic")
    program = f"import sys, catenet.cli.main; print([name for name in {names} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
