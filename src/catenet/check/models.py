"""Sequential specifications of objects.

A model's state is any hashable value.  ``step`` returns the state after one operation with its result, or
:data:`ILLEGAL` if such an object cannot return this result.  An operation with an unknown result accepts any.

=============  ===================================  ==============================================================
model          operations                           results
=============  ===================================  ==============================================================
``register``   ``read``, ``write v``, ``cas a b``   the value (None at first); nothing; whether it was ``a``
``kv``         ``get``, ``put v``, ``append s``,    the value or None; nothing; nothing;
               ``delete``, ``cas a b``              nothing; whether it was ``a``
``queue``      ``enqueue v``, ``dequeue``           nothing; the oldest value, or None if there is none
``lock``       ``acquire``, ``release``             whether it was free; whether the caller had held it
``set``        ``add v``, ``remove v``,             nothing, or whether it was new; nothing, or whether it was there;
               ``contains v``, ``read``             whether it is there; all values
=============  ===================================  ==============================================================

A lock's caller is the process, or the argument if there is one.  A lock's results may be missing, too: they then count
as success.

Models compare values with ``==``, so values must be exact (:mod:`~catenet.check.values`), which :meth:`Model.exact`
ensures.  Boolean results are True and False.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final

from catenet.check.history import RETURN, HistoryError, Operation
from catenet.check.values import exact, text


class Mark:
    """A value outside the values of objects."""

    def __init__(self, name: str) -> None:
        self._name: Final = name

    def __repr__(self) -> str:
        return self._name


ILLEGAL: Final = Mark("illegal")
"""The result is impossible."""
NOTHING: Final = Mark("nothing")
"""No state in particular."""
FOREVER: Final = 1 << 60
"""After all events."""
LOST: Final = Mark("a value that nobody was shown")
"""Some state that no operation will compare with, nor with one that it grows into.

Only models that define the states which operations compare with receive it.
"""


class Model:
    """The base of models: one kind of object."""

    name: ClassVar[str]
    arities: ClassVar[dict[str, tuple[int, int]]]
    """The operations' names, with the minimum and maximum number of arguments."""
    answers: ClassVar[dict[str, bool]] = {}
    """The operations with Boolean results, and whether the result may be missing."""
    initial: Any = None
    """The state of a new object."""
    by_process: bool = False
    """Whether results depend on the calling process."""

    def step(self, state: Any, operation: Operation) -> Any:
        """The state after one operation, or ILLEGAL.  ``operation.end`` is RETURN if its result is known."""
        return ILLEGAL

    def only_looks(self, operation: Operation) -> bool:
        """Whether the operation, with its result, changes no state in which it is possible."""
        return False

    def compared(self, operation: Operation) -> Any:
        """The state with which an operation compares the one it finds; NOTHING if it behaves alike in every state."""
        return NOTHING

    def needs(self, operation: Operation) -> bool:
        """Whether its result shows that it found the state that it compares with."""
        return False

    def may_become(self, state: Any, wanted: Any) -> bool:
        """Whether operations that do not ``reset`` the object can lead from one state to another."""
        return True

    def resets(self, operation: Operation, wanted: Any) -> bool:
        """Whether an operation, perhaps with later ones, can lead from any state to a given one."""
        return True

    def makes(self, operation: Operation) -> Any:
        """The state after an operation in any state; NOTHING if that depends on the state."""
        return NOTHING

    def horizon(self, compared: Mapping[Any, int]) -> Callable[[Any], int]:
        """The last event at which a state may matter.

        ``compared`` are the states that operations compare with, each with the last event at which one may.  The
        result is a function of a state: the last event at which it, or one that it grows into, may be compared with.
        After that, LOST can replace it, and every later result must be the same for both.
        """
        return forever

    def part(self, operation: Operation, names: frozenset[str]) -> Any:
        """The part of its key's object that an operation concerns; independent parts are checked separately.

        ``names`` are the names of all the operations on that key.
        """
        return None

    def accept(self, operation: Operation) -> None:
        """Raise HistoryError for an invalid operation or result."""
        name, result = operation.name, operation.result
        if name not in self.arities:
            raise HistoryError(
                f"a {self.name} has no operation {name!r}; it has {', '.join(sorted(self.arities))}", operation.called
            )
        least, most = self.arities[name]
        if not least <= len(operation.arguments) <= most:
            raise HistoryError(
                f"{name} takes {least}{f' to {most}' if most > least else ''} arguments,"
                f" not {len(operation.arguments)}: {text(operation.arguments)}",
                operation.called,
            )
        if name in self.answers and operation.end == RETURN and type(result) is not bool:
            if result is not None or not self.answers[name]:
                nothing = ", or nothing" if self.answers[name] else ""
                raise HistoryError(f"{name} is answered true or false{nothing}, not {text(result)}", operation.ended)

    def exact(self, operation: Operation) -> Operation:
        """The same operation with exact values, as the model compares them."""
        result = operation.result if operation.name in self.answers else exact(operation.result)
        return operation._replace(key=exact(operation.key), arguments=exact(operation.arguments), result=result)


