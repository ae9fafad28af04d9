"""Replaces a module's functions everywhere, and restores them.

A program may have executed ``from time import monotonic`` long before a run begins, and then holds the real function
under a name of its own.  So a function is also replaced in every other module's namespace; each module is searched
once, and the results are cached.  Outside of host code a replacement behaves like the original, so a reference kept
after a run is harmless.

Replacements of built-in functions are bound methods.  Like a built-in function, and unlike a plain one, a bound method
as a class attribute is not bound again.

Methods of immutable C types (``datetime.now``) are replaced in the type's own dictionary, so that the type remains the
same object: ``isinstance``, pickling and references are unaffected.
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
    """One replacement: ``owner.name`` becomes ``replacement``.  An owner without that name is skipped."""

    owner: Any
    name: str
    replacement: Any


def immutable(owner: Any) -> bool:
    """True for a C type, whose attributes cannot be assigned."""
    if not isinstance(owner, type):
        return False
    return bool(owner.__flags__ & IMMUTABLE_TYPE) or not owner.__flags__ & HEAP_TYPE


def put(owner: Any, name: str, value: object) -> None:
    """Set ``owner.name``; :data:`ABSENT` removes it.  Works for C types too."""
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
    """The owner's own attribute of that name; :data:`ABSENT` if it is inherited."""
    if isinstance(owner, FunctionType):
        return getattr(owner, name)
    return vars(owner).get(name, ABSENT)


class Patches:
    """A set of replacements that are installed and removed together."""

    def __init__(self, patches: list[Patch]) -> None:
        self._patches: Final = [patch for patch in patches if hasattr(patch.owner, patch.name)]
        self._originals: list[object] = []
        self._searched: dict[str, ModuleType] = {}
        self._holders: list[tuple[dict[str, Any], str, object, object]] = []

    def put_in_place(self) -> None:
        """Install all replacements, also in other modules' namespaces."""
        self._originals = [original(patch.owner, patch.name) for patch in self._patches]
        for patch in self._patches:
            put(patch.owner, patch.name, patch.replacement)
        self._search()
        for namespace, name, former, replacement in self._holders:
            if namespace.get(name, ABSENT) is former:
                namespace[name] = replacement

    def take_away(self) -> None:
        """Restore all originals, also in modules that were imported meanwhile."""
        self._search()
        for namespace, name, former, replacement in self._holders:
            if namespace.get(name, ABSENT) is replacement:
                namespace[name] = former
        for patch, former in zip(reversed(self._patches), reversed(self._originals), strict=True):
            put(patch.owner, patch.name, former)

    def _search(self) -> None:
        """Search the modules that have not been searched yet."""
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
                # It was imported again: drop the reference to the old module.
                self._holders = [holder for holder in self._holders if holder[0] is not vars(former)]
            self._searched[name] = module
            if not name.startswith("catenet."):
                self._search_module(module, pairs)

    def _pairs(self) -> dict[int, tuple[object, object]]:
        """Pairs of original and replacement, by the identity of either."""
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
