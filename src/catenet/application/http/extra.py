"""Tells which extra to install if a library is missing."""

from __future__ import annotations

from importlib.util import find_spec


def require(*packages: str) -> None:
    """Raise ImportError, with the command that mends it, unless all ``packages`` can be imported."""
    missing = [package for package in packages if find_spec(package) is None]
    if missing:
        names = ", ".join(missing)
        raise ImportError(
            f"HTTP needs the Python package {names}, which is not installed; install it with: pip install "
            "'catenet[services]'",
            name=missing[0],
        )
