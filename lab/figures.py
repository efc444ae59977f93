"""Measurements as a reader sees them: rounded text, and the geometry of charts. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DIGITS = 3  # significant ones: more would claim more than an interval of some percent gives

SECONDS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))
BYTES = ((2.0**30, "GiB"), (2.0**20, "MiB"), (2.0**10, "KiB"), (1.0, "B"))


def rounded(value: float) -> str:
    """A number with three significant digits, or whole where that takes more."""
    if value == 0:
        return "0"
    decimals = DIGITS - 1 - math.floor(math.log10(abs(value)))
    return f"{round(value, decimals):,.{max(0, decimals)}f}"


def with_unit(value: float, units: Sequence[tuple[float, str]]) -> str:
    """A number in the largest unit that leaves it at least 1."""
    value = float(f"{value:.{DIGITS}g}")  # first, or 999.6 ms would become 1,000 ms
    factor, unit = next(((factor, unit) for factor, unit in units if abs(value) >= factor), units[-1])
    return f"{rounded(value / factor)} {unit}"


def in_bytes(value: float) -> str:
    """Bytes, as "24.1 MiB"."""
    return with_unit(value, BYTES)


def measured(value: float, metric: str) -> str:
    """A value of a metric with its unit: "12.3 ms", "24.1 MiB", "402"."""
    if metric in {"wall", "cpu"}:
        return with_unit(value, SECONDS)
    if metric == "memory":
        return in_bytes(value)
    return rounded(value)


def tick(value: float) -> str:
    """A round number of seconds on an axis: "0", "50 ms"."""
    factor, unit = next((each for each in SECONDS if value >= each[0]), SECONDS[-1])
    return f"{round(value / factor, 6):g} {unit}" if value else "0"


@dataclass(frozen=True)
class Strip:
    """One row of a chart: every sample as a dot. Positions are in percent of the width, from zero at the left."""

    name: str
    dots: tuple[float, ...]
    median: float
    value: float  # the median itself, in the unit of the samples


@dataclass(frozen=True)
class StripChart:
    """Rows of samples on one axis that starts at zero, so that lengths compare as the values do."""

    strips: tuple[Strip, ...]
    ticks: tuple[tuple[float, float], ...]  # position in percent, value


def strip_chart(samples: Mapping[str, Sequence[float]]) -> StripChart | None:
    """A chart of samples by name; None if there is no sample."""
    if not all(samples.values()):
        return None
    largest = max(max(values) for values in samples.values())
    step = tick_step(largest)
    end = math.ceil(largest / step) * step

    def position(value: float) -> float:
        return round(100 * value / end, 2)

    return StripChart(
        tuple(
            Strip(name, tuple(map(position, values)), position(median(values)), median(values))
            for name, values in samples.items()
        ),
        tuple((position(i * step), i * step) for i in range(round(end / step) + 1)),
    )


def tick_step(largest: float) -> float:
    """A round step (1, 2 or 5 times a power of ten) that divides the axis into two to five parts."""
    power = 10.0 ** math.floor(math.log10(largest))
    for step in (power / 5, power / 2, power):
        if largest / step <= 5:
            return step
    return 2 * power
