"""A campaign with programs that are made up: its order, its gate, its deadlines and what breaks it."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from lab import bench
from lab.errors import LabError
from lab.experiment import Claim, Crossing, Experiment
from lab.record import PROFILES, Record
from lab.runner import Measured
from lab.store import Store
from tests.samples import AT_LEAST, INTERPRETER, MACHINE

if TYPE_CHECKING:
    from pathlib import Path

QUICK = PROFILES["quick"]


class FakeRunner:
    """Programs whose times are given, on a machine whose neighbours are given too."""

    def __init__(self, foreign: float = 0.0) -> None:
        """Every run is disturbed by `foreign`."""
        self.foreign = foreign
        self.runs: list[tuple[str, str, float, bool]] = []  # experiment, program, deadline, watched; no control
        self.controls: list[int] = []  # how many runs there were before each of the control
        self.arguments: list[dict[str, Any]] = []
        self.results: dict[str, Any] = {}
        self.seconds: dict[str, float] = {}

    def run(self, program: Path, arguments: dict[str, Any], deadline: float, *, server: bool, watch: bool) -> Measured:
        """Take no time at all."""
        assert not server
        if program.stem == "control":
            self.controls.append(len(self.runs))
            sample = {"wall": 1.0, "user": 1.0, "system": 0.0, "switches": 1, "load": 0.0, "result": 1}
            return Measured(sample, 1.0, self.foreign, 0, None)
        self.arguments.append(arguments)
        self.runs.append((program.parent.name, program.stem, deadline, watch))
        result = self.results.get(program.stem, [1])
        if isinstance(result, Exception):
            raise result
        wall = 2.0 if program.stem == "bad" else 1.0
        sample = {"wall": wall, "user": wall, "system": 0.0, "switches": 1, "load": 0.1, "result": result}
        return Measured(sample, self.seconds.get(program.stem, wall), self.foreign, 0, 4096 if watch else None)


class Log:
    """An observer that remembers."""

    def __init__(self) -> None:
        """Nothing has happened yet."""
        self.left: list[float | None] = []
        self.records: list[Record] = []
        self.broken_ones: list[str] = []

    def round_done(self, experiment: str, done: int, total: int, seconds_left: float | None) -> None:
        """Remember how long it was said to take."""
        assert 1 <= done <= total, experiment
        self.left.append(seconds_left)

    def measured(self, record: Record) -> None:
        """Remember a record."""
        self.records.append(record)

    def broken(self, experiment: str, sentence: str) -> None:
        """Remember a broken experiment."""
        self.broken_ones.append(experiment)


def experiment_in(folder: Path, name: str) -> Experiment:
    """An experiment of two programs."""
    (folder / name).mkdir()
    for file in ("bad.py", "better.py", "experiment.toml"):
        (folder / name / file).write_text(name)
    return Experiment(name, folder / name, ("bad", "better"), (AT_LEAST,), shows=("wall", "memory"))


def campaign(
    folder: Path, runner: FakeRunner, names: tuple[str, ...] = ("one",), profile: str = "quick", **changes: Any
) -> tuple[Log, list[str], Store]:
    """Run a campaign over experiments made for it, changed as asked."""
    log, store = Log(), Store(MACHINE, INTERPRETER, folder / "records")
    experiments = [replace(experiment_in(folder, name), **changes) for name in names]
    now = datetime(2026, 11, 22, tzinfo=UTC)
    broken = bench.campaign(experiments, PROFILES[profile], store, runner, log, random.Random(3), lambda: now)
    return log, broken, store


def test_a_quiet_campaign_makes_just_the_rounds_it_needs(tmp_path: Path) -> None:
    """Memory, then time; and the record can be read back."""
    log, broken, store = campaign(tmp_path, runner := FakeRunner())
    (record,) = log.records
    assert broken == []
    assert [r.kind for r in record.rounds] == [*["memory"] * QUICK.memory, *["timed"] * QUICK.timed]
    assert len(runner.runs) == 2 * len(record.rounds)
    assert [watched for *_, watched in runner.runs] == [r.kind == "memory" for r in record.rounds for _ in r.runs]
    assert store.read(next((tmp_path / "records").glob("*.json"))) == record
    assert record.verdicts[0].outcome == "holds"


def test_what_is_timed_is_warm_before(tmp_path: Path) -> None:
    """Each program has run once, at one value of the sweep, in a round that never counts."""
    log, _, _ = campaign(tmp_path, FakeRunner(), parameter="size", sweep=(1, 4), shows=("wall",), claims=())
    warm_up, *others = log.records[0].rounds
    assert (warm_up.kind, warm_up.valid) == ("warm-up", False)
    assert sorted((run.program, run.at) for run in warm_up.runs) == [("bad", 1), ("better", 1)]
    assert {round_.kind for round_ in others} == {"timed"}


def test_a_first_look_measures_only_what_claims_compare(tmp_path: Path) -> None:
    """The curve, its crossings and what no claim is about wait for the full profile."""
    claims = (replace(AT_LEAST, at=3), replace(AT_LEAST, id="other", of="better", over="bad", at=5))
    crossing = Crossing("crosses", "wall", "bad", "better")
    given: dict[str, Any] = {"parameter": "size", "sweep": (1, 3, 5), "shows": ("wall",), "crossings": (crossing,)}
    for profile, values, crossings in (("quick", (3, 5), ()), ("full", (1, 3, 5), (crossing,))):
        (folder := tmp_path / profile).mkdir()
        log, _, store = campaign(folder, FakeRunner(), profile=profile, **given, claims=claims)
        (record,) = log.records
        assert (record.sweep, record.crossings, record.programs) == (values, crossings, ("bad", "better"))
        assert {run.at for round_ in record.rounds[1:] for run in round_.runs} == set(values)
        assert store.read(next(store.folder.glob("*.json"))) == record
    log, _, _ = campaign(tmp_path, FakeRunner(), claims=(replace(AT_LEAST, over="bad"),), shows=("wall",))
    assert (log.records[0].programs, log.records[0].values("better", "wall")) == (("bad",), [])


def test_a_first_look_asks_once_what_happens(tmp_path: Path) -> None:
    """And goes on for the sake of ratios alone."""
    happens = Claim("happens", "bad", outcome="updates", expected="lost")
    compares = replace(AT_LEAST, of="better", over="better")
    for profile, times in (("quick", 1), ("full", 20)):
        (folder := tmp_path / profile).mkdir()
        runner = FakeRunner()
        runner.results = {"bad": {"updates": "lost"}, "better": {}}
        claims = (happens, compares)
        log, _, _ = campaign(folder, runner, profile=profile, shows=(), outcomes=("updates",), claims=claims)
        (record,) = log.records
        ran = [run.program for round_ in record.rounds if round_.kind == "timed" for run in round_.runs]
        assert (ran.count("bad"), ran.count("better")) == (times, PROFILES[profile].timed)
        assert record.verdicts[0].outcome == "holds"


def test_the_control_is_spread_over_the_campaign_and_kept_with_each_record(tmp_path: Path) -> None:
    """One program twice a round, after a warm-up of its own."""
    for profile in ("quick", "full"):
        (folder := tmp_path / profile).mkdir()
        log, _, _ = campaign(folder, runner := FakeRunner(), ("one", "two"), profile=profile)
        first, second = log.records
        assert first.control == second.control
        assert [round_.kind for round_ in first.control] == ["warm-up", *["timed"] * PROFILES[profile].control]
        assert (first.controlled and first.controlled.median, first.control_rejected) == (1.0, 0)
        thirds = [
            sum(low < runs <= low + len(runner.runs) / 3 for runs in runner.controls)
            for low in (0, len(runner.runs) / 3, len(runner.runs) * 2 / 3)
        ]
        assert min(thirds) >= len(runner.controls) / 4


def test_what_is_not_timed_needs_no_control(tmp_path: Path) -> None:
    """So none is run."""
    log, _, _ = campaign(tmp_path, runner := FakeRunner(), profile="full", rounds="counted", shows=("wall",))
    assert (log.records[0].control, runner.controls) == ((), [])
    assert log.records[0].verdicts[0].outcome == "holds"


def test_rounds_go_round_robin_over_the_experiments(tmp_path: Path) -> None:
    """A slow minute falls on all of them."""
    campaign(tmp_path, runner := FakeRunner(), ("one", "two"))
    assert [name for name, *_ in runner.runs] == ["one", "one", "two", "two"] * (len(runner.runs) // 4)


def test_the_order_within_a_round_is_random(tmp_path: Path) -> None:
    """Neither program is always the first."""
    campaign(tmp_path, runner := FakeRunner(), profile="full")
    first = [program for _, program, *_ in runner.runs[::2]]
    assert 5 < first.count("bad") < len(first) - 5


def test_beside_a_busy_neighbour_the_attempts_end(tmp_path: Path) -> None:
    """The number of attempts is fixed; what they gave is kept, and decides nothing."""
    log, _, _ = campaign(tmp_path, FakeRunner(foreign=0.2), profile="full")
    (record,) = log.records
    assert record.attempts == PROFILES["full"].attempts
    assert (record.verdicts[0].outcome, record.verdicts[0].reason) == ("undecided", "busy")


def test_the_deadline_follows_the_program(tmp_path: Path) -> None:
    """Ten seconds at first and at least; ten times the median of a slow program."""
    runner = FakeRunner()
    runner.seconds = {"bad": 3.0, "better": 0.1}
    campaign(tmp_path, runner)
    deadlines = {program: [d for _, p, d, _ in runner.runs if p == program] for program in ("bad", "better")}
    assert deadlines["bad"][0] == 10
    assert set(deadlines["bad"][1:]) == {30}
    assert set(deadlines["better"]) == {10}


def test_unequal_results_are_no_measurement(tmp_path: Path) -> None:
    """The sentence says who returned what."""
    runner = FakeRunner()
    runner.results = {"better": [2]}
    log, (sentence,), store = campaign(tmp_path, runner)
    assert "returned [2]" in sentence
    assert "returned [1]" in sentence
    assert log.records == []
    assert not list(store.folder.glob("*.json"))


def test_what_happened_is_told_in_a_word(tmp_path: Path) -> None:
    """That no terminal obeys and that no page turns round; nor does the sentence about it."""
    runner = FakeRunner()
    runner.results = {"bad": {"updates": "\x1b[31mlost\u202e"}, "better": {}}
    _, (sentence,), _ = campaign(tmp_path, runner, outcomes=("updates",), claims=(), shows=())
    assert "what happened is to be told in one word each" in sentence
    assert sentence.isprintable()
    assert str(LabError("a\x1b[2Jb\u2066c\nd")) == "a [2Jb c d"


def test_a_broken_experiment_leaves_the_others_alone(tmp_path: Path) -> None:
    """They are measured to the end."""

    class OneBreaks(FakeRunner):
        def run(
            self, program: Path, arguments: dict[str, Any], deadline: float, *, server: bool, watch: bool
        ) -> Measured:
            if program.parent.name == "one" and len(self.runs) > 6:
                raise LabError("it broke")
            return super().run(program, arguments, deadline, server=server, watch=watch)

    log, broken, _ = campaign(tmp_path, OneBreaks(), ("one", "two"))
    assert broken == ["it broke"]
    assert log.broken_ones == ["one"]
    assert [record.experiment for record in log.records] == ["two"]


def test_a_program_that_changes_while_it_is_measured(tmp_path: Path) -> None:
    """Its record would speak of neither version."""

    class Edits(FakeRunner):
        def run(
            self, program: Path, arguments: dict[str, Any], deadline: float, *, server: bool, watch: bool
        ) -> Measured:
            if len(self.runs) == 9:
                program.write_text("changed")
            return super().run(program, arguments, deadline, server=server, watch=watch)

    log, (sentence,), _ = campaign(tmp_path, Edits())
    assert "was changed while it was measured" in sentence
    assert log.records == []


def test_a_folder_that_cannot_be_written_is_found_out_first(tmp_path: Path) -> None:
    """Before minutes of measuring are lost. (A file in the way: root may write to any folder.)"""
    (tmp_path / "records").write_text("")
    with pytest.raises(LabError, match="make the folder writable"):
        campaign(tmp_path, runner := FakeRunner())
    assert runner.runs == []


def test_the_time_left_is_told_as_soon_as_it_is_known(tmp_path: Path) -> None:
    """From the first round of the last experiment on, and it only falls."""
    log, _, _ = campaign(tmp_path, FakeRunner(), ("one", "two"))
    assert log.left[0] is None
    known = [seconds for seconds in log.left if seconds is not None]
    assert len(known) == len(log.left) - 1
    assert known == sorted(known, reverse=True)
    assert known[-1] == 0


def test_memory_is_watched_only_where_it_is_shown(tmp_path: Path) -> None:
    """Watching costs time."""
    log, _, _ = campaign(tmp_path, FakeRunner(), shows=("wall",))
    assert {round_.kind for round_ in log.records[0].rounds} == {"warm-up", "timed"}


@pytest.mark.parametrize(("kind", "rounds"), [("counted", 6), ("outcomes", 3)])
def test_what_a_neighbour_cannot_change_needs_few_rounds_and_no_quiet(tmp_path: Path, kind: str, rounds: int) -> None:
    """Neither a warm-up nor a gate."""
    log, _, _ = campaign(tmp_path, FakeRunner(foreign=0.9), profile="full", rounds=kind, shows=("wall",))
    assert [(round_.kind, round_.valid) for round_ in log.records[0].rounds] == [(kind, True)] * rounds


def test_a_sweep_runs_every_program_at_every_value_in_each_round(tmp_path: Path) -> None:
    """Handed to main() under the parameter's name; each has its own curve."""
    log, _, _ = campaign(tmp_path, runner := FakeRunner(), parameter="size", sweep=(1, 4), shows=("wall",), claims=())
    (record,) = log.records
    for round_ in record.rounds[1:]:
        ran = sorted((run.program, run.at or 0) for run in round_.runs)
        assert ran == [("bad", 1), ("bad", 4), ("better", 1), ("better", 4)]
    assert {each["size"] for each in runner.arguments} == {1, 4}
    assert record.values("bad", "wall", 4) == [2.0] * QUICK.timed
    assert record.result == {"1": [1], "4": [1]}


