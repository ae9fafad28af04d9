"""A misspelled option of any method of the public interface is an error that names it and the nearest right one."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from catenet import At, Host, Internet, LabError, Link, Run
from catenet.scenario import Scenario, load

FRONT_DOORS = (Internet, At, Host, Link, Run, Scenario)


def methods_with_options() -> Iterator[tuple[type, str, str]]:
    """Each public method that has options, and one of them."""
    for door in FRONT_DOORS:
        for name, member in inspect.getmembers(door, inspect.isfunction):
            if name.startswith("_") and name != "__init__":
                continue
            options = [
                one.name for one in inspect.signature(member).parameters.values() if one.kind is one.KEYWORD_ONLY
            ]
            if options:
                yield door, name, max(options, key=len)


DOORS = list(methods_with_options())


def test_there_are_doors() -> None:
    assert len(DOORS) >= 15
    assert {door for door, _, _ in DOORS} == set(FRONT_DOORS)


@pytest.mark.parametrize(("door", "name", "option"), DOORS, ids=lambda value: getattr(value, "__name__", value))
def test_every_method_names_the_nearest_option(door: type, name: str, option: str) -> None:
    misspelled = option[:1] + option[2:]
    instance = door.__new__(door)
    with pytest.raises(TypeError) as error:
        getattr(instance, name)(**{misspelled: 1})
    verb = "" if name == "__init__" else f".{name}"
    assert str(error.value) == f"{door.__name__}{verb}(): there is no option {misspelled!r}; did you mean {option!r}?"
    assert isinstance(error.value, LabError)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("act", "wrong", "right"),
    [
        (lambda net: net.link("a", "b", dely="40ms"), "dely", "delay"),
        (lambda net: net.link("a", "b", back={"dely": "40ms"}), "dely", "delay"),
        (lambda net: net.link("a", "b", jitter={"unifrom": "1ms"}), "unifrom", "uniform"),
        (lambda net: net.link("a", "b", queue={"frame": 3}), "frame", "frames"),
        (lambda net: net.link("a", "b", ospf={"cots": 3}), "cots", "cost"),
        (lambda net: net.link("a", "b", ospf={"aa": {"cost": 3}}), "aa", "a"),
        (lambda net: net.host("h", at="a", rat=1), "rat", "rate"),
        (lambda net: net.router("r", rip={"updat": "3s"}, routing="rip"), "updat", "update"),
        (lambda net: net.router("r", ospf={"helo": "3s"}, routing="ospf"), "helo", "hello"),
        (lambda net: net.router("r", ospf={"areas": {1: {"knd": "stub"}}}, routing="ospf"), "knd", "kind"),
        (lambda net: net.nat("a", outside="b", timeouts={"udpp": "5min"}), "udpp", "udp"),
        (lambda net: net.at("1s").set("a", "b", los="2%"), "los", "loss"),
        (lambda net: net.at("1s").disk("h", slwo=2), "slwo", "slow"),
    ],
)
def test_options_that_pass_through_mappings(act: Callable[[Internet], Any], wrong: str, right: str) -> None:
    with Internet() as net:
        net.routers("a", "b")
        with pytest.raises(LabError) as error:
            act(net)
        assert f"{wrong!r}" in str(error.value)
        assert f"did you mean {right!r}?" in str(error.value)
        assert not net.links


@pytest.mark.parametrize(
    "act",
    [
        lambda net: net.router("r", rip="md5", routing="rip"),
        lambda net: net.router("r", ospf=3, routing="ospf"),
        lambda net: net.nat("a", outside="b", timeouts="5min"),
    ],
)
def test_what_is_no_table(act: Callable[[Internet], Any]) -> None:
    with Internet() as net:
        net.routers("a", "b")
        with pytest.raises(LabError, match="is not a table"):
            act(net)


def test_what_is_right_passes_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "net.toml"
    file.write_text("[routers.a]\n")
    assert load(file).build(seed=7).seed == 7
    assert list(inspect.signature(Internet.at).parameters) == ["self", "when"]