class Register(Model):
    """A register with read, write and compare-and-set."""

    name = "register"
    arities: ClassVar[dict[str, tuple[int, int]]] = {"read": (0, 0), "write": (1, 1), "cas": (2, 2)}
    answers: ClassVar[dict[str, bool]] = {"cas": False}

    def only_looks(self, operation: Operation) -> bool:
        return operation.name == "read" or (operation.name == "cas" and _says_no(operation))

    def compared(self, operation: Operation) -> Any:
        return _compared(operation, "read")

    def needs(self, operation: Operation) -> bool:
        return operation.name == "read" or operation.result is True

    def may_become(self, state: Any, wanted: Any) -> bool:
        return bool(state == wanted)

    def makes(self, operation: Operation) -> Any:
        return operation.arguments[0] if operation.name == "write" else NOTHING

    def horizon(self, compared: Mapping[Any, int]) -> Callable[[Any], int]:
        return lambda state: compared.get(state, -1)

    def resets(self, operation: Operation, wanted: Any) -> bool:
        return operation.name != "read" and bool(operation.arguments[-1] == wanted)

    def step(self, state: Any, operation: Operation) -> Any:
        known = operation.end == RETURN
        if operation.name == "read":
            return state if not known or operation.result == state else ILLEGAL
        if operation.name == "write":
            return operation.arguments[0]
        return _compare_and_set(state, operation, known)


class KeyValue(Model):
    """A key of a map.  The state is its value, None where it is absent; appending to an absent key makes it."""

    name = "kv"
    arities: ClassVar[dict[str, tuple[int, int]]] = {
        "get": (0, 0),
        "put": (1, 1),
        "append": (1, 1),
        "delete": (0, 0),
        "cas": (2, 2),
    }
    answers: ClassVar[dict[str, bool]] = {"cas": False}

    def step(self, state: Any, operation: Operation) -> Any:
        known = operation.end == RETURN
        name = operation.name
        if name == "get":
            return state if not known or operation.result == state else ILLEGAL
        if name == "put":
            return operation.arguments[0]
        if name == "append":
            if isinstance(state, str | None):
                return (state or "") + operation.arguments[0]
            return LOST if state is LOST else ILLEGAL
        if name == "delete":
            return None
        return _compare_and_set(state, operation, known)

    def only_looks(self, operation: Operation) -> bool:
        return operation.name == "get" or (operation.name == "cas" and _says_no(operation))

    def compared(self, operation: Operation) -> Any:
        return _compared(operation, "get")

    def needs(self, operation: Operation) -> bool:
        return operation.name == "get" or operation.result is True

    def may_become(self, state: Any, wanted: Any) -> bool:
        """A value only grows by appends until it is replaced."""
        return bool(state is None or state == wanted or (_text(state) and _text(wanted) and wanted.startswith(state)))

    def makes(self, operation: Operation) -> Any:
        if operation.name == "delete":
            return None
        return operation.arguments[0] if operation.name == "put" else NOTHING

    def horizon(self, compared: Mapping[Any, int]) -> Callable[[Any], int]:
        """Texts with a common prefix are adjacent in sorted order."""
        texts = sorted(value for value in compared if _text(value))
        untils = [compared[text] for text in texts]
        last = max(compared.values(), default=-1)

        def until(state: Any) -> int:
            if state is None:
                return last
            if state is LOST:
                return -1
            if not _text(state):
                return FOREVER  # nothing can be appended to it, which is not so of LOST
            low, high = bisect_left(texts, state), bisect_left(texts, state + _AFTER_ALL)
            return max(untils[low:high], default=-1)

        return until

    def resets(self, operation: Operation, wanted: Any) -> bool:
        if operation.name in ("get", "append"):
            return False
        return self.may_become(None if operation.name == "delete" else operation.arguments[-1], wanted)

    def accept(self, operation: Operation) -> None:
        super().accept(operation)
        for argument in operation.arguments:
            if operation.name == "append" and not isinstance(argument, str):
                raise HistoryError(f"append takes a text, not {text(argument)}", operation.called)


