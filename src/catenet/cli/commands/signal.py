"""``catenet signal``: one PHY, or one converter, as a signal: figures, and a picture."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, NoReturn, TypeVar

import typer

from catenet.cli import values
from catenet.cli.errors import mistake
from catenet.cli.standard_streams import say
from catenet.cli.writing import Force, Target, given

if TYPE_CHECKING:
    from catenet.physical.phys.phy_base import Phy

Given = TypeVar("Given")
Parsed = TypeVar("Parsed")
Dither = Literal["none", "rectangular", "triangular"]
ADC: Final = "adc"
SNR_DB: Final = 10.0

_EPILOG: Final = """
[bold]Examples[/bold]

[cyan]catenet signal 10base-t --snr 11dB[/cyan]  Manchester code with noise: error rates, measured and in theory

[cyan]catenet signal 10gbase-r --length 79km --picture eye.svg[/cyan]  with its waveform, eye diagram and spectrum

[cyan]catenet signal radio-12 --snr 4dB --frames 50 --json | jq .frames[/cyan]

[cyan]catenet signal radio-12 --snr 15dB --fading rayleigh[/cyan]  each frame with a gain of its own

[cyan]catenet signal adc --bits 12 --frequency 100kHz --jitter 100ps --picture adc.png[/cyan]  a converter

[dim]PHYs: 10base-t, 100base-tx, 1000base-x, 10gbase-r, 100gbase-r, optical-ook, radio-12, serial-115200, \
serial-115200-8e1.  The signal-to-noise ratio is that at the receiver's decision.  Needs catenet\\[signals].[/dim]
"""


def add_to(app: typer.Typer) -> None:
    """Add the ``signal`` command."""
    app.command(epilog=_EPILOG)(signal)


def signal(
    what: Annotated[str, typer.Argument(metavar="PHY", help="The name of a PHY (see below), or adc.")],
    snr: Annotated[
        str | None,
        typer.Option(
            metavar="DB", help="Signal-to-noise ratio, such as 11dB.  \\[default: that of the length, or 10dB]"
        ),
    ] = None,
    length: Annotated[str | None, typer.Option(help="Length of the medium, such as 40km.")] = None,
    fading: Annotated[
        str | None, typer.Option(metavar="KIND", help="Fading of a radio: rayleigh, or rician=6dB with the K factor.")
    ] = None,
    octets: Annotated[int, typer.Option(min=64, max=9018, help="Octets of a frame, check sequence included.")] = 512,
    frames: Annotated[int, typer.Option(min=1, max=1_000_000, help="Number of frames to send.")] = 100,
    bits: Annotated[int | None, typer.Option(min=1, max=24, help="adc: resolution.  \\[default: 10]")] = None,
    sample_rate: Annotated[str | None, typer.Option(help="adc: samples per second.  \\[default: 1MHz]")] = None,
    frequency: Annotated[str | None, typer.Option(help="adc: frequency of the sine.  \\[default: 10kHz]")] = None,
    jitter: Annotated[
        str | None, typer.Option(help="adc: standard deviation of the aperture time, such as 100ps.  \\[default: 0]")
    ] = None,
    dither: Annotated[Dither | None, typer.Option(help="adc: dither.  \\[default: none]")] = None,
    seed: Annotated[int, typer.Option(callback=values.seed, help="Random seed.")] = 1,
    picture: Annotated[str | None, typer.Option(metavar="FILE", help="Draw it, as .svg or .png.")] = None,
    force: Force = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Send frames over a PHY as waveforms, or sample a sine, and compare with theory."""
    drawn = _target(picture, force)
    of_adc = {
        "--bits": bits,
        "--sample-rate": sample_rate,
        "--frequency": frequency,
        "--jitter": jitter,
        "--dither": dither,
    }
    if what == ADC:
        _refuse("adc does not take", {"--snr": snr, "--length": length, "--fading": fading})
        report, lines = _adc(bits or 10, sample_rate, frequency, jitter, dither or "none", seed, drawn)
    else:
        phy = _faded(_phy(what), fading)
        _refuse(f"{what} is a PHY and does not take", of_adc)
        report, lines = _measured(phy, snr, length, octets, frames, seed, drawn)
    if as_json:
        typer.echo(json.dumps(report))
    else:
        say(lines)


def _target(picture: str | None, force: bool) -> Target | None:
    path = given("--picture", picture)
    if path is None:
        return None
    if path.suffix not in (".svg", ".png"):
        mistake(f"--picture {path}: the name must end in .svg or .png")
    return Target("--picture", path, force=force)


