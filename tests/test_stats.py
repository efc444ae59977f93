"""The arithmetic: medians, ratios and the exact interval."""

import math
import random
from statistics import median

import pytest
import scipy.stats  # type: ignore[import-untyped]  # the oracle, used nowhere else

from lab import stats


def test_the_interval_of_six_values_is_their_range() -> None:
    """The smallest number of values with an interval: 1 - 2/64 is 96.9 %."""
    found = stats.estimate([5, 1, 4, 2, 6, 3])
    assert (found.median, found.low, found.high) == (3.5, 1, 6)


@pytest.mark.parametrize("n", range(1, 6))
def test_under_six_values_there_is_no_interval(n: int) -> None:
    """Even the whole range of five encloses the median in 93.75 % only."""
    found = stats.estimate(list(range(n)))
    assert found.low is None
    assert found.high is None


@pytest.mark.parametrize("n", [6, 10, 20, 40, 101])
def test_the_interval_is_the_narrowest_that_is_wide_enough(n: int) -> None:
    """By its definition: P(binomial(n, 1/2) < r) on both sides is at most 5 %, and r + 1 would be too much."""
    r = stats.interval_rank(n)

    def outside(rank: int) -> float:
        return float(2 * sum(math.comb(n, k) for k in range(rank)) / 2**n)

    assert outside(r) <= 0.05 < outside(r + 1)


def test_the_interval_covers_the_median_as_often_as_it_says() -> None:
    """Of a skewed distribution, with twenty values, as a full campaign has them."""
    rng = random.Random(1)
    covered = 0
    for _ in range(2000):
        found = stats.estimate([rng.lognormvariate(0, 1) for _ in range(20)])
        assert found.low is not None
        assert found.high is not None
        covered += found.low <= 1 <= found.high
    assert covered / 2000 >= 0.94


@pytest.mark.parametrize("n", [6, 7, 8, 9, 11, 12, 15, 19, 20, 40])
def test_an_independent_implementation_agrees(n: int) -> None:
    """SciPy's test of a quantile gives the same two values, to the digit."""
    rng = random.Random(n)
    for _ in range(20):
        values = [rng.lognormvariate(0, 1) for _ in range(n)]
        oracle = scipy.stats.quantile_test(values, p=0.5).confidence_interval(stats.CONFIDENCE)
        found = stats.estimate(values)
        assert (found.low, found.high) == (oracle.low, oracle.high)


def coverage(rho: float, apart: int, campaigns: int = 2000) -> float:
    """How often the interval of 20 ratios encloses the true one where noise is correlated.

    Each round's logarithm of a ratio keeps `rho` of the last round's error; of all rounds of a campaign an experiment
    has every `apart`-th.
    """
    rng = random.Random(1)
    covered = 0
    for _ in range(campaigns):
        error, ratios = rng.gauss(0, 1), []
        for step in range(20 * apart):
            error = rho * error + math.sqrt(1 - rho**2) * rng.gauss(0, 1)
            if step % apart == 0:
                ratios.append(math.exp(0.1 * error))
        found = stats.ratio(ratios, [1.0] * len(ratios))
        assert found.low is not None
        assert found.high is not None
        covered += found.low <= 1 <= found.high
    return covered / campaigns


@pytest.mark.parametrize("rho", [0.0, 0.22, 0.36, 0.6])
def test_the_interval_keeps_its_word_while_neighbouring_rounds_are_correlated(rho: float) -> None:
    """Because the rounds of an experiment are spread over a campaign; a dozen timed experiments make one here."""
    assert coverage(rho, apart=12) >= 0.94  # 0.959, less four standard errors of 2000 campaigns


def test_in_a_row_the_interval_would_not_keep_its_word() -> None:
    """So that the check above can fail: the same noise, and no other experiments in between."""
    assert coverage(0.36, apart=1) < 0.9


def test_a_ratio_turned_round_is_its_inverse() -> None:
    """a/b and b/a tell the same story."""
    of, over = [2.0, 3.0, 5.0, 7.0, 11.0, 13.0], [1.0, 2.0, 2.0, 4.0, 4.0, 5.0]
    forth, back = stats.ratio(of, over), stats.ratio(over, of)
    assert forth.low is not None
    assert back.high is not None
    assert forth.median == pytest.approx(1 / back.median)
    assert forth.low == pytest.approx(1 / back.high)


def test_a_ratio_pairs_what_ran_in_the_same_round() -> None:
    """A slow spell that hits both programs of a round leaves the ratio alone."""
    spells = [1, 10, 1, 5, 1, 3]
    found = stats.ratio([2.0 * s for s in spells], [1.0 * s for s in spells])
    assert (found.median, found.low, found.high) == pytest.approx((2, 2, 2))
    assert median([2.0 * s for s in spells]) / median([1.0, 10, 1, 1, 1, 1]) != 2


@pytest.mark.parametrize("values", [[], [1.0, math.nan], [math.inf]])
def test_what_is_no_number_gives_no_estimate(values: list[float]) -> None:
    """No path turns a NaN into a figure."""
    with pytest.raises(ValueError, match="finite"):
        stats.estimate(values)


@pytest.mark.parametrize("of", [[0.0], [-1.0], [math.nan], [1.0, 2.0]])
def test_a_ratio_needs_pairs_above_zero(of: list[float]) -> None:
    """Neither zeros nor lists of unequal length."""
    with pytest.raises(ValueError, match=r"zero|zip|argument"):
        stats.ratio(of, [1.0])


@pytest.mark.parametrize(
    ("ratios", "crossing"),
    [
        ([0.5, 2.0], 10.0),
        ([2.0, 3.0], 1.0),
        ([0.5, 0.9], None),
        ([2.0, 0.5], None),
        ([0.5, 1.0], None),
        ([], None),
    ],
)
def test_a_crossing_is_where_the_curve_rises_past_one_for_good(ratios: list[float], crossing: float | None) -> None:
    """Half to double over two powers of ten: in the middle, on logarithmic axes."""
    found = stats.crossing([1.0, 100.0], ratios)
    assert found == (None if crossing is None else pytest.approx(crossing))
