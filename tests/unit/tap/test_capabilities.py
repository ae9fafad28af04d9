"""Where Linux does not let us, one message says what to grant."""

from __future__ import annotations

import builtins
from typing import Any

import pytest

from catenet.tap import AttachError
from catenet.tap import capabilities as permission
from catenet.tap.device import open_device


def test_a_missing_device_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(permission, "TUN_PATH", "/nowhere/tun")
    assert permission.missing().startswith("/nowhere/tun is not there: load it with 'modprobe tun'")


def test_a_missing_capability_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setattr(permission, "TUN_PATH", str(tmp_path))
    monkeypatch.setattr(permission, "_effective_capabilities", lambda: 0)
    assert permission.missing() == (
        "this process needs CAP_NET_ADMIN: run it as root (sudo); "
        f"for a container give '--cap-add NET_ADMIN --device {tmp_path}'"
    )
    assert "CAP_NET_ADMIN and CAP_SYS_ADMIN" in permission.missing(namespaces=True)
    with pytest.raises(AttachError, match="CAP_NET_ADMIN"):
        open_device("tap", "wire0")


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    real = builtins.__import__

    def without(name: str, *args: Any) -> Any:
        if name == "pyroute2":
            raise ImportError(name)
        return real(name, *args)

    monkeypatch.setattr(permission, "TUN_PATH", str(tmp_path))
    monkeypatch.setattr(permission, "_effective_capabilities", lambda: (1 << 40) - 1)
    monkeypatch.setattr(builtins, "__import__", without)
    assert "pip install 'catenet[attach]'" in permission.missing()
