"""``python -m catenet`` is the same as ``catenet``."""

from __future__ import annotations

from catenet.cli.main import main

if __name__ == "__main__":
    main()
