"""Misspelled options in Python programs: the error names the method, the option, and the most similar option."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import CO_VARKEYWORDS, isfunction, unwrap
from typing import Any

from catenet.errors import LabError, did_you_mean


class UnknownOption(LabError, TypeError):
    """A keyword argument that a method does not take."""


class OptionChecks:
    """The base of classes whose public methods reject an unknown option, and suggest the one that was meant.

    Signatures are unchanged, so that editors and type checkers see each option.
    """

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        for name, member in list(vars(cls).items()):
            if isfunction(member) and (name == "__init__" or not name.startswith("_")) and _takes_options(member):
                setattr(cls, name, _checked(member, "" if name == "__init__" else f".{name}"))


def _takes_options(method: Callable[..., Any]) -> bool:
    code = unwrap(method).__code__
    return code.co_kwonlyargcount > 0 and not code.co_flags & CO_VARKEYWORDS


def _checked(method: Callable[..., Any], verb: str) -> Callable[..., Any]:
    code = unwrap(method).__code__
    positional, options = code.co_argcount, code.co_kwonlyargcount
    by_name = code.co_varnames[max(1, code.co_posonlyargcount) : positional + options]
    known = code.co_varnames[positional : positional + options]

    @wraps(method)
    def checked(self: object, /, *args: Any, **keywords: Any) -> Any:
        for name in keywords:
            if name not in by_name:
                hint = did_you_mean(name, known)
                raise UnknownOption(f"{type(self).__name__}{verb}(): there is no option {name!r}{hint}")
        return method(self, *args, **keywords)

    return checked
