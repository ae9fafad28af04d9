"""Pictures of signals, as SVG or PNG by Matplotlib: a PHY's waveform, eye and error rates; a converter's spectrum."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any, Final, Literal

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

Kind = Literal["svg", "png"]

RAREST: Final = 1e-13
_SENT: Final = "#1b6ca8"
_RECEIVED: Final = "#c8553d"
_MUTED: Final = "#6b7280"
_STYLE: Final[Any] = {
    "font.size": 9.0,
    "axes.titlesize": 10.0,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.alpha": 0.25,
    "legend.frameon": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "catenet",
}


def phy_picture(report: Mapping[str, Any], traces: Any, kind: Kind) -> bytes:
    """Six panels: waveform, eye, decisions, spectrum, symbol error rate, and a list of figures."""
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(12.0, 7.0), layout="constrained")
        figure.suptitle(_title(report), x=0.01, ha="left", fontsize=12, fontweight="bold")
        panels = figure.subplots(2, 3)
        _waveform(panels[0, 0], traces)
        _eye(panels[0, 1], traces)
        _decisions(panels[0, 2], traces)
        _spectrum(panels[1, 0], traces)
        _error_rates(panels[1, 1], report)
        _words(panels[1, 2], report)
        return _rendered(figure, kind)


def adc_picture(report: Mapping[str, Any], sampled: Any, kind: Kind) -> bytes:
    """The first samples of the sine, and its spectrum with the figures."""
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(11.0, 4.5), layout="constrained")
        title = (
            f"{report['bits']}-bit ADC at {_si(report['sample_rate_hz'])}Hz, sine of {_si(report['frequency_hz'])}Hz"
        )
        figure.suptitle(title, x=0.01, ha="left", fontsize=12, fontweight="bold")
        left, right = figure.subplots(1, 2, width_ratios=(2, 3))
        scale, prefix = _scaled(float(sampled.time_s[-1]))
        left.step(sampled.time_s * scale, sampled.voltage_v, where="post", color=_SENT, lw=1)
        left.plot(sampled.time_s * scale, sampled.voltage_v, ".", color=_RECEIVED, ms=4)
        left.set(title="Samples", xlabel=f"time ({prefix}s)", ylabel="voltage (V)")
        scale, prefix = _scaled(float(sampled.frequency_hz[-1]))
        right.plot(sampled.frequency_hz[1:] * scale, sampled.power_dbfs[1:], color=_SENT, lw=0.7, rasterized=True)
        words = ", ".join(
            f"{name} {report[key]:.1f} {unit}"
            for name, key, unit in (
                ("SNR", "snr_db", "dB"),
                ("SINAD", "sinad_db", "dB"),
                ("ENOB", "enob_bits", "bits"),
                ("SFDR", "sfdr_db", "dB"),
            )
        )
        right.set(title=f"Spectrum: {words}", xlabel=f"frequency ({prefix}Hz)", ylabel="power (dBFS)")
        right.set_ylim(bottom=max(-160.0, float(np.median(sampled.power_dbfs)) - 30.0), top=5.0)
        return _rendered(figure, kind)


def _waveform(axes: Axes, traces: Any) -> None:
    time = np.arange(traces.sent.size) / traces.samples_per_symbol
    axes.plot(time, np.real(traces.received), color=_RECEIVED, lw=0.8, label="received")
    axes.plot(time, np.real(traces.sent), color=_SENT, lw=1.4, label="sent", drawstyle="steps-post")
    axes.set(
        title="Waveform",
        xlabel="time (symbols)",
        ylabel="amplitude, in phase" if traces.in_quadrature else "amplitude",
        xlim=(0, min(time[-1], 1 if traces.in_quadrature else 12)),
    )
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + 0.15 * (high - low))
    axes.legend(loc="upper right", ncols=2, fontsize=8)


def _eye(axes: Axes, traces: Any) -> None:
    if traces.in_quadrature:
        axes.plot(
            np.arange(traces.eye.size) / traces.samples_per_symbol, traces.eye, color=_SENT, lw=0.4, rasterized=True
        )
        axes.set(title="Burst", xlabel="time (symbols)", ylabel="magnitude", ylim=(0, None))
        return
    time = np.arange(traces.eye.shape[1]) / traces.samples_per_symbol
    axes.plot(time, traces.eye.T, color=_SENT, lw=0.5, alpha=0.12, rasterized=True)
    title = f"Eye diagram behind the {traces.eye_filter}" if traces.eye_filter else "Eye diagram"
    axes.set(title=title, xlabel="time (symbols)", ylabel="amplitude", xlim=(0, time[-1]))


def _decisions(axes: Axes, traces: Any) -> None:
    if traces.in_quadrature:
        points = traces.decisions[: traces.decisions.size // 2 * 2].reshape(-1, 2)
        axes.plot(points[:, 0], points[:, 1], ".", color=_SENT, ms=2, alpha=0.4, rasterized=True)
        axes.set(title="Constellation", xlabel="in phase", ylabel="in quadrature", aspect="equal")
        return
    colours = {-1: _RECEIVED, 0: _MUTED, 1: _SENT}
    edges = np.histogram_bin_edges(traces.decisions, 60).tolist()
    for level in np.unique(traces.decided):
        axes.hist(
            traces.decisions[traces.decided == level],
            edges,
            color=colours[int(level)],
            label=f"{int(level):+d}".replace("-", "−") if level else "0",
        )
    axes.set(title="Values at the decision", xlabel="value", ylabel="symbols")
    axes.legend(title="decided", fontsize=8)


def _spectrum(axes: Axes, traces: Any) -> None:
    axes.plot(traces.frequency, traces.density_db - traces.density_db.max(), color=_SENT, lw=1)
    unit = "sample rate" if traces.in_quadrature else "symbol rate"
    axes.set(title="Spectrum as received", xlabel=f"frequency / {unit}", ylabel="density relative to its peak (dB)")


def _error_rates(axes: Axes, report: Mapping[str, Any]) -> None:
    curve = report["theory"]
    axes.semilogy([x for x, _ in curve], [max(y, 1e-20) for _, y in curve], color=_SENT, lw=1.4, label="closed form")
    counted = [entry for entry in report["symbols"] if entry["measured"] is not None]
    if counted:
        rates = np.array([entry["measured"] for entry in counted])
        low = rates - np.array([entry["measured_low"] for entry in counted])
        high = np.array([entry["measured_high"] for entry in counted]) - rates
        snr = [entry["snr_db"] for entry in counted]
        axes.errorbar(snr, rates, (low, high), fmt="o", color=_RECEIVED, ms=4, capsize=3, label="measured, 99 %")
    axes.axvline(report["snr_db"], color=_MUTED, ls="--", lw=1)
    axes.set(title="Symbol error rate", xlabel="signal-to-noise ratio (dB)", ylabel="symbol error rate")
    least = min([y for _, y in curve if y > 0.0] + [entry["measured"] for entry in counted], default=RAREST)
    axes.set_ylim(max(RAREST, least / 10.0), 1.0)
    axes.legend(loc="lower left", fontsize=8)


def _words(axes: Axes, report: Mapping[str, Any]) -> None:
    axes.axis("off")
    frames = report["frames"]
    lines = [
        ("PHY", report["phy"]),
        ("standard", report["clause"].replace("IEEE 802.3 ", "802.3 ")),
        ("rate", f"{_si(report['rate_bit_s'])}bit/s"),
        ("length", "not given" if report["length_m"] is None else f"{_si(report['length_m'])}m"),
        ("SNR", f"{report['snr_db']:.2f} dB" + (f", fading {report['fading']}" if report["fading"] else "")),
        ("frames", f"{frames['sent']} of {frames['octets']} octets"),
        ("damaged", f"{frames['damaged']}, of these not found {frames['not_found']}"),
        ("frame error rate", f"{frames['measured']:.3g} measured"),
        ("", f"{frames['frame_error_rate']:.3g} by the closed form"),
    ]
    for row, (name, value) in enumerate(lines):
        axes.text(0.0, 0.95 - 0.1 * row, name, color=_MUTED, transform=axes.transAxes)
        axes.text(0.36, 0.95 - 0.1 * row, value, transform=axes.transAxes)


def _title(report: Mapping[str, Any]) -> str:
    where = "" if report["length_m"] is None else f" over {_si(report['length_m'])}m"
    return f"{report['phy']}{where} at {report['snr_db']:.1f} dB"


def _scaled(value: float) -> tuple[float, str]:
    """A factor and an SI prefix with which a value lies between 1 and 1,000."""
    for power, prefix in ((9, "G"), (6, "M"), (3, "k"), (0, ""), (-3, "m"), (-6, "µ"), (-9, "n")):
        if abs(value) >= 10.0**power:
            return 10.0**-power, prefix
    return 1e12, "p"


def _si(value: float) -> str:
    factor, prefix = _scaled(float(value))
    return f"{value * factor:.4g} {prefix}" if value else "0 "


def _rendered(figure: Figure, kind: Kind) -> bytes:
    """The file's contents, without a date: the same data gives the same octets."""
    file = io.BytesIO()
    figure.savefig(file, format=kind, dpi=150, metadata={"Date": None} if kind == "svg" else {"Software": None})
    return file.getvalue()