def test_what_main_measures_and_tells_is_kept_apart_from_its_result(tmp_path: Path) -> None:
    """The numbers may differ between programs; what is left must not."""
    runner = FakeRunner()
    runner.results = {
        "bad": {"each": 0.5, "update": "lost", "sum": 7},
        "better": {"each": 0.25, "update": "kept", "sum": 7},
    }
    log, broken, _ = campaign(tmp_path, runner, measures={"each": "s"}, outcomes=("update",))
    assert broken == []
    (record,) = log.records
    assert set(record.values("bad", "each")) == {0.5}
    assert set(record.happened("better", "update")) == {"kept"}
    assert record.result == {"sum": 7}


@pytest.mark.parametrize("result", [[1], {"sum": 7}, {"each": "fast"}, {"each": True}, {"each": 1.0, "update": 3}])
def test_a_promise_of_measures_has_to_be_kept(tmp_path: Path, result: Any) -> None:
    """What experiment.toml names has to be there, as a number or a word."""
    runner = FakeRunner()
    runner.results = {"bad": result, "better": result}
    _, (sentence,), _ = campaign(tmp_path, runner, measures={"each": "s"}, outcomes=("update",))
    assert "returned" in sentence
    assert "b" in sentence


def test_a_program_whose_needs_are_not_met_is_not_run(tmp_path: Path) -> None:
    """The others are; the record says why."""
    log, _, _ = campaign(tmp_path, runner := FakeRunner(), needs={"bad": ("python>=3.99",)})
    assert {program for _, program, *_ in runner.runs} == {"better"}
    assert log.records[0].skipped == {"bad": "needs-python"}
    assert log.records[0].verdicts[0].outcome == "not-applicable"


def test_an_experiment_that_cannot_be_run_at_all_has_an_empty_record(tmp_path: Path) -> None:
    """So that its page can say so."""
    log, _, _ = campaign(tmp_path, runner := FakeRunner(), needs={"bad": ("cores>=99",), "better": ("cores>=99",)})
    assert runner.runs == []
    assert log.records[0].rounds == ()
