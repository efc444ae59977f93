"""Measurements as a reader sees them: rounded text, and the geometry of charts. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from lab import stats

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TOO_WIDE = 20  # times the smallest median: beyond it, an axis from zero would hide the small ones
LABEL_GAP = 8.0  # percent of a chart's height: a line of text
DIGITS = 3  # significant ones: more would claim more than an interval of some percent gives

SECONDS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))
BYTES = ((2.0**30, "GiB"), (2.0**20, "MiB"), (2.0**10, "KiB"), (1.0, "B"))


def rounded(value: float) -> str:
    """A number with three significant digits, or whole where that takes more."""
    if value == 0:
        return "0"
    value = float(f"{value:.{DIGITS}g}")  # first, or 0.9996 would become 1.000, and 1.0004 become 1.00
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


def measured(value: float, unit: str) -> str:
    """A value with its unit, which is "s", "B" or "" for a count: "12.3 ms", "24.1 MiB", "402"."""
    if unit == "s":
        return with_unit(value, SECONDS)
    return in_bytes(value) if unit == "B" else rounded(value)


def about(value: float) -> str:
    """A number with two significant digits and no more zeros than needed: "0.1", "340", "1,200"."""
    return f"{float(f'{value:.2g}'):,.10g}"


def tick(value: float, unit: str) -> str:
    """A round number on an axis: "0", "50 ms"."""
    units = {"s": SECONDS, "B": BYTES, "": ((1.0, ""),)}[unit]
    factor, name = next((each for each in units if value >= each[0]), units[-1])
    return f"{round(value / factor, 6):g} {name}".strip() if value else "0"


@dataclass(frozen=True)
class Axis:
    """Where values lie on an axis, in percent: from zero, or logarithmic between two round numbers."""

    low: float
    high: float
    logarithmic: bool
    ticks: tuple[float, ...]

    def position(self, value: float) -> float:
        """Percent of the way along the axis."""
        if not self.logarithmic:
            return round(100 * value / self.high, 2)
        span = math.log(self.high) - math.log(self.low)
        return round(100 * (math.log(max(value, self.low)) - math.log(self.low)) / span, 2)


def axis(values: Sequence[float], unit: str, *, logarithmic: bool) -> Axis:
    """An axis for values, which are above zero if it is logarithmic; its ticks are round numbers in their unit."""
    largest = max(values) or 1.0
    if logarithmic:
        base = 32.0 if unit == "B" else 10.0  # 1 KiB, 32 KiB, 1 MiB, …
        low, high = math.floor(math.log(min(values), base)), math.ceil(math.log(largest, base))
        high = max(high, low + 1)
        return Axis(base**low, base**high, True, tuple(base**power for power in range(low, high + 1)))  # noqa: FBT003
    factor = next((factor for factor, _ in BYTES if largest >= factor), 1.0) if unit == "B" else 1.0
    step = factor * tick_step(largest / factor)
    steps = math.ceil(largest / step)
    return Axis(0.0, steps * step, False, tuple(i * step for i in range(steps + 1)))  # noqa: FBT003


@dataclass(frozen=True)
class Strip:
    """One row of a chart: every sample as a dot. Positions are in percent of the width."""

    name: str
    dots: tuple[float, ...]
    median: float
    interval: tuple[float, float] | None  # of the median; None if there are too few samples
    value: float  # the median itself, in the unit of the samples


@dataclass(frozen=True)
class StripChart:
    """Rows of samples on one axis; from zero, so that lengths compare as values do, unless they differ too widely."""

    strips: tuple[Strip, ...]
    axis: Axis


def strip_chart(samples: Mapping[str, Sequence[float]], unit: str) -> StripChart | None:
    """A chart of samples by name, in seconds, bytes or counts ("s", "B", ""); None if a name has none."""
    if not samples or not all(samples.values()):
        return None
    everything = [value for values in samples.values() for value in values]
    medians = [median(values) for values in samples.values()]
    along = axis(everything, unit, logarithmic=min(everything) > 0 and max(medians) > TOO_WIDE * min(medians))
    return StripChart(
        tuple(
            Strip(
                name,
                tuple(map(along.position, values)),
                along.position(median(values)),
                bar(along, values),
                median(values),
            )
            for name, values in samples.items()
        ),
        along,
    )


def bar(along: Axis, values: Sequence[float]) -> tuple[float, float] | None:
    """The interval of the median on an axis; None if there are too few values for one."""
    found = stats.estimate(values)
    if found.low is None or found.high is None:
        return None
    return along.position(found.low), along.position(found.high)


@dataclass(frozen=True)
class Curve:
    """One program over a sweep: its samples, its medians, and where its name stands. Percent, from the lower left."""

    name: str
    dots: tuple[tuple[float, float], ...]
    line: tuple[tuple[float, float], ...]
    bars: tuple[tuple[float, float, float], ...]  # across, and the ends of the interval of the median there
    label: float


@dataclass(frozen=True)
class SweepChart:
    """Curves on two logarithmic axes."""

    curves: tuple[Curve, ...]
    across: tuple[tuple[float, float], ...]  # position, value of the sweep
    axis: Axis


def sweep_chart(samples: Mapping[str, Mapping[float, Sequence[float]]], unit: str) -> SweepChart | None:
    """A chart of samples by name and value of the sweep, all above zero; None if some are missing."""
    everything = [v for by_value in samples.values() for values in by_value.values() for v in values]
    whole = all(len(each) > 1 and all(each.values()) for each in samples.values())
    if not everything or min(everything) <= 0 or not whole:
        return None
    up = axis(everything, unit, logarithmic=True)
    swept = sorted({at for by_value in samples.values() for at in by_value})
    span = math.log(swept[-1]) - math.log(swept[0])
    across = {at: round(100 * (math.log(at) - math.log(swept[0])) / span, 2) for at in swept}
    lines = {
        name: tuple((across[at], up.position(median(values))) for at, values in by_value.items())
        for name, by_value in samples.items()
    }
    labels = spread({name: line[-1][1] for name, line in lines.items()}, LABEL_GAP)
    return SweepChart(
        tuple(
            Curve(
                name,
                tuple((across[at], up.position(v)) for at, values in by_value.items() for v in values),
                lines[name],
                tuple((across[at], *ends) for at, values in by_value.items() if (ends := bar(up, values))),
                labels[name],
            )
            for name, by_value in samples.items()
        ),
        tuple((across[at], at) for at in swept),
        up,
    )


def spread(positions: Mapping[str, float], gap: float) -> dict[str, float]:
    """Positions moved apart upwards until neighbours have a gap, so that labels do not cover each other."""
    moved: dict[str, float] = {}
    lowest = -math.inf
    for name, position in sorted(positions.items(), key=lambda item: item[1]):
        lowest = moved[name] = max(position, lowest + gap)
    return moved


def tick_step(largest: float) -> float:
    """A round step (1, 2 or 5 times a power of ten) that divides the axis into two to five parts."""
    power = 10.0 ** math.floor(math.log10(largest))
    for step in (power / 5, power / 2, power):
        if largest / step <= 5:
            return step
    return 2 * power
