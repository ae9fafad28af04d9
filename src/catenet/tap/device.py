"""TAP and TUN devices: opened, read and written as packets.

A device that is not persistent lives as long as its descriptor is open: it goes when this process does,
even by ``kill -9``.  With offload each packet has a virtio-net header (see :mod:`.vnet`), and Linux hands
over TCP segments of up to 64 KiB without computing their checksums.

Source: Linux, ``Documentation/networking/tuntap.rst`` and ``include/uapi/linux/if_tun.h``.
"""

from __future__ import annotations

import errno
import fcntl
import os
import struct
from typing import Final

from catenet.tap.capabilities import TUN_PATH, AttachError, require
from catenet.tap.namespace import inside

TAP: Final = "tap"
TUN: Final = "tun"

MAX_NAME_OCTETS: Final = 15
MAX_PACKET_OCTETS: Final = 65_536 + 64
"""The longest packet, with its Ethernet and virtio-net headers."""

_IFF_TUN: Final = 0x0001
_IFF_TAP: Final = 0x0002
_IFF_NO_PI: Final = 0x1000
_IFF_VNET_HDR: Final = 0x4000
_IFF_TUN_EXCL: Final = 0x8000
_TUNSETIFF: Final = 0x4004_54CA
_TUNSETOFFLOAD: Final = 0x4004_54D0
_TUNSETVNETHDRSZ: Final = 0x4004_54D8
_TUNSETCARRIER: Final = 0x4004_54E2
_TUN_F_CSUM: Final = 0x01
_TUN_F_TSO4: Final = 0x02
_TUN_F_TSO6: Final = 0x04
_VNET_HEADER_OCTETS: Final = 10
_REQUEST: Final = struct.Struct("16sH22x")


class Device:
    """An open TAP or TUN device.  Reading and writing never wait."""

    def __init__(self, fd: int, name: str, kind: str, namespace: str | None, offload: bool) -> None:
        self.fd: Final = fd
        self.name: Final = name
        self.kind: Final = kind
        self.namespace: Final = namespace
        self.offload: Final = offload
        self.closed: bool = False

    def __repr__(self) -> str:
        return f"<{self.kind} device {self.name} in {self.namespace or 'this namespace'}>"

    def set_carrier(self, up: bool) -> None:
        """Set the carrier that Linux sees."""
        if not self.closed:
            fcntl.ioctl(self.fd, _TUNSETCARRIER, struct.pack("I", up))

    def close(self) -> None:
        """Close it: Linux removes the device, with its addresses and routes."""
        if not self.closed:
            self.closed = True
            os.close(self.fd)


def open_device(kind: str, name: str, namespace: str | None = None, offload: bool = True) -> Device:
    """Make a device and open it, in the namespace of that name or in this process's own.

    ``kind`` is :data:`TAP` or :data:`TUN`.  Raises :class:`AttachError` if that is not allowed, or if the
    name is taken or longer than 15 octets.
    """
    require(namespaces=namespace is not None)
    if kind not in (TAP, TUN):
        raise ValueError(f"the kind of a device is 'tap' or 'tun', not {kind!r}")
    if not 0 < len(name.encode()) <= MAX_NAME_OCTETS:
        raise AttachError(f"the name of a device has 1 to {MAX_NAME_OCTETS} octets: {name!r} does not")
    with inside(namespace):
        fd = os.open(TUN_PATH, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            _set_up(fd, kind, name, offload)
        except BaseException:
            os.close(fd)
            raise
    return Device(fd, name, kind, namespace, offload)


def _set_up(fd: int, kind: str, name: str, offload: bool) -> None:
    flags = (_IFF_TAP if kind == TAP else _IFF_TUN) | _IFF_NO_PI | _IFF_TUN_EXCL
    if offload:
        flags |= _IFF_VNET_HDR
    try:
        fcntl.ioctl(fd, _TUNSETIFF, _REQUEST.pack(name.encode(), flags))
    except OSError as error:
        if error.errno == errno.EBUSY:
            raise AttachError(f"there is a network device {name!r} already; give this one another name") from error
        raise AttachError(f"cannot make the {kind} device {name!r}: {error.strerror}") from error
    if offload:
        fcntl.ioctl(fd, _TUNSETVNETHDRSZ, struct.pack("i", _VNET_HEADER_OCTETS))
        fcntl.ioctl(fd, _TUNSETOFFLOAD, _TUN_F_CSUM | _TUN_F_TSO4 | _TUN_F_TSO6)
