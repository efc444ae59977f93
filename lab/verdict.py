"""A claim held against what was measured. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from lab import stats
from lab.interpreter import PACKAGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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
    THROTTLED = "throttled"  # the quota stopped the programs in so many rounds that too few are left
    FEW = "few"  # too few rounds were asked for
    CONTROL = "control"  # the campaign found a difference between a program and itself
    NEEDS_GIL = "needs-gil"
    NEEDS_NO_GIL = "needs-no-gil"
    NEEDS_CORES = "needs-cores"
    NEEDS_LINUX = "needs-linux"
    NEEDS_FORK = "needs-fork"
    NEEDS_SHM = "needs-shm"
    NEEDS_PYTHON = "needs-python"
    NEEDS_NUMPY = "needs-numpy"
    NEEDS_PSUTIL = "needs-psutil"
    NEEDS_METRIC = "needs-metric"  # this system cannot measure it
    VARIES = "varies"  # the outcome was not the same in every round
    TOO_SMALL = "too-small"  # a measurement of zero, of which no ratio can be taken


@dataclass(frozen=True)
class Verdict:
    """One claim, judged. What could not be had is None."""

    claim: str
    outcome: Outcome
    reason: Reason | None = None
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    found: str | None = None  # what happened, where the claim is about that
    rounds: int = 0  # that it rests on


def unmet(needs: Iterable[str], machine: Machine, interpreter: Interpreter) -> Reason | None:
    """The first of some needs that is not met here."""
    for need in needs:
        kind, _, number = need.partition(">=")
        if kind == "gil" and not interpreter.gil:
            return Reason.NEEDS_GIL
        if kind == "no-gil" and interpreter.gil:
            return Reason.NEEDS_NO_GIL
        if kind == "linux" and machine.system != "Linux":
            return Reason.NEEDS_LINUX
        if kind == "fork" and machine.system == "Windows":
            return Reason.NEEDS_FORK
        if kind == "shm" and not machine.shared_memory:
            return Reason.NEEDS_SHM
        if kind == "cores" and machine.cores < int(number):
            return Reason.NEEDS_CORES
        if kind == "python" and as_numbers(interpreter.version)[:2] < as_numbers(number):
            return Reason.NEEDS_PYTHON
        if kind in PACKAGES and kind not in interpreter.packages:
            return {"numpy": Reason.NEEDS_NUMPY, "psutil": Reason.NEEDS_PSUTIL}[kind]
    return None


def as_numbers(version: str) -> tuple[int, ...]:
    """A version's leading numbers, which compare as versions do: "3.14.0rc1" is (3, 14, 0)."""
    return tuple(int(number) for number in re.findall(r"(?:^|\.)([0-9]+)", version))


def judge_outcome(claim: Claim, found: Sequence[str], wanted: int) -> Verdict:
    """Judge a claim about what happens by what did happen, in the `wanted` rounds that were to be made."""
    if len(found) < wanted:
        return Verdict(claim.id, Outcome.UNDECIDED, Reason.BUSY, rounds=len(found))
    if len(set(found)) > 1:
        return Verdict(
            claim.id, Outcome.UNDECIDED, Reason.VARIES, found=" / ".join(sorted(set(found))), rounds=len(found)
        )
    outcome = Outcome.HOLDS if found[0] == claim.expected else Outcome.REFUTED
    return Verdict(claim.id, outcome, found=found[0], rounds=len(found))


def judge(claim: Claim, of: Sequence[float], over: Sequence[float], wanted: int) -> Verdict:
    """Judge a claim by its pairs of measurements, of which `wanted` were to be made.

    Fewer are the sign of a busy machine: then, as without an interval, the ratio is told and the claim is undecided.
    """
    if not of:
        return Verdict(claim.id, Outcome.UNDECIDED, Reason.BUSY)
    if min(*of, *over) <= 0:
        return Verdict(claim.id, Outcome.UNDECIDED, Reason.TOO_SMALL, rounds=len(of))
    found = stats.ratio(of, over)
    outcome: Outcome
    reason: Reason | None
    if len(of) < wanted:
        outcome, reason = Outcome.UNDECIDED, Reason.BUSY
    elif found.low is None or found.high is None:
        outcome, reason = Outcome.UNDECIDED, Reason.FEW
    else:
        outcome, reason = side(claim, found.low, found.high)
    return Verdict(claim.id, outcome, reason, found.median, found.low, found.high, rounds=len(of))


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
