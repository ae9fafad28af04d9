from __future__ import annotations

import datetime as dt
import gc
import sys
import weakref
from collections.abc import Callable
from types import ModuleType

import pytest

from catenet.host.sandbox.patches import ABSENT, Patch, Patches, immutable, original, put


class Thing:
    kept = 1


def module(name: str, code: str) -> ModuleType:
    made = ModuleType(name)
    exec(code, vars(made))
    sys.modules[name] = made
    return made


@pytest.fixture
def source() -> ModuleType:
    return module("patched_source", "def act(): return 'real'\n")


@pytest.fixture
def replaced() -> Callable[[], str]:
    """Not held by this module: a name that holds a replacement is put back, too."""
    return lambda: "replaced"


def test_a_function_is_replaced_wherever_it_is_held_and_put_back(
    source: ModuleType, replaced: Callable[[], str]
) -> None:
    holder = module("patched_holder", "from patched_source import act as held")
    patches = Patches([Patch(source, "act", replaced)])
    for _ in range(2):
        patches.put_in_place()
        assert source.act() == holder.held() == "replaced"
        patches.take_away()
        assert source.act() == holder.held() == "real"


def test_a_module_that_is_imported_meanwhile_is_put_right_too(source: ModuleType, replaced: Callable[[], str]) -> None:
    patches = Patches([Patch(source, "act", replaced)])
    patches.put_in_place()
    late = module("patched_late", "from patched_source import act")
    assert late.act() == "replaced"
    patches.take_away()
    assert late.act() == "real"
    patches.put_in_place()
    assert late.act() == "replaced"
    patches.take_away()


@pytest.mark.slow
def test_a_module_that_is_imported_anew_is_searched_anew_and_the_old_one_let_go(
    source: ModuleType, replaced: Callable[[], str]
) -> None:
    patches = Patches([Patch(source, "act", replaced)])
    first = weakref.ref(module("patched_again", "from patched_source import act"))
    patches.put_in_place()
    patches.take_away()
    second = module("patched_again", "from patched_source import act")
    patches.put_in_place()
    assert second.act() == "replaced"
    patches.take_away()
    gc.collect()
    assert first() is None


def test_what_an_owner_does_not_have_is_left_out(source: ModuleType, replaced: Callable[[], str]) -> None:
    patches = Patches([Patch(source, "nothing", replaced)])
    patches.put_in_place()
    assert not hasattr(source, "nothing")
    patches.take_away()


def test_an_inherited_attribute_is_taken_away_again() -> None:
    class Child(Thing):
        pass

    patches = Patches([Patch(Child, "kept", 2)])
    patches.put_in_place()
    assert (Child.kept, Thing.kept) == (2, 1)
    patches.take_away()
    assert "kept" not in vars(Child)
    assert Child.kept == 1


def test_a_c_type_is_changed_in_place() -> None:
    assert immutable(dt.datetime)
    assert not immutable(Thing)
    assert not immutable(sys)
    former = original(dt.datetime, "now")
    put(dt.datetime, "now", classmethod(lambda cls: cls(1999, 1, 1)))
    try:
        assert dt.datetime.now() == dt.datetime(1999, 1, 1)
    finally:
        put(dt.datetime, "now", former)
    assert dt.datetime.now().year > 2020
    put(dt.datetime, "added", 7)
    assert dt.datetime(2000, 1, 1).added == 7  # type: ignore[attr-defined]
    put(dt.datetime, "added", ABSENT)
    assert not hasattr(dt.datetime, "added")
