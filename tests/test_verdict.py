"""Claims held against intervals, needs and the lack of rounds."""

from dataclasses import replace

import pytest

from lab import verdict
from lab.experiment import Claim
from lab.record import Round
from lab.verdict import Outcome, Reason
from tests.samples import AT_LEAST, INTERPRETER, MACHINE, control, record, rounds, run

AT_MOST = Claim("no-gain", "bad", metric="wall", over="better", at_most=1.2)


@pytest.mark.parametrize(
    ("claim", "low", "high", "outcome"),
    [
        (AT_LEAST, 1.3, 2.0, Outcome.HOLDS),
        (AT_LEAST, 1.29, 2.0, Outcome.UNDECIDED),
        (AT_LEAST, 1.0, 1.3, Outcome.UNDECIDED),
        (AT_LEAST, 1.0, 1.29, Outcome.REFUTED),
        (AT_MOST, 0.9, 1.2, Outcome.HOLDS),
        (AT_MOST, 0.9, 1.21, Outcome.UNDECIDED),
        (AT_MOST, 1.2, 1.3, Outcome.UNDECIDED),
        (AT_MOST, 1.21, 1.3, Outcome.REFUTED),
    ],
)
def test_the_whole_interval_decides(claim: Claim, low: float, high: float, outcome: Outcome) -> None:
    """Past the threshold, short of it, or across it."""
    assert verdict.side(claim, low, high)[0] is outcome


def test_twenty_clear_rounds_hold() -> None:
    """And the figures are those of the pairs."""
    judged = verdict.judge(AT_LEAST, [2.0] * 20, [1.0] * 20, wanted=20)
    assert (judged.outcome, judged.ratio, judged.low, judged.high, judged.rounds) == (
        Outcome.HOLDS,
        2,
        2,
        2,
        20,
    )


@pytest.mark.parametrize("n", [0, 1, 5, 6, 19])
def test_too_few_rounds_decide_nothing(n: int) -> None:
    """However clear the few are."""
    judged = verdict.judge(AT_LEAST, [2.0] * n, [1.0] * n, wanted=20)
    assert (judged.outcome, judged.reason) == (Outcome.UNDECIDED, Reason.BUSY)


def test_a_measurement_of_zero_decides_nothing() -> None:
    """CPU times may be zero where the system counts in ticks."""
    judged = verdict.judge(AT_LEAST, [1.0] * 20, [1.0] * 19 + [0.0], wanted=20)
    assert (judged.outcome, judged.reason) == (Outcome.UNDECIDED, Reason.TOO_SMALL)


@pytest.mark.parametrize(
    ("needs", "cores", "gil", "reason"),
    [
        (("gil",), 2.0, False, Reason.NEEDS_GIL),
        (("gil", "cores>=2"), 1.5, True, Reason.NEEDS_CORES),
        (("cores>=4",), 2.0, True, Reason.NEEDS_CORES),
        (("gil", "cores>=2"), 2.0, True, None),
    ],
)
def test_needs(needs: tuple[str, ...], cores: float, gil: bool, reason: Reason | None) -> None:  # noqa: FBT001
    """A claim says what it speaks of; elsewhere it is not applicable."""
    assert verdict.unmet(needs, replace(MACHINE, cores=cores), replace(INTERPRETER, gil=gil)) is reason


@pytest.mark.parametrize(
    ("need", "met"), [("python>=3.14", True), ("python>=3.15", False), ("python>=3.9", True), ("linux", True)]
)
def test_needs_of_a_version_and_a_system(need: str, met: bool) -> None:  # noqa: FBT001
    """3.9 is older than 3.14, though "3.9" is not the lesser word."""
    assert (verdict.unmet([need], MACHINE, replace(INTERPRETER, version="3.14.0rc1")) is None) == met
    assert verdict.unmet(["linux"], replace(MACHINE, system="Darwin"), INTERPRETER) is Reason.NEEDS_LINUX
    assert verdict.unmet(["fork"], replace(MACHINE, system="Windows"), INTERPRETER) is Reason.NEEDS_FORK
    assert verdict.unmet(["fork"], replace(MACHINE, system="Darwin"), INTERPRETER) is None
    assert verdict.unmet(["shm"], replace(MACHINE, shared_memory=False), INTERPRETER) is Reason.NEEDS_SHM
    assert verdict.unmet(["shm"], MACHINE, INTERPRETER) is None


def test_memory_needs_a_system_that_tells_it() -> None:
    """Elsewhere nothing is made up for it."""
    made = record(rounds([(2.0, 1.0)] * 20), [replace(AT_LEAST, metric="memory")])
    assert made.verdicts[0].reason is Reason.BUSY
    elsewhere = replace(made, machine=replace(MACHINE, memory_measured=False))
    assert (elsewhere.verdicts[0].outcome, elsewhere.verdicts[0].reason) == ("not-applicable", "needs-metric")


def test_a_claim_about_a_program_that_cannot_run_here() -> None:
    """Is not applicable, for that program's reason."""
    made = replace(record(rounds([(2.0, 1.0)] * 20)), skipped={"bad": "needs-python"})
    assert (made.verdicts[0].outcome, made.verdicts[0].reason) == ("not-applicable", "needs-python")


