"""The application of each group's log: the store or the directory, and the addresses of its nodes."""

from __future__ import annotations

from typing import Final

import msgspec

from catenet.application.kv.protocol import Node
from catenet.application.kv.state.commands import Command
from catenet.application.kv.state.directory import Change, Directory
from catenet.application.kv.state.store import Store
from catenet.application.replication.application import Application


class AddNodes(msgspec.Struct, frozen=True, array_like=True, tag=128):
    """The addresses of nodes that will join the group."""

    nodes: dict[int, Node]


class _Content(msgspec.Struct, frozen=True, array_like=True):
    nodes: dict[int, Node]
    machine: bytes


_contents: Final = msgspec.msgpack.Decoder(_Content)
_store_entries: Final = msgspec.msgpack.Decoder(Command | AddNodes)
_directory_entries: Final = msgspec.msgpack.Decoder(Change | AddNodes)
_encoder: Final = msgspec.msgpack.Encoder()


class GroupMachine(Application):
    """A store or a directory.  ``nodes`` holds the introduced nodes."""

    def __init__(self, machine: Store | Directory) -> None:
        self.machine: Final = machine
        self.nodes: dict[int, Node] = {}

    def apply(self, index: int, command: bytes) -> object:
        machine = self.machine
        if isinstance(machine, Store):
            entry = command_of(command)
            if not isinstance(entry, AddNodes):
                return machine.apply(entry)
            self.nodes.update(entry.nodes)
        else:
            change: Change | AddNodes = _directory_entries.decode(command)
            if not isinstance(change, AddNodes):
                return machine.apply(change)
            self.nodes.update(change.nodes)
        return None

    def snapshot(self) -> bytes:
        return _encoder.encode(_Content(self.nodes, self.machine.snapshot()))

    def restore(self, data: bytes) -> None:
        content: _Content = _contents.decode(data)
        self.nodes = dict(content.nodes)
        self.machine.restore(content.machine)


def entry(command: Command | Change | AddNodes) -> bytes:
    """Encode an entry of any group's log."""
    return _encoder.encode(command)


def command_of(data: bytes) -> Command | AddNodes:
    """Decode an entry of a store's log; the inverse of :func:`entry`.  Raises ValueError (of msgspec)."""
    found: Command | AddNodes = _store_entries.decode(data)
    return found
