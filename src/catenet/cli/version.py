"""``catenet --version``."""

from __future__ import annotations

import platform
from importlib import metadata


def version_text() -> str:
    """The version, the interpreter, and whether the hot rooms are compiled: what a bug report needs."""
    from catenet.kernel import event

    try:
        version = metadata.version("catenet")
    except metadata.PackageNotFoundError:
        version = "(not installed)"
    compiled = "interpreted" if str(event.__file__).endswith(".py") else "compiled"
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"catenet {version}, hot path {compiled}, {python}"