HANGS = Claim("it-hangs", "bad", outcome="segfault", expected="hangs")


@pytest.mark.parametrize(
    ("found", "outcome", "reason"),
    [
        (["hangs"] * 3, Outcome.HOLDS, None),
        (["survives"] * 3, Outcome.REFUTED, None),
        (["hangs", "hangs", "survives"], Outcome.UNDECIDED, Reason.VARIES),
        (["hangs"] * 2, Outcome.UNDECIDED, Reason.BUSY),
        ([], Outcome.UNDECIDED, Reason.BUSY),
    ],
)
def test_what_happened_decides_if_it_happened_every_time(
    found: list[str], outcome: Outcome, reason: Reason | None
) -> None:
    """Three rounds that agree."""
    made = [
        Round("outcomes", (replace(run("bad", 1.0, foreign=0.9), outcomes={"segfault": each}), run("better", 1.0)))
        for each in found
    ]
    judged = replace(record(made, [HANGS]), kind="outcomes", outcomes=("segfault",)).verdicts[0]
    assert (judged.outcome, judged.reason) == (outcome, reason)


def test_a_first_look_of_three_rounds_says_so() -> None:
    """As many as were asked for, and still too few for an interval: no fault of the machine."""
    judged = verdict.judge(AT_LEAST, [2.0] * 3, [1.0] * 3, 3)
    assert (judged.outcome, judged.reason, judged.low) == (Outcome.UNDECIDED, Reason.FEW, None)


def test_rounds_beside_a_busy_neighbour_do_not_count() -> None:
    """The same samples: undisturbed they hold, disturbed they say nothing."""
    pairs = [(2.0, 1.0)] * 20
    quiet, busy = record(rounds(pairs)), record(rounds(pairs, foreign=0.06))
    assert quiet.verdicts[0].outcome is Outcome.HOLDS
    assert (busy.verdicts[0].outcome, busy.verdicts[0].reason) == (Outcome.UNDECIDED, Reason.BUSY)


@pytest.mark.parametrize(("stopped", "reason"), [(21, Reason.THROTTLED), (10, Reason.BUSY)])
def test_rounds_that_the_quota_stopped_do_not_count(stopped: int, reason: Reason) -> None:
    """It is the reason if without them too few are left, however quiet the machine; else the neighbours are."""
    halted = [Round("timed", (run("bad", 2.0, throttled=1), run("better", 1.0)))] * stopped
    disturbed = rounds([(2.0, 1.0)] * (40 - 19 - stopped), foreign=0.5)
    made = record([*rounds([(2.0, 1.0)] * 19), *halted, *disturbed])
    assert (made.verdicts[0].outcome, made.verdicts[0].reason) == (Outcome.UNDECIDED, reason)
    short = (*control(valid=49), *halted * 3, *rounds([(2.0, 1.0)] * (100 - 49 - 3 * stopped), foreign=0.5))
    made = record(rounds([(2.0, 1.0)] * 20), controlled_by=short)
    assert (made.verdicts[0].outcome, made.verdicts[0].reason) == (Outcome.UNDECIDED, reason)


@pytest.mark.parametrize(
    ("controlled_by", "outcome", "reason"),
    [
        (control(1.0), Outcome.HOLDS, None),
        (control(1.05), Outcome.HOLDS, None),
        (control(0.95), Outcome.HOLDS, None),
        (control(1.06), Outcome.UNDECIDED, Reason.CONTROL),
        (control(0.94), Outcome.UNDECIDED, Reason.CONTROL),
        (control(1.0, valid=49), Outcome.UNDECIDED, Reason.BUSY),
        (control(1.0, foreign=0.5), Outcome.UNDECIDED, Reason.BUSY),
        ((), Outcome.UNDECIDED, Reason.BUSY),
    ],
)
def test_a_control_that_differs_from_itself_leaves_nothing_timed_decided(
    controlled_by: tuple[Round, ...], outcome: Outcome, reason: Reason | None
) -> None:
    """However clear the ratios themselves are; the ratio is told, and what is counted does not depend on it."""
    judged = record(rounds([(2.0, 1.0)] * 20), controlled_by=controlled_by).verdicts[0]
    assert (judged.outcome, judged.reason) == (outcome, reason)
    assert judged.ratio == pytest.approx(2)
    memory = replace(AT_LEAST, metric="memory")
    made = [Round("memory", (run("bad", 1.0, memory=200), run("better", 1.0, memory=100)))] * 6
    assert record(made, [memory], controlled_by=controlled_by).verdicts[0].outcome is Outcome.HOLDS


def test_warm_ups_and_memory_rounds_give_no_times() -> None:
    """Only timed rounds do."""
    made = record([*rounds([(9.0, 1.0)], "warm-up"), *rounds([(9.0, 1.0)] * 6, "memory"), *rounds([(2.0, 1.0)] * 20)])
    assert made.verdicts[0].high == 2
    assert made.verdicts[0].rounds == 20


def test_a_refuted_claim_is_refuted() -> None:
    """The check can fail."""
    assert record(rounds([(1.0, 1.0)] * 20)).verdicts[0].outcome is Outcome.REFUTED
