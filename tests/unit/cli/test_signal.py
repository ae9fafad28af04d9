"""``catenet signal``: what it prints agrees with theory; its pictures are whole; mistakes are told in one line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from catenet.cli.errors import MISTAKE, OK
from catenet.cli.main import status_of
from catenet.physical.phys.catalogue import PHYS

RATIOS = {"100gbase-r": "9dB", "radio-12": "9dB", "serial-115200": "6dB", "100base-tx": "13dB"}


def reported(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert status_of(["signal", *arguments, "--json"]) == OK
    captured = capsys.readouterr()
    assert captured.err == ""
    found: dict[str, Any] = json.loads(captured.out)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", PHYS)
def test_counted_symbols_agree_with_the_closed_form(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The serial line's closed form leaves out that votes of neighbours are independent: they are, three of sixteen."""
    report = reported(capsys, name, "--snr", RATIOS.get(name, "9dB"), "--frames", "3", "--octets", "200")
    counted = [entry for entry in report["symbols"] if entry["measured"] is not None]
    assert counted
    for entry in counted:
        tolerance = 0.15 * (entry["measured_high"] - entry["measured_low"])
        assert entry["measured_low"] - tolerance <= entry["symbol_error_rate"] <= entry["measured_high"] + tolerance, (
            entry
        )


@pytest.mark.slow
@pytest.mark.parametrize("fading", ["rayleigh", pytest.param("rician=6dB", marks=pytest.mark.long)])
def test_a_path_that_fades_has_the_mean_error_rate_of_the_closed_form(
    fading: str, capsys: pytest.CaptureFixture[str]
) -> None:
    report = reported(capsys, "radio-12", "--snr", "14dB", "--fading", fading, "--frames", "60", "--octets", "64")
    assert report["fading"] == fading
    counted = [entry for entry in report["symbols"] if entry["measured"] is not None]
    assert len(counted) == 4
    for entry in counted:
        assert entry["measured_low"] <= entry["symbol_error_rate"] <= entry["measured_high"]
    frames = report["frames"]
    assert frames["measured_low"] <= frames["frame_error_rate"] <= frames["measured_high"]


@pytest.mark.slow
def test_a_length_gives_the_ratio(capsys: pytest.CaptureFixture[str]) -> None:
    report = reported(capsys, "10gbase-r", "--length", "80km", "--frames", "1")
    assert report["snr_db"] == pytest.approx(16.94, abs=0.01)
    assert report["delay_ns"] == 391_791
    assert report["frames"]["damaged"] == 0


def test_an_ideal_converter_has_the_snr_of_the_rule(capsys: pytest.CaptureFixture[str]) -> None:
    report = reported(capsys, "adc", "--bits", "12", "--frequency", "33kHz")
    assert report["snr_db"] == pytest.approx(report["ideal_snr_db"], abs=0.2)
    assert report["enob_bits"] == pytest.approx(12.0, abs=0.05)


def test_jitter_bounds_a_converter(capsys: pytest.CaptureFixture[str]) -> None:
    report = reported(capsys, "adc", "--bits", "16", "--frequency", "400kHz", "--jitter", "1ns")
    assert report["snr_db"] == pytest.approx(report["jitter_limit_db"], abs=0.3)


@pytest.mark.slow
@pytest.mark.parametrize("what", ["10base-t", "radio-12", "adc"])
@pytest.mark.parametrize("suffix", ["svg", "png"])
def test_pictures_are_the_same_each_time_and_replace_themselves(what: str, suffix: str, tmp_path: Path) -> None:
    file = tmp_path / f"picture.{suffix}"
    command = ["signal", what, "--picture", str(file), *([] if what == "adc" else ["--frames", "1", "--octets", "64"])]
    assert status_of(command) == OK
    first = file.read_bytes()
    assert status_of(command) == OK, "Catenet wrote it, so it may replace it"
    assert file.read_bytes() == first
    if suffix == "svg":
        texts = " ".join(ET.fromstring(first).itertext())
        assert "Spectrum" in texts
    else:
        assert first.startswith(b"\x89PNG")


def test_a_picture_of_another_is_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "mine.png"
    file.write_bytes(b"mine")
    assert status_of(["signal", "adc", "--picture", str(file)]) == MISTAKE
    assert file.read_bytes() == b"mine"
    assert "--force" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["10bse-t"], "did you mean '10base-t'?"),
        (["10base-t", "--length", "5km"], "10base-t reaches from 0 to 185 m over a twisted pair"),
        (["10base-t", "--snr", "eleven"], "'eleven' is not a signal-to-noise ratio; write it like '17dB'"),
        (["10base-t", "--snr", "99dB"], "must lie between -20dB and 60dB"),
        (["radio-12", "--bits", "5"], "radio-12 is a PHY and does not take --bits"),
        (["10base-t", "--fading", "rayleigh"], "which does not fade; only a radio does: radio-12"),
        (["radio-12", "--fading", "rician"], "write rayleigh, or rician with its K factor, such as rician=6dB"),
        (["radio-12", "--fading", "rician=x"], "'x' is not a signal-to-noise ratio"),
        (["adc", "--fading", "rayleigh"], "adc does not take --fading"),
        (["adc", "--snr", "5dB"], "adc does not take --snr"),
        (["adc", "--frequency", "600kHz"], "the sine must be below half the sample rate, 500000 Hz"),
        (["adc", "--picture", "x.gif"], "must end in .svg or .png"),
    ],
)
def test_mistakes(arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of(["signal", *arguments]) == MISTAKE
    captured = capsys.readouterr()
    assert captured.out == ""
    assert says in captured.err
    assert len(captured.err.splitlines()) == 1