class Queue(Model):
    """First in, first out.  The state is a tuple, oldest first."""

    name = "queue"
    arities: ClassVar[dict[str, tuple[int, int]]] = {"enqueue": (1, 1), "dequeue": (0, 0)}
    initial: Any = ()

    def only_looks(self, operation: Operation) -> bool:
        return operation.name == "dequeue" and operation.end == RETURN and operation.result is None

    def step(self, state: Any, operation: Operation) -> Any:
        if operation.name == "enqueue":
            return (*state, operation.arguments[0])
        oldest = state[0] if state else None
        if operation.end == RETURN and operation.result != oldest:
            return ILLEGAL
        return state[1:]


class Lock(Model):
    """Held by one caller at a time.  The state is its holder, or None."""

    name = "lock"
    arities: ClassVar[dict[str, tuple[int, int]]] = {"acquire": (0, 1), "release": (0, 1)}
    answers: ClassVar[dict[str, bool]] = {"acquire": True, "release": True}
    by_process: bool = True

    def only_looks(self, operation: Operation) -> bool:
        return _says_no(operation)

    def step(self, state: Any, operation: Operation) -> Any:
        caller = operation.arguments[0] if operation.arguments else operation.process
        acquires = operation.name == "acquire"
        does = state is None if acquires else state == caller
        if operation.end == RETURN and (operation.result is not False) != does:
            return ILLEGAL
        if not does:
            return state
        return caller if acquires else None


class Set(Model):
    """Values without order.  The state is a frozen set; values are independent unless an operation reads all."""

    name = "set"
    arities: ClassVar[dict[str, tuple[int, int]]] = {
        "add": (1, 1),
        "remove": (1, 1),
        "contains": (1, 1),
        "read": (0, 0),
    }
    answers: ClassVar[dict[str, bool]] = {"add": True, "remove": True, "contains": False}
    initial: Any = frozenset()

    def only_looks(self, operation: Operation) -> bool:
        return operation.name in ("contains", "read") or _says_no(operation)

    def step(self, state: Any, operation: Operation) -> Any:
        known = operation.end == RETURN
        if operation.name == "read":
            return state if not known or frozenset(operation.result or ()) == state else ILLEGAL
        value = operation.arguments[0]
        there = value in state
        if operation.name == "contains":
            return state if not known or operation.result == there else ILLEGAL
        adds = operation.name == "add"
        if known and operation.result is not None and operation.result != (there != adds):
            return ILLEGAL
        return state | {value} if adds else state - {value}

    def part(self, operation: Operation, names: frozenset[str]) -> Any:
        return None if "read" in names else operation.arguments[0]

    def accept(self, operation: Operation) -> None:
        super().accept(operation)
        if operation.name == "read" and not isinstance(operation.result, tuple | frozenset | None):
            raise HistoryError(f"what is read from a set is a list, not {text(operation.result)}", operation.ended)


def forever(_: Any) -> int:
    """Any state may always matter."""
    return FOREVER


_AFTER_ALL: Final = "\U0010ffff"


def _says_no(operation: Operation) -> bool:
    return operation.end == RETURN and operation.result is False


def _compared(operation: Operation, reads: str) -> Any:
    if operation.name == reads:
        return operation.result if operation.end == RETURN else NOTHING
    return operation.arguments[0] if operation.name == "cas" else NOTHING


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _compare_and_set(state: Any, operation: Operation, known: bool) -> Any:
    old, new = operation.arguments
    sets = state == old
    if known and operation.result != sets:
        return ILLEGAL
    return new if sets else state


MODELS: Final[dict[str, Model]] = {model.name: model for model in (Register(), KeyValue(), Queue(), Lock(), Set())}
"""By name."""
