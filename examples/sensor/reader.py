"""Reads all readings back from the store, and prints them: time in seconds, and volts."""

from __future__ import annotations

from reading import Reading
from server import ADDRESSES

from catenet.application.kv.client import Client


async def main() -> None:
    """Print one line for each reading, in order."""
    store = Client(ADDRESSES)
    found = await store.scan(b"reading/", b"reading0")
    readings = [Reading.parse(value) for _, value in found]
    for reading in readings:
        print(f"{reading.number:3} {reading.time_s:9.5f} s {reading.volts:+.4f} V")
    print(f"{len(readings)} readings in the store")
