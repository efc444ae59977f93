"""A claim held against what was measured. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from lab import stats

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lab.experiment import Claim
    from lab.interpreter import Interpreter
    from lab.machine import Machine


class Outcome(StrEnum):
    """What can be said of a claim, here."""

    HOLDS = "holds"
    REFUTED = "refuted"
    UNDECIDED = "undecided"
    NOT_APPLICABLE = "not-applicable"


class Reason(StrEnum):
    """Why a claim is undecided or not applicable; the words for it stand with the pages."""

    SPANS = "spans"  # the interval lies on both sides of the threshold
    BUSY = "busy"  # too few rounds were undisturbed
    NEEDS_GIL = "needs-gil"
    NEEDS_CORES = "needs-cores"
    NEEDS_METRIC = "needs-metric"  # this system cannot measure it
    TOO_SMALL = "too-small"  # a measurement of zero, of which no ratio can be taken


@dataclass(frozen=True)
class Verdict:
    """One claim, judged. The numbers are None where nothing was measured that could be judged."""

    claim: str
    outcome: Outcome
    reason: Reason | None
    ratio: float | None
    low: float | None
    high: float | None
    rounds: int  # that the ratio was taken from


def unmet(claim: Claim, machine: Machine, interpreter: Interpreter) -> Reason | None:
    """The first need of a claim that is not met here."""
    if claim.metric == "memory" and not machine.memory_measured:
        return Reason.NEEDS_METRIC
    for need in claim.needs:
        if need == "gil":
            if not interpreter.gil:
                return Reason.NEEDS_GIL
        elif machine.cores < int(need.removeprefix("cores>=")):
            return Reason.NEEDS_CORES
    return None


def judge(claim: Claim, of: Sequence[float], over: Sequence[float], wanted: int) -> Verdict:
    """Judge a claim by its pairs of measurements, of which `wanted` were to be made.

    Fewer are the sign of a busy machine: then, as without an interval, the ratio is told and the claim is undecided.
    """
    if not of:
        return Verdict(claim.id, Outcome.UNDECIDED, Reason.BUSY, None, None, None, 0)
    if min(*of, *over) <= 0:
        return Verdict(claim.id, Outcome.UNDECIDED, Reason.TOO_SMALL, None, None, None, len(of))
    found = stats.ratio(of, over)
    outcome: Outcome
    reason: Reason | None
    if len(of) < wanted or found.low is None or found.high is None:
        outcome, reason = Outcome.UNDECIDED, Reason.BUSY
    else:
        outcome, reason = side(claim, found.low, found.high)
    return Verdict(claim.id, outcome, reason, found.median, found.low, found.high, len(of))


def side(claim: Claim, low: float, high: float) -> tuple[Outcome, Reason | None]:
    """On which side of the claim's threshold an interval lies."""
    if claim.at_least is not None:
        past, short = low >= claim.at_least, high < claim.at_least
    else:
        assert claim.at_most is not None
        past, short = high <= claim.at_most, low > claim.at_most
    if past:
        return Outcome.HOLDS, None
    if short:
        return Outcome.REFUTED, None
    return Outcome.UNDECIDED, Reason.SPANS