def _refuse(why: str, options: Mapping[str, object]) -> None:
    for option, value in options.items():
        if value is not None:
            mistake(f"{why} {option}")


def _phy(name: str) -> Phy:
    from catenet.errors import did_you_mean
    from catenet.physical.phys.catalogue import PHYS

    if name not in PHYS:
        mistake(f"there is no PHY {name!r}{did_you_mean(name, (*PHYS, ADC))}; there are {', '.join(PHYS)}, and adc")
    return PHYS[name]


def _faded(phy: Phy, fading: str | None) -> Phy:
    from catenet.kernel.quantity import snr_db
    from catenet.physical.phys.catalogue import PHYS
    from catenet.physical.phys.fading import Fading
    from catenet.physical.phys.phy_base import ratio_of
    from catenet.physical.phys.radio import RadioPhy

    if fading is None:
        return phy
    if not isinstance(phy, RadioPhy):
        radios = ", ".join(name for name, other in PHYS.items() if isinstance(other, RadioPhy))
        mistake(
            f"--fading: {phy.name} is sent over {phy.medium.name}, which does not fade; only a radio does: {radios}"
        )
    kind, _, k_factor = fading.partition("=")
    if kind == "rician" and k_factor:
        return phy.faded(Fading(ratio_of(_read("--fading", k_factor, snr_db))))
    if fading != "rayleigh":
        mistake(f"--fading {fading}: write rayleigh, or rician with its K factor, such as rician=6dB")
    return phy.faded(Fading())


def _measured(
    phy: Phy, snr: str | None, length: str | None, octets: int, frames: int, seed: int, drawn: Target | None
) -> tuple[dict[str, Any], list[str]]:
    from catenet.kernel.quantity import length_m, snr_db

    metres = None if length is None else _read("--length", length, length_m)
    budget_db = SNR_DB if metres is None else _read("--length", metres, phy.snr_db)
    ratio_db = budget_db if snr is None else _read("--snr", snr, snr_db)
    try:
        from catenet.experiments.signals.phy_measurements import measure
    except ModuleNotFoundError as error:
        _missing(error)
    figures, traces = measure(phy.over(metres or 0), ratio_db, octets, frames, seed & (1 << 63) - 1)
    report = {**figures, "length_m": metres, "delay_ns": None if metres is None else phy.medium.delay_ns(metres)}
    if drawn is not None:
        from catenet.view.pictures.signals import phy_picture

        _draw(drawn, phy_picture(report, traces, _kind(drawn.path)))
    from catenet.view.signals import phy_lines

    return report, phy_lines(report)


def _adc(
    bits: int,
    sample_rate: str | None,
    frequency: str | None,
    jitter: str | None,
    dither: Dither,
    seed: int,
    drawn: Target | None,
) -> tuple[dict[str, Any], list[str]]:
    from catenet.kernel.quantity import aperture_s, frequency_hz

    rate_hz = _read("--sample-rate", sample_rate or "1MHz", frequency_hz)
    sine_hz = _read("--frequency", frequency or "10kHz", frequency_hz)
    jitter_s = _read("--jitter", jitter or "0s", aperture_s)
    if not 0 < sine_hz < rate_hz / 2:
        mistake(f"--frequency {frequency or '10kHz'}: the sine must be below half the sample rate, {rate_hz / 2:g} Hz")
    try:
        from catenet.experiments.signals.adc_measurements import measure
    except ModuleNotFoundError as error:
        _missing(error)
    report, sampled = measure(
        bits, rate_hz, sine_hz, jitter_s=jitter_s, noise_v=0.0, dither=dither, seed=seed & (1 << 63) - 1
    )
    if drawn is not None:
        from catenet.view.pictures.signals import adc_picture

        _draw(drawn, adc_picture(report, sampled, _kind(drawn.path)))
    from catenet.view.signals import adc_lines

    return report, adc_lines(report)


def _read(option: str, value: Given, parse: Callable[[Given], Parsed]) -> Parsed:
    try:
        return parse(value)
    except ValueError as error:
        mistake(f"{option}: {error}")


def _draw(target: Target, picture: bytes) -> None:
    from catenet.record.digest import png_with_digest, svg_with_digest

    target.write(png_with_digest(picture) if target.path.suffix == ".png" else svg_with_digest(picture.decode()))


def _kind(path: Path) -> Literal["svg", "png"]:
    return "png" if path.suffix == ".png" else "svg"


def _missing(error: ModuleNotFoundError) -> NoReturn:
    if (error.name or "").split(".")[0] not in ("numpy", "scipy", "matplotlib"):
        raise error
    mistake("signals need NumPy and SciPy, which are not installed: pip install 'catenet[signals]'")
