"""All PHYs as waveforms, by the names of :mod:`catenet.physical.phys.catalogue`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from catenet.physical.phys.catalogue import PHYS
from catenet.physical.phys.phy_base import Phy
from catenet.physical.signals.waveforms.hundred_base_tx import HundredBaseTx
from catenet.physical.signals.waveforms.hundred_gbase_r import HundredGBaseR
from catenet.physical.signals.waveforms.radio import Radio
from catenet.physical.signals.waveforms.serial_line import SerialLineSignal
from catenet.physical.signals.waveforms.signal_phy import SignalPhy
from catenet.physical.signals.waveforms.ten_base_t import TenBaseT
from catenet.physical.signals.waveforms.ten_gbase_r import TenGBaseR
from catenet.physical.signals.waveforms.thousand_base_x import ThousandBaseX

SIGNAL_PHYS: Final[dict[str, Callable[[Phy], SignalPhy]]] = {
    "10base-t": TenBaseT,
    "100base-tx": HundredBaseTx,
    "1000base-x": ThousandBaseX,
    "10gbase-r": TenGBaseR,
    "100gbase-r": HundredGBaseR,
    "optical-ook": ThousandBaseX,
    "radio-12": Radio,
    "serial-115200": SerialLineSignal,
    "serial-115200-8e1": SerialLineSignal,
}


def signal_phy(name: str) -> SignalPhy:
    """The PHY with this name.  Raises KeyError if there is none."""
    return waveforms_of(PHYS[name])


def waveforms_of(phy: Phy) -> SignalPhy:
    """A PHY as waveforms."""
    return SIGNAL_PHYS[phy.name](phy)
