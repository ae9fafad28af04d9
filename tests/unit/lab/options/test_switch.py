"""What may be said of a switch."""

from __future__ import annotations

from typing import Any

import pytest

from catenet.errors import LabError
from catenet.lab.options.switch import parse_switch
from catenet.link.switching.port_vlans import ALL_VLANS
from catenet.link.vlan_tag import S_TAG


def ports(table: dict[str, Any]) -> Any:
    return parse_switch("sw", None, {"h": table}).ports["h"].vlans  # type: ignore[dict-item]


def test_modes() -> None:
    assert ports({"access": 10}).pvid == 10
    both = ports({"trunk": [10, 20], "native": 20})
    assert (both.mode, both.pvid, both.members) == ("trunk", 20, {10, 20})
    assert ports({"trunk": "all"}).members == ALL_VLANS
    assert ports({"trunk": "all"}).pvid == 0
    assert ports({"trunk": [1], "tag": "802.1ad"}).tpid == S_TAG
    assert (ports({"tunnel": 100}).mode, ports({"tunnel": 100}).pvid) == ("tunnel", 100)
    assert (ports({}).mode, ports({}).pvid) == ("access", 1)


def test_a_switch_of_which_nothing_is_said_is_plain() -> None:
    assert parse_switch("sw", None, None).plain
    assert parse_switch("sw", {}, {}).plain
    assert parse_switch("sw", {10: {}}, None).vlan_aware
    assert parse_switch("sw", None, {"h": {"access": 1}}).vlan_aware
    assert not parse_switch("sw", None, {"h": {}}).vlan_aware


def test_vlans_have_subnets_and_a_file_has_them_by_text() -> None:
    vlans: Any = {"10": {"subnets": ["10.0.10.0/24"]}}
    assert [str(net) for net in parse_switch("sw", vlans, None).vlans[10]] == ["10.0.10.0/24"]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"access": 0}, "ports: h: access: 0 is not a VLAN; give a number from 1 to 4094"),
        ({"access": 4095}, "access: 4095 is not a VLAN"),
        ({"access": True}, "access: True is not a VLAN"),
        ({"access": "ten"}, "is not a VLAN"),
        ({"tunnel": -1}, "tunnel: -1 is not a VLAN"),
        ({"trunk": [10, 5000]}, "trunk: 5000 is not a VLAN"),
        ({"trunk": [10, 10]}, "VLAN 10 is there twice"),
        ({"trunk": []}, 'is not a list of VLANs; write it like [10, 20], or "all"'),
        ({"trunk": 10}, "is not a list of VLANs"),
        ({"trunk": [10], "native": 20}, "the native VLAN 20 is not among those that the trunk carries"),
        ({"trunk": [10], "access": 10}, "access and trunk exclude each other"),
        ({"access": 10, "native": 10}, "native is for trunks"),
        ({"access": 10, "tag": "802.1ad"}, "tag is for trunks"),
        ({"trunk": [10], "tag": "isl"}, "tag: 'isl' is not one of 802.1q, 802.1ad"),
        ({"acces": 10}, "there is no option 'acces'; did you mean 'access'?"),
    ],
)
def test_what_is_wrong_is_told(table: dict[str, Any], message: str) -> None:
    with pytest.raises(LabError) as error:
        ports(table)
    assert str(error.value).startswith("switch sw: ports: h: ")
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("vlans", "given", "message"),
    [
        ({4095: {}}, None, "vlans: 4095 is not a VLAN"),
        ({10: {"subnet": []}}, None, "vlans: 10: there is no option 'subnet'"),
        ({10: {"subnets": ["x"]}}, None, "vlans: 10"),
        ({10: 5}, None, "vlans: 10: 5 is not a table"),
        (None, {"h": 5}, "ports: h: 5 is not a table"),
        (None, [1], "ports: [1] is not a table"),
    ],
)
def test_what_is_wrong_in_the_tables_is_told(vlans: Any, given: Any, message: str) -> None:
    with pytest.raises(LabError) as error:
        parse_switch("sw", vlans, given)
    assert message in str(error.value)
