"""Arithmetic on lists of numbers. Pure: no clock, no file, no seed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Estimate:
    """A median with its interval; without one (`low` and `high` None) where there are too few values."""

    median: float
    low: float | None
    high: float | None


def estimate(values: Sequence[float]) -> Estimate:
    """The median and its exact order-statistic interval of at least 95 %.

    The number of values below the true median is binomial with p = 1/2, whatever the distribution; so the r-th smallest
    and the r-th largest value enclose it with a probability that a sum of binomial coefficients gives exactly.
    Under six values no pair of them is wide enough.

    Raises ValueError if there is no value, or one that is not a finite number.
    """
    if not values or not all(map(math.isfinite, values)):
        raise ValueError("an estimate needs values, and every one of them finite")
    ordered = sorted(values)
    r = interval_rank(len(ordered))
    if r == 0:
        return Estimate(median(ordered), None, None)
    return Estimate(median(ordered), ordered[r - 1], ordered[-r])


@cache
def interval_rank(n: int) -> int:
    """The largest r so that the r-th smallest and the r-th largest of n values enclose the median with 95 %, or 0."""
    r = 0
    while 2 * sum(math.comb(n, k) for k in range(r + 1)) / 2**n <= 1 - CONFIDENCE:
        r += 1
    return r


def ratio(of: Sequence[float], over: Sequence[float]) -> Estimate:
    """The median ratio of pairs and its interval, on the scale of logarithms: a/b and b/a are then equally far from 1.

    Raises ValueError if the two are not of one length, or hold a number that is not above zero.
    """
    if not all(value > 0 for value in (*of, *over)):
        raise ValueError("a ratio needs numbers above zero")
    logs = estimate([math.log(a / b) for a, b in zip(of, over, strict=True)])
    return Estimate(
        math.exp(logs.median),
        None if logs.low is None else math.exp(logs.low),
        None if logs.high is None else math.exp(logs.high),
    )


def crossing(at: Sequence[float], ratios: Sequence[float]) -> float | None:
    """Where a curve of ratios rises past 1 for good, interpolated on logarithmic axes; None if it does not.

    `at` are the rising values of a sweep, all above zero; `ratios` the median ratio at each. The first value is the
    answer where the curve is above 1 throughout.
    """
    if not ratios or ratios[-1] <= 1:
        return None
    below = [i for i, ratio_ in enumerate(ratios) if ratio_ <= 1]
    if not below:
        return at[0]
    i = below[-1]
    part = -math.log(ratios[i]) / (math.log(ratios[i + 1]) - math.log(ratios[i]))
    return math.exp(math.log(at[i]) + part * (math.log(at[i + 1]) - math.log(at[i])))
