"""Putting other functions in the place of a module's own, everywhere, and putting the own ones back.

A program may have said ``from time import monotonic`` long before a run begins, and then holds the real
function under a name of its own.  So a replaced function is also replaced wherever another module's
namespace holds it; the modules are searched once each, and what was found is remembered.  Outside of a
host's turn a replacement does what the original does, so a reference that was taken during a run and kept
does no harm either.

Replacements of built-in functions are bound methods.  Like a built-in function, and unlike a plain one, a
bound method stays as it is when a class holds it as an attribute.

Methods of immutable C types (``datetime.now``) are replaced in the type's own dictionary, so that the type
remains the same object: ``isinstance``, pickling and every reference to it are untouched.
"""

from __future__ import annotations

import ctypes
import gc
import sys
from types import FunctionType, ModuleType
from typing import Any, Final, NamedTuple

ABSENT: Final = object()
IMMUTABLE_TYPE: Final = 1 << 8
"""``Py_TPFLAGS_IMMUTABLETYPE``."""
HEAP_TYPE: Final = 1 << 9
"""``Py_TPFLAGS_HEAPTYPE``."""


class Patch(NamedTuple):
    """One replacement: ``owner.name`` becomes ``replacement``.  An owner without that name is left alone."""

    owner: Any
    name: str
    replacement: Any


def immutable(owner: Any) -> bool:
    """True for a C type, whose attributes cannot be set in the ordinary way."""
    if not isinstance(owner, type):
        return False
    return bool(owner.__flags__ & IMMUTABLE_TYPE) or not owner.__flags__ & HEAP_TYPE


def put(owner: Any, name: str, value: object) -> None:
    """Set ``owner.name``; :data:`ABSENT` removes it.  Reaches into C types too."""
    if immutable(owner):
        namespace = gc.get_referents(owner.__dict__)[0]
        if value is ABSENT:
            del namespace[name]
        else:
            namespace[name] = value
        ctypes.pythonapi.PyType_Modified(ctypes.py_object(owner))
    elif value is ABSENT:
        delattr(owner, name)
    else:
        setattr(owner, name, value)


def original(owner: Any, name: str) -> object:
    """What the owner itself holds under the name; :data:`ABSENT` if it only inherits it."""
    if isinstance(owner, FunctionType):
        return getattr(owner, name)
    return vars(owner).get(name, ABSENT)


class Patches:
    """A set of replacements that is put in place and taken away as one."""

    def __init__(self, patches: list[Patch]) -> None:
        self._patches: Final = [patch for patch in patches if hasattr(patch.owner, patch.name)]
        self._originals: list[object] = []
        self._searched: dict[str, ModuleType] = {}
        self._holders: list[tuple[dict[str, Any], str, object, object]] = []

    def put_in_place(self) -> None:
        """Replace everything.  What other modules hold is found and replaced too."""
        self._originals = [original(patch.owner, patch.name) for patch in self._patches]
        for patch in self._patches:
            put(patch.owner, patch.name, patch.replacement)
        self._search()
        for namespace, name, former, replacement in self._holders:
            if namespace.get(name, ABSENT) is former:
                namespace[name] = replacement

    def take_away(self) -> None:
        """Put everything back as it was, in modules that were imported meanwhile too."""
        self._search()
        for namespace, name, former, replacement in self._holders:
            if namespace.get(name, ABSENT) is replacement:
                namespace[name] = former
        for patch, former in zip(reversed(self._patches), reversed(self._originals), strict=True):
            put(patch.owner, patch.name, former)

    def _search(self) -> None:
        """Look through the modules that were not searched yet."""
        fresh = [
            (name, module)
            for name, module in list(sys.modules.items())
            if self._searched.get(name) is not module and type(module) is ModuleType
        ]
        if not fresh:
            return
        pairs = self._pairs()
        for name, module in fresh:
            former = self._searched.get(name)
            if former is not None:
                # It was imported anew: the old one must not be kept alive from here.
                self._holders = [holder for holder in self._holders if holder[0] is not vars(former)]
            self._searched[name] = module
            if not name.startswith("catenet."):
                self._search_module(module, pairs)

    def _pairs(self) -> dict[int, tuple[object, object]]:
        """For the identity of each original and each replacement of a module's function: the two of them."""
        pairs: dict[int, tuple[object, object]] = {}
        for patch, former in zip(self._patches, self._originals, strict=True):
            if isinstance(patch.owner, ModuleType):
                pairs[id(former)] = pairs[id(patch.replacement)] = (former, patch.replacement)
        return pairs

    def _search_module(self, module: ModuleType, pairs: dict[int, tuple[object, object]]) -> None:
        namespace = vars(module)
        for name, value in list(namespace.items()):
            pair = pairs.get(id(value))
            if pair is not None:
                self._holders.append((namespace, name, pair[0], pair[1]))
