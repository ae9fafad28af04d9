"""A dissector for Wireshark, in Lua, of the messages between nodes of a replicated store and to their clients.

It is written beside the captures of a run.  It generates the formats from their tables
(:mod:`~catenet.application.replication.wire_tables`) and from the classes of the store's messages; ``dissector.lua``
decodes octets by them.
"""

from __future__ import annotations

import types
import typing
from importlib import resources
from typing import Any, Final

import msgspec

from catenet.application.kv import protocol
from catenet.application.replication import peer_links as mesh
from catenet.application.replication import wire_tables
from catenet.application.replication.wire_tables import ENTRY, MEMBERSHIP_GROUPS, NUMBER, OCTETS, Table

FILE: Final = "catenet.lua"
INFO_FIELDS: Final = (
    "term", "prev_index", "index", "commit", "round", "granted", "rejected", "last_index", "chosen", "first", "last",
    "refused", "offset", "ballot", "connected", "target", "tag",
)  # fmt: skip
"""The fields shown in the packet list."""


def dissector() -> str:
    """The Lua script."""
    tables = (wire_tables.RAFT, wire_tables.PAXOS, wire_tables.ELECTOR)
    structs, unions = _structs()
    header = (("sender", NUMBER), ("to", NUMBER))
    entry = tuple((name, OCTETS if name == "data" else NUMBER) for name in ENTRY)
    constants: dict[str, Any] = {
        "MESH_PORT": protocol.MESH_PORT,
        "CLIENT_PORT": protocol.CLIENT_PORT,
        "HELLO": mesh.HELLO.decode(),
        "MAX_OCTETS": mesh.MAX_FRAME_OCTETS,
        "MAX_STORE_OCTETS": protocol.MAX_FRAME_OCTETS,
        "HEADER": header,
        "ENTRY": entry,
        "GROUPS": MEMBERSHIP_GROUPS,
        "NUMBERS": _number_names(*tables),
        "INFO_FIELDS": dict.fromkeys(INFO_FIELDS, True),
        "RAFT": wire_tables.RAFT,
        "PAXOS": wire_tables.PAXOS,
        "ELECTOR": wire_tables.ELECTOR,
        "STRUCTS": structs,
        "UNIONS": unions,
    }
    told = "".join(f"local {name} = {_lua(value)}\n" for name, value in constants.items())
    body = resources.files("catenet.lab.report.wireshark").joinpath("dissector.lua").read_text(encoding="utf-8")
    return f"{told}\n{body}"


def _number_names(*tables: Table) -> tuple[str, ...]:
    """The names of all fields that are numbers or flags."""
    fields = (field for table in tables for _, fields in table.values() for field in fields)
    named = (name for name, kind in fields if kind in (NUMBER, wire_tables.FLAG))
    return tuple(dict.fromkeys(("sender", "to", *named, "auto_leave")))


def _structs() -> tuple[dict[str, Any], dict[str, dict[int, str]]]:
    """The store's messages: the fields of each class, and the classes of each union by tag."""
    structs: dict[str, Any] = {}
    unions: dict[str, dict[int, str]] = {}
    waiting: list[type] = [protocol.Call, protocol.CallReply]
    while waiting:
        of = waiting.pop()
        if of.__name__ in structs:
            continue
        hints = typing.get_type_hints(of)
        fields = []
        for name in of.__struct_fields__:  # type: ignore[attr-defined]
            members = _members(hints[name])
            waiting += members
            tags = {member.__struct_config__.tag: member.__name__ for member in members}  # type: ignore[attr-defined]
            kind = members[0].__name__ if members else "any"
            if members and None not in tags:
                kind = f"{of.__name__}.{name}"
                unions[kind] = tags
            fields.append((name, kind))
        structs[of.__name__] = {"name": of.__name__, "fields": tuple(fields)}
    return structs, unions


def _members(hint: Any) -> list[type]:
    """The classes of messages that a field may hold."""
    options = (
        typing.get_args(hint)
        if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union
        else (hint,)
    )
    return [option for option in options if isinstance(option, type) and issubclass(option, msgspec.Struct)]


def _lua(value: object) -> str:
    """A value in the syntax of Lua."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, dict):
        return f"{{ {', '.join(f'[{_lua(key)}] = {_lua(each)}' for key, each in value.items())} }}"
    if isinstance(value, tuple | list):
        return f"{{ {', '.join(map(_lua, value))} }}"
    raise TypeError(f"{value!r} has no form in Lua here")
