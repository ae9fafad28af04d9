"""How much of what `catenet` shows has types that an editor and a type checker know: the floor that `make lint` holds.

``python tests/tidy/type_completeness.py`` exits with 1 below the floor, and prints what lacks a type.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
FLOOR = 0.97


def measured() -> dict[str, Any]:
    """What basedpyright finds; it takes the packages of the first Python on the path."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    done = subprocess.run(
        [sys.executable, "-m", "basedpyright", "--verifytypes", "catenet", "--ignoreexternal", "--outputjson"],
        cwd=ROOT,
        env={**os.environ, "PATH": path, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    if not done.stdout:
        raise RuntimeError(f"basedpyright said nothing: {done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout)["typeCompleteness"]
    return found


def lacking(found: dict[str, Any]) -> list[str]:
    """What lacks a type by itself, and not because something that it uses does."""
    lines = []
    for symbol in found["symbols"]:
        for told in symbol.get("diagnostics", []):
            message = told["message"].split("\n")[0]
            if not symbol["isTypeKnown"] and "partially unknown" not in message and "docstring" not in message:
                lines.append(f"{symbol['name']}: {message}")
    return lines


def main() -> int:
    found = measured()
    score = found["completenessScore"]
    if score >= FLOOR:
        return 0
    print("\n".join(lacking(found)))
    print(f"{score:.1%} of the public symbols have known types; the floor is {FLOOR:.0%}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
