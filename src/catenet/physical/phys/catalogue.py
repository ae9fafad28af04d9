"""All PHYs, by name."""

from __future__ import annotations

from typing import Final, Literal, get_args

from catenet.physical.phys.copper import ManchesterPhy, Mlt3Phy
from catenet.physical.phys.fec import RsFecPhy
from catenet.physical.phys.link_budget import AirMedium, CopperMedium, FibreMedium
from catenet.physical.phys.optical import OpticalPhy
from catenet.physical.phys.phy_base import Phy
from catenet.physical.phys.radio import RadioPhy
from catenet.physical.phys.serial_line import CharacterFormat, SerialLine

PhyName = Literal[
    "10base-t",
    "100base-tx",
    "1000base-x",
    "10gbase-r",
    "100gbase-r",
    "optical-ook",
    "radio-12",
    "serial-115200",
    "serial-115200-8e1",
]

_SERIAL_CABLE: Final = CopperMedium(150.0, shortest_snr_db=30.0, frequency_mhz=0.1152)

_PHYS: Final[tuple[Phy, ...]] = (
    ManchesterPhy(
        "10base-t",
        "IEEE 802.3 clause 14",
        10_000_000,
        CopperMedium(185.0, shortest_snr_db=40.0, frequency_mhz=10.0),
        symbols_per_octet=8,
        marks=2,
    ),
    Mlt3Phy(
        "100base-tx",
        "IEEE 802.3 clauses 24 and 25",
        100_000_000,
        CopperMedium(150.0, shortest_snr_db=40.0, frequency_mhz=31.25),
        symbols_per_octet=10,
        marks=30,
    ),
    OpticalPhy(
        "1000base-x",
        "IEEE 802.3 clauses 36 and 38",
        1_000_000_000,
        FibreMedium(
            10_000.0,
            launched_dbm=-6.0,
            sensitivity_dbm=-20.0,
            attenuation_db_km=0.35,
            # the most that G.652 fibre has between 1285 and 1330 nm
            dispersion_ps_nm_km=3.5,
            wavelength_nm=1310.0,
        ),
        symbols_per_octet=10,
        marks=30,
        symbol_rate_hz=1.25e9,
    ),
    OpticalPhy(
        "10gbase-r",
        "IEEE 802.3 clauses 49 and 52",
        10_000_000_000,
        # non-zero dispersion-shifted fibre (ITU-T G.655): over 80 km of G.652, on-off keying would need compensation
        FibreMedium(80_000.0, launched_dbm=0.0, sensitivity_dbm=-16.0, attenuation_db_km=0.2, dispersion_ps_nm_km=4.0),
        symbols_per_octet=8 * 66 / 64,
        marks=66,
        symbol_rate_hz=10.3125e9,
    ),
    RsFecPhy(
        "100gbase-r",
        "IEEE 802.3 clauses 82 and 91",
        100_000_000_000,
        FibreMedium(
            40_000.0,
            launched_dbm=0.0,
            sensitivity_dbm=-12.0,
            attenuation_db_km=0.2,
            q_factor=4.0,
            # the first lane of 100GBASE-ER4 (clause 88), in G.652 fibre whose dispersion is 0 at 1324 nm: the worst
            dispersion_ps_nm_km=-2.8,
            wavelength_nm=1295.56,
        ),
        symbols_per_octet=8 * 66 / 64,
        marks=66,
        symbol_rate_hz=25.78125e9,
    ),
    OpticalPhy(
        "optical-ook",
        "Agrawal, chapter 4",
        1_000_000_000,
        FibreMedium(120_000.0, launched_dbm=0.0, sensitivity_dbm=-24.0, attenuation_db_km=0.2),
        symbols_per_octet=10,
        marks=30,
        symbol_rate_hz=1.25e9,
    ),
    RadioPhy(
        "radio-12",
        "IEEE 802.11 clause 17",
        12_000_000,
        AirMedium(500.0, sent_dbm=16.0, frequency_hz=5.2e9, bandwidth_hz=20e6, noise_figure_db=10.0),
    ),
    SerialLine("serial-115200", "TIA-232-F, SLIP: RFC 1055", 115_200, _SERIAL_CABLE),
    SerialLine(
        "serial-115200-8e1", "TIA-232-F, SLIP: RFC 1055", 115_200, _SERIAL_CABLE, CharacterFormat(parity="even")
    ),
)

PHYS: Final[dict[str, Phy]] = {phy.name: phy for phy in _PHYS}
assert tuple(PHYS) == get_args(PhyName)
