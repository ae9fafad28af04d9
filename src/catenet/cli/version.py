"""``catenet --version``."""

from __future__ import annotations

import platform


def version_text() -> str:
    """The version, the interpreter, and whether the hot rooms are compiled, for bug reports."""
    import catenet
    from catenet.kernel import event

    compiled = "interpreted" if str(event.__file__).endswith(".py") else "compiled"
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"catenet {catenet.__version__}, hot path {compiled}, {python}"
