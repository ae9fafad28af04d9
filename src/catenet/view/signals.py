"""Figures of a PHY and of a converter, as lines of text of at most 60 columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def phy_lines(report: Mapping[str, Any]) -> list[str]:
    """A PHY's error rates, measured and by the closed form."""
    frames = report["frames"]
    lines = [f"{report['phy']} at a signal-to-noise ratio of {report['snr_db']:.2f} dB", report["clause"]]
    if report["length_m"] is not None:
        lines.append(f"{report['length_m']:,} m, {report['delay_ns']:,} ns")
    if report["fading"] is not None:
        lines.append(f"fading {report['fading']}: the ratio is the mean of all frames")
    lines += ["", "      SNR   symbol errors   measured, 99 % interval"]
    for entry in report["symbols"]:
        lines.append(f"{entry['snr_db']:6.2f} dB   {entry['symbol_error_rate']:13.3e}   {_measured(entry)}")
    lines += [
        "",
        f"{frames['sent']:,} frames of {frames['octets']:,} octets: {frames['damaged']:,} damaged,",
        f"of which {frames['not_found']:,} were not found in the signal",
        f"   in theory   {frames['frame_error_rate']:.3e}",
        f"   measured    {_measured(frames)}",
    ]
    return lines


def adc_lines(report: Mapping[str, Any]) -> list[str]:
    """A converter's figures."""
    lines = [
        f"{report['bits']} bits, {report['sample_rate_hz']:,.0f} samples a second,",
        f"a full-scale sine of {report['frequency_hz']:,.1f} Hz",
        "",
        f"SNR     {report['snr_db']:7.2f} dB     (ideal {report['ideal_snr_db']:.2f} dB: 6.02 N + 1.76)",
        f"SINAD   {report['sinad_db']:7.2f} dB",
        f"ENOB    {report['enob_bits']:7.2f} bits",
        f"SFDR    {report['sfdr_db']:7.2f} dB",
    ]
    if report["thd_db"] is not None:
        lines.append(f"THD     {report['thd_db']:7.2f} dB")
    if report["jitter_limit_db"] is not None:
        lines.append(f"limit   {report['jitter_limit_db']:7.2f} dB     (aperture jitter alone)")
    return lines


def _measured(entry: Mapping[str, Any]) -> str:
    if entry["measured"] is None:
        return "not counted: too rare"
    return f"{entry['measured']:.2e} ({entry['measured_low']:.1e} to {entry['measured_high']:.1e})"
