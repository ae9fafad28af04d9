"""Ten minutes (or as many seconds as the first argument says) under load from Linux: does memory grow?

Run as root: ``python bench/endurance.py [SECONDS]``.  Exit status 1 if something grew.
"""

from __future__ import annotations

import sys
import time

from catenet.bench.soak import ResourceUsage, endure
from catenet.tap import AttachError

MAX_GROWN_OCTETS = 8_000_000
"""What the sizes of buffers and the allocator's rounding may make up."""


def main() -> int:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 600.0
    begun_s = time.monotonic()

    def tell(usage: ResourceUsage) -> None:
        print(f"{time.monotonic() - begun_s:6.0f} s  {usage}", flush=True)

    try:
        found = endure(seconds, tell=tell)
    except AttachError as error:
        print(error, file=sys.stderr)
        return 2
    for name, value in found.items():
        print(f"{name:<20} {value}")
    return 0 if found["grown_octets"] <= MAX_GROWN_OCTETS and found["leaked_descriptors"] <= 0 else 1


if __name__ == "__main__":
    sys.exit(main())
