from __future__ import annotations

from catenet.view.figures import figure_lines


def test_each_figure_has_the_unit_that_its_name_ends_with() -> None:
    figures = {
        "bench": "dumbbell",
        "goodput_bit_s": 94_120_000.0,
        "utilisation": 0.934,
        "segments": 81_244,
        "wall_s": 0.7311,
        "us_per_segment": 8.42,
        "ratio": 0.7123,
        "missing": None,
    }
    lines = figure_lines(figures)
    assert len({len(line) for line in lines}) == 1
    assert [" ".join(line.split()) for line in lines] == [
        "bench dumbbell",
        "goodput 94.1 Mbit/s",
        "utilisation 93.4%",
        "segments 81,244",
        "wall time 0.73 s",
        "time per segment 8.42 µs",
        "ratio 0.71",
        "missing -",
    ]
