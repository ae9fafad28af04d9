"""Values of a scenario by their paths: which places of the file a path means, and what is said of a wrong one."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catenet.errors import ScenarioError
from catenet.lab.files.value_paths import parse_path, parse_setting, set_value

FILE: dict[str, Any] = {
    "until": "5s",
    "defaults": {"links": {"rate": "1Gbit/s"}},
    "topology": {"file": "net.gml", "loss": "1%"},
    "routers": {"paris": {"rip": {"update": "30s"}}, "oslo": {}},
    "hosts": {"alice": {"at": "paris", "delay": "1ms"}, "bob": {"at": "oslo"}},
    "links": [
        {"between": ["paris", "oslo"], "loss": "0.1%"},
        {"between": ["oslo", "rome"], "name": "north"},
    ],
    "programs": [
        {"host": "alice", "run": "program:ask", "options": {"count": 3}},
        {"hosts": ["bob"], "run": "program:serve"},
    ],
}


def changed(path: str, value: object = "X") -> dict[str, Any]:
    data = deepcopy(FILE)
    set_value(data, path, value)
    return data


def differences(path: str) -> list[str]:
    """The places that are X now."""

    def walk(data: Any, place: str) -> list[str]:
        if data == "X":
            return [place]
        items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
        return [each for key, inner in items for each in walk(inner, f"{place}.{key}".strip("."))]

    return walk(changed(path), "")


@pytest.mark.parametrize(
    ("path", "places"),
    [
        ("until", ["until"]),
        ("link.loss", ["defaults.links.loss", "topology.loss", "links.0.loss"]),
        ("links.delay", ["defaults.links.delay"]),
        ("host.delay", ["defaults.hosts.delay", "hosts.alice.delay"]),
        ("links.paris-oslo.loss", ["links.0.loss"]),
        ("links.oslo-paris.loss", ["links.0.loss"]),
        ("links.north.loss", ["links.1.loss"]),
        ("links.2.loss", ["links.1.loss"]),
        ("links.*.loss", ["links.0.loss", "links.1.loss"]),
        ("hosts.Alice.delay", ["hosts.alice.delay"]),
        ("programs.alice.options.count", ["programs.0.options.count"]),
        ("programs.options.count", ["programs.0.options.count"]),
        ("programs.bob.start", ["programs.1.start"]),
        ('programs."program:ask".start', ["programs.0.start"]),
        ("programs.run", ["programs.0.run", "programs.1.run"]),
        ("routers.rip.update", ["routers.paris.rip.update"]),
        ("routers.oslo.rip.update", ["routers.oslo.rip.update"]),
        ("rip.update", ["rip.update"]),
        ("defaults.links.rate", ["defaults.links.rate"]),
    ],
)
def test_a_path_means_these_places(path: str, places: list[str]) -> None:
    assert sorted(differences(path.replace("*", '"*"'))) == sorted(places)


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("link..loss", "is not a path"),
        ("", "is not a path"),
        ("a = 1\nb", "is not a path"),
        ("links", "is a table"),
        ("hosts.alice", "is a table"),
        ("links.paris-rome.loss", "no element of links is 'paris-rome'.*known are oslo-paris, "),
        ("links.3.loss", "no element of links is '3'"),
        ("programs.nowhere.count", "no element of programs is 'nowhere'"),
        ("until.x", "until is a value, and has no 'x'"),
        ("links.1.between.0", "an element of a list cannot be set alone"),
    ],
)
def test_a_wrong_path_is_told(path: str, problem: str) -> None:
    with pytest.raises(ScenarioError, match=problem):
        changed(path)


def test_values_are_written_as_in_toml_and_what_is_not_is_text() -> None:
    written = {"a=1": 1, "a=1.5": 1.5, "a=true": True, 'a="1"': "1", "a=2%": "2%", "a=[1, 2]": [1, 2], "a=10ms": "10ms"}
    assert {text: parse_setting(text)[1] for text in written} == written
    for wrong in ("a", "=1", "a="):
        with pytest.raises(ScenarioError, match="is not PATH=VALUE"):
            parse_setting(wrong)


@given(st.text())
def test_any_path_is_keys_or_one_message(text: str) -> None:
    try:
        keys = parse_path(text)
    except ScenarioError:
        return
    assert keys
    assert all(isinstance(key, str) for key in keys)
