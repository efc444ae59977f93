"""Measurements as text, and the geometry of the chart."""

import pytest

from lab import figures


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1.2345, "s", "1.23 s"),
        (0.0612, "s", "61.2 ms"),
        (0.000_001_86, "s", "1.86 µs"),
        (0.9996, "s", "1.00 s"),
        (25_300_000, "B", "24.1 MiB"),
        (402.0, "", "402"),
        (12345.0, "", "12,300"),
        (0.0, "", "0"),
    ],
)
def test_three_digits_and_a_unit(value: float, unit: str, text: str) -> None:
    """Small and large, each in the unit that fits."""
    assert figures.measured(value, unit) == text


@pytest.mark.parametrize(("value", "text"), [(0.9996, "1.00"), (1.0004, "1.00"), (0.998, "0.998"), (99.96, "100")])
def test_a_ratio_has_three_digits_on_either_side_of_one(value: float, text: str) -> None:
    """No 1.000 beside a 1.00."""
    assert figures.rounded(value) == text


@pytest.mark.parametrize(
    ("largest", "step"), [(0.247, 0.05), (1.0, 0.2), (0.09, 0.02), (3.1, 1.0), (4.9, 1.0), (7.0, 2.0)]
)
def test_an_axis_has_few_and_round_steps(largest: float, step: float) -> None:
    """Two to five of them."""
    assert figures.tick_step(largest) == pytest.approx(step)


def test_a_chart_starts_at_zero_and_shows_every_sample() -> None:
    """So that lengths compare as values do."""
    chart = figures.strip_chart({"bad": [2.0, 4.0, 3.0], "better": [1.0, 1.0, 1.0]}, "s")
    assert chart
    bad, better = chart.strips
    assert not chart.axis.logarithmic
    assert chart.axis.ticks[0] == 0
    assert chart.axis.position(chart.axis.ticks[-1]) == 100
    assert len(bad.dots) == 3
    assert bad.median == pytest.approx(3 * better.median)
    assert all(0 <= dot <= 100 for strip in chart.strips for dot in strip.dots)
    assert bad.interval is None, "three samples have none"
    chart = figures.strip_chart({"bad": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]}, "s")
    assert chart
    (bad,) = chart.strips
    assert bad.interval == (min(bad.dots), max(bad.dots))


def test_what_differs_too_widely_is_drawn_on_a_logarithmic_axis() -> None:
    """Between powers of ten; each tenfold is as long as the other."""
    chart = figures.strip_chart({"task": [2e-6], "thread": [2e-4], "process": [2e-2]}, "s")
    assert chart
    assert chart.axis.logarithmic
    task, thread, process = (strip.median for strip in chart.strips)
    assert thread - task == pytest.approx(process - thread, abs=0.1)
    assert 0 < task < process < 100


def test_without_samples_there_is_no_chart() -> None:
    """Rather than an empty one."""
    assert figures.strip_chart({"bad": [1.0], "better": []}, "s") is None
    assert figures.sweep_chart({"bad": {1: [1.0], 4: []}}, "s") is None
    assert figures.sweep_chart({"bad": {1: [1.0], 4: [0.0]}}, "s") is None
    assert figures.sweep_chart({"bad": {1: [1.0], 4: [1.0]}, "better": {4: [1.0]}}, "s") is None


def test_the_ticks_of_an_axis_of_bytes_are_round_in_their_unit() -> None:
    """No 4.88281 KiB: from zero, and on a logarithmic axis."""
    chart = figures.strip_chart({"thread": [16.6 * 1024], "task": [7.1 * 1024]}, "B")
    assert chart
    assert [figures.tick(value, "B") for value in chart.axis.ticks] == ["0", "5 KiB", "10 KiB", "15 KiB", "20 KiB"]
    chart = figures.strip_chart({"process": [9.5 * 2**20], "task": [700.0]}, "B")
    assert chart
    assert [figures.tick(value, "B") for value in chart.axis.ticks] == ["32 B", "1 KiB", "32 KiB", "1 MiB", "32 MiB"]


def test_a_sweep_is_drawn_with_every_sample_and_labels_that_do_not_touch() -> None:
    """The curves end close together; their names do not."""
    chart = figures.sweep_chart({"a": {1: [1.0, 1.2], 10: [10.0]}, "b": {1: [2.0], 10: [10.1, 10.1]}}, "s")
    assert chart
    a, b = chart.curves
    assert (len(a.dots), len(b.dots)) == (3, 3)
    assert (a.bars, b.bars) == ((), ())
    wide = figures.sweep_chart({"a": {1: [1.0] * 5 + [2.0], 10: [10.0]}}, "s")
    assert wide
    assert wide.curves[0].bars == ((0, wide.axis.position(1.0), wide.axis.position(2.0)),)
    assert [position for position, _ in chart.across] == [0, 100]
    assert abs(a.label - b.label) >= figures.LABEL_GAP


@pytest.mark.parametrize(
    ("value", "unit", "text"), [(0, "s", "0"), (0.05, "s", "50 ms"), (2.0**20, "B", "1 MiB"), (100, "", "100")]
)
def test_ticks_are_round(value: float, unit: str, text: str) -> None:
    """Without digits that say nothing."""
    assert figures.tick(value, unit) == text
