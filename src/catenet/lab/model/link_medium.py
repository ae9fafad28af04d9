"""A link's PHY: its length, the signal-to-noise ratio of each direction, and how frames are damaged."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any, Final

from catenet.errors import LabError, MissingExtra
from catenet.kernel.quantity import rate_text
from catenet.kernel.streams import Stream
from catenet.lab.model.geography import Position, great_circle_m
from catenet.physical.channel import Channel
from catenet.physical.frame_errors import FrameErrors, model_errors
from catenet.physical.phys.catalogue import PHYS
from catenet.physical.phys.fading import Fading
from catenet.physical.phys.phy_base import Phy
from catenet.physical.phys.radio import RadioPhy
from catenet.physical.phys.serial_line import SerialLine

MODEL: Final = "model"
QUALITY: Final = ("snr", "fidelity", "fading", "clock_drift")
"""The options of a direction that need a PHY."""
LIBRARIES: Final = ("numpy", "scipy")
"""What a link of fidelity ``"signal"`` needs."""


class LinkMedium:
    """A PHY over a length of its medium.  ``snr_db`` is the ratio that the length leaves.

    ``framed`` says that the link's frames delimit themselves.
    """

    def __init__(self, phy: Phy, length_m: float, framed: bool = False) -> None:
        line = phy.undelimited() if framed and isinstance(phy, SerialLine) else phy
        self.phy: Final = line.over(length_m)
        self.length_m: Final = length_m
        self.snr_db: Final = phy.snr_db(length_m)

    def quality(self) -> dict[str, Any]:
        """The options of :data:`QUALITY` that are not given."""
        return {"snr": self.snr_db, "fidelity": MODEL, "fading": None, "clock_drift": 0.0}

    def set(self, channel: Channel, quality: Mapping[str, Any]) -> None:
        """Let a channel damage frames.  Raises MissingExtra for waveforms without NumPy and SciPy."""
        stream = channel.impairments.stream(f"phy-{quality['fidelity']}")
        channel.impairments.set_phy(self._errors(quality, stream))

    def _errors(self, quality: Mapping[str, Any], stream: Stream) -> FrameErrors:
        phy, snr_db, fading = self.phy, quality["snr"], quality["fading"]
        if isinstance(phy, SerialLine):
            phy = phy.drifting(quality["clock_drift"])
        if quality["fidelity"] != MODEL:
            return signal_errors(_faded(phy, fading), snr_db, stream)
        return model_errors(phy, snr_db, fading, stream)


def link_medium(owner: str, options: dict[str, Any], a: Position | None, b: Position | None) -> LinkMedium | None:
    """The medium of a link with a PHY, whose rate and delay become the link's; None for a link without one.

    Raises LabError for options that need a PHY, a rate that it does not have, and a length that it does not reach.
    """
    phy: Phy | None = options.get("phy")
    check_options(owner, phy, options)
    if phy is None:
        return None
    options.setdefault("rate", phy.rate_bit_s)
    length_m = options.pop("length", None)
    if length_m is not None and "delay" in options:
        raise LabError(f"{owner}: delay and length are both given, and the length gives a delay of its own; remove one")
    if length_m is None:
        length_m = great_circle_m(a, b) if a is not None and b is not None else 0
    try:
        medium = LinkMedium(phy, length_m, options.get("framing") is not None)
    except ValueError as error:
        raise LabError(f"{owner}: length: {error}") from error
    options.setdefault("delay", phy.medium.delay_ns(length_m))
    return medium


def check_options(owner: str, phy: Phy | None, options: Mapping[str, Any]) -> None:
    """Raises LabError for options, of either direction, that need a PHY, or for a rate that is not the PHY's.

    Raises MissingExtra for waveforms without NumPy and SciPy.
    """
    for way in (options, options.get("back", {})):
        if phy is None:
            for key in QUALITY:
                if way.get(key) is not None:
                    raise LabError(f'{owner}: {key} needs a PHY; declare the link with one, such as phy = "10gbase-r"')
            continue
        _check_fading(owner, phy, way.get("fading"))
        _check_drift(owner, phy, way.get("clock_drift", 0.0))
        if way.get("fidelity") == "signal" and not all(find_spec(library) for library in LIBRARIES):
            raise _missing()
        if way.get("rate", phy.rate_bit_s) != phy.rate_bit_s:
            raise LabError(
                f"{owner}: rate: {phy.name} has a rate of {rate_text(phy.rate_bit_s)}, not {rate_text(way['rate'])};"
                " remove the rate"
            )


def _check_fading(owner: str, phy: Phy, fading: Fading | None) -> None:
    if fading is not None and not isinstance(phy, RadioPhy):
        radios = ", ".join(name for name, other in PHYS.items() if isinstance(other, RadioPhy))
        raise LabError(
            f"{owner}: fading: {phy.name} is sent over {phy.medium.name}, which does not fade; only a radio does: "
            f"{radios}"
        )


def _check_drift(owner: str, phy: Phy, drift_ppm: float) -> None:
    if drift_ppm and not isinstance(phy, SerialLine):
        lines = ", ".join(name for name, other in PHYS.items() if isinstance(other, SerialLine))
        raise LabError(
            f"{owner}: clock_drift: a receiver of {phy.name} has the sender's clock; only that of a serial line "
            f"has one of its own: {lines}"
        )


def _faded(phy: Phy, fading: Fading | None) -> Phy:
    return phy.faded(fading) if isinstance(phy, RadioPhy) else phy


def signal_errors(phy: Phy, snr_db: float, stream: Stream) -> FrameErrors:
    """Frames of a PHY as waveforms, from ``snr_db``.  Raises MissingExtra without NumPy and SciPy."""
    try:
        from catenet.physical.signals.waveforms.catalogue import waveforms_of
        from catenet.physical.signals.waveforms.signal_errors import SignalErrors
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in LIBRARIES:
            raise
        raise _missing() from error
    return SignalErrors(waveforms_of(phy), snr_db, stream)


def _missing() -> MissingExtra:
    return MissingExtra('a link of fidelity "signal"', "NumPy and SciPy", "signals")
