"""Measurements as text, and the geometry of the chart."""

import pytest

from lab import figures


@pytest.mark.parametrize(
    ("value", "metric", "text"),
    [
        (1.2345, "wall", "1.23 s"),
        (0.0612, "wall", "61.2 ms"),
        (0.000_001_86, "cpu", "1.86 µs"),
        (0.9996, "wall", "1.00 s"),
        (25_300_000, "memory", "24.1 MiB"),
        (402.0, "switches", "402"),
        (12345.0, "switches", "12,300"),
        (0.0, "switches", "0"),
    ],
)
def test_three_digits_and_a_unit(value: float, metric: str, text: str) -> None:
    """Small and large, each in the unit that fits."""
    assert figures.measured(value, metric) == text


@pytest.mark.parametrize(
    ("largest", "step"), [(0.247, 0.05), (1.0, 0.2), (0.09, 0.02), (3.1, 1.0), (4.9, 1.0), (7.0, 2.0)]
)
def test_an_axis_has_few_and_round_steps(largest: float, step: float) -> None:
    """Two to five of them."""
    assert figures.tick_step(largest) == pytest.approx(step)


def test_a_chart_starts_at_zero_and_shows_every_sample() -> None:
    """So that lengths compare as values do."""
    chart = figures.strip_chart({"bad": [2.0, 4.0, 3.0], "better": [1.0, 1.0, 1.0]})
    assert chart
    bad, better = chart.strips
    assert chart.ticks[0] == (0, 0)
    assert chart.ticks[-1][0] == 100
    assert len(bad.dots) == 3
    assert bad.median == pytest.approx(3 * better.median)
    assert all(0 <= dot <= 100 for strip in chart.strips for dot in strip.dots)


def test_without_samples_there_is_no_chart() -> None:
    """Rather than an empty one."""
    assert figures.strip_chart({"bad": [1.0], "better": []}) is None
