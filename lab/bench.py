"""Plans a campaign: rounds in random order, round-robin over the experiments, until each has its rounds."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import median
from typing import TYPE_CHECKING, Any, Protocol

from lab import verdict
from lab.errors import LabError
from lab.experiment import ROOT, Experiment
from lab.record import CONTROLS, Profile, Record, Round, Run
from lab.store import Store, shown, sources

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from lab.runner import Measured, Runner

SHORTEST_DEADLINE = 10.0  # seconds
DEADLINE_FACTOR = 10  # times the median of the program's own runs


@dataclass(frozen=True)
class Control(Experiment):
    """One program under two names."""

    def program(self, name: str) -> Path:  # the same for every name
        """The file of the program."""
        return ROOT / "lab" / "control.py"


CONTROL = Control("control", ROOT / "lab", CONTROLS)


class Observer(Protocol):
    """Who is told how a campaign goes: the terminal, or a list in a test."""

    def round_done(self, experiment: str, done: int, total: int, seconds_left: float | None) -> None:
        """A round is over; `done` of `total` count. All experiments together need `seconds_left` more, if known."""

    def measured(self, record: Record) -> None:
        """An experiment has its record."""

    def broken(self, experiment: str, sentence: str) -> None:
        """An experiment cannot be measured."""


@dataclass
class Task:
    """One experiment on its way to a record."""

    experiment: Experiment
    profile: Profile
    memory_measured: bool
    skipped: dict[str, str]  # programs that cannot be run here, each with the reason
    rounds: list[Round] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)  # of each round
    durations: dict[tuple[str, float | None], list[float]] = field(default_factory=dict)  # of the runs of each
    results: dict[float | None, Any] = field(default_factory=dict)  # by the value of the sweep
    returned_by: str | None = None  # the program that returned a result first

    @property
    def timed(self) -> bool:
        """Whether anything of it is timed, so that it needs the control."""
        return self.experiment.rounds == "timed" and bool(self.applicable)

    @property
    def applicable(self) -> list[str]:
        """The programs that can be run here."""
        return [program for program in self.experiment.programs if program not in self.skipped]

    def count(self, kind: str, *, valid: bool = False) -> int:
        """Rounds of one kind so far, or only those that count."""
        return sum(round_.kind == kind and (round_.valid or not valid) for round_ in self.rounds)

    @property
    def pairs(self) -> list[tuple[str, float | None]]:
        """What is run: programs, each with a value of the sweep; for a first look only what claims are about."""
        everything = [(program, at) for program in self.applicable for at in self.experiment.sweep or (None,)]
        if self.profile.name != "quick":
            return everything
        wanted = self.compared | {(claim.of, None) for claim in self.experiment.claims if claim.outcome}
        return [pair for pair in everything if pair in wanted] or everything

    @property
    def happened(self) -> bool:
        """Whether a first look knows what happens, and goes on for the sake of ratios alone."""
        return self.profile.name == "quick" and self.count(self.experiment.rounds) >= self.profile.outcomes

    @property
    def compared(self) -> set[tuple[str, float | None]]:
        """What claims about ratios are about."""
        claims = [claim for claim in self.experiment.claims if claim.over]
        return {(program, claim.at) for claim in claims for program in (claim.of, claim.over) if program}

    @property
    def memory_rounds(self) -> int:
        """Rounds in which the memory is to be watched."""
        return self.profile.memory if self.memory_measured and "memory" in self.experiment.shows else 0

    def next_kind(self) -> str | None:
        """What the next round is for; None when it is enough.

        Where memory is watched, that comes first, and is the warm-up of what is timed after it.
        """
        kind = self.experiment.rounds
        if not self.applicable:
            return None
        if self.count("memory") < self.memory_rounds:
            return "memory"
        if not self.rounds and kind == "timed":
            return "warm-up"
        attempts = self.profile.attempts if kind == "timed" else self.profile.wanted(kind)
        if self.count(kind, valid=True) < self.profile.wanted(kind) and self.count(kind) < attempts:
            return kind
        return None

    @property
    def total(self) -> int:
        """Rounds that count, or prepare one that does, if all goes well."""
        kind = self.experiment.rounds
        return (kind == "timed" and not self.memory_rounds) + self.memory_rounds + self.profile.wanted(kind)

    @property
    def done(self) -> int:
        """Rounds of the total that are made."""
        return self.count("warm-up") + self.count("memory") + self.count(self.experiment.rounds, valid=True)

    @property
    def seconds_left(self) -> float | None:
        """What is still to do, as long as rounds go as before; None before the first."""
        return (self.total - self.done) * median(self.seconds) if self.seconds else None

    def step(self, kind: str, runner: Runner, rng: random.Random) -> None:
        """Make one round; raises LabError if the experiment is broken."""
        order = self.pairs
        if self.happened:
            order = [pair for pair in order if pair in self.compared] or order
        if kind == "warm-up":  # to have run once is enough to be warm
            order = list({program: (program, at) for program, at in reversed(order)}.values())
        rng.shuffle(order)
        runs, spent = [], 0.0
        for program, at in order:
            durations = self.durations.setdefault((program, at), [])
            deadline = max(SHORTEST_DEADLINE, DEADLINE_FACTOR * median(durations)) if durations else SHORTEST_DEADLINE
            measured = runner.run(
                self.experiment.program(program),
                {self.experiment.parameter: at} if self.experiment.parameter else {},
                deadline,
                server=self.experiment.server,
                watch=kind == "memory",
            )
            durations.append(measured.seconds)
            spent += measured.seconds
            runs.append(self.read(program, at, measured))
        self.rounds.append(Round(kind, tuple(runs)))
        self.seconds.append(spent)

    def read(self, program: str, at: float | None, measured: Measured) -> Run:
        """A run, from what the worker and the supervisor say; raises LabError if it is not what was promised."""
        sample = dict(measured.sample)
        result = sample.pop("result")
        measures: dict[str, float] = {}
        outcomes: dict[str, str] = {}
        if self.experiment.measures or self.experiment.outcomes:
            name = shown(self.experiment.program(program))
            if not isinstance(result, dict):
                raise LabError(f"{name} returned {abridged(result)}: main() is to return what experiment.toml names")
            result = dict(result)
            for metric in self.experiment.measures:
                value = result.pop(metric, None)
                if isinstance(value, bool) or not isinstance(value, int | float):
                    raise LabError(f"{name} returned {abridged(value)} as {metric!r}: that is to be a number")
                measures[metric] = value
            outcomes = {key: result.pop(key) for key in self.experiment.outcomes if key in result}
            if not all(isinstance(value, str) and value.isprintable() for value in outcomes.values()):
                raise LabError(f"{name} returned {abridged(outcomes)}: what happened is to be told in one word each")
        self.expect_same(program, at, result)
        return Run(
            program=program,
            at=at,
            memory=measured.memory,
            measures=measures,
            outcomes=outcomes,
            seconds=measured.seconds,
            foreign=measured.foreign,
            throttled=measured.throttled,
            **sample,
        )

    def expect_same(self, program: str, at: float | None, result: Any) -> None:
        """Raise LabError if a program returns something else than all did before it."""
        if self.returned_by is None:
            self.returned_by = program
        first = self.results.setdefault(at, result)
        if json.dumps(result, sort_keys=True) != json.dumps(first, sort_keys=True):
            raise LabError(
                f"{shown(self.experiment.program(program))} returned {abridged(result)}, but {self.returned_by}.py "
                f"returned {abridged(first)}: programs that are compared must return the same"
            )


def abridged(value: Any) -> str:
    """A value in at most 80 characters."""
    text = json.dumps(value)
    return text if len(text) <= 80 else text[:77] + "..."


def campaign(
    experiments: Sequence[Experiment],
    profile: Profile,
    store: Store,
    runner: Runner,
    observer: Observer,
    rng: random.Random,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> list[str]:
    """Measure experiments and keep a record of each; return a sentence for each that is broken.

    Neighbouring rounds are alike because the machine's state is: so a round of one experiment is followed by one of
    each other, and the rounds of each are spread over the whole campaign.
    """
    store.check_writable()
    broken: list[str] = []
    memory_measured = store.machine.memory_measured
    tasks = [Task(each, profile, memory_measured, skipped(each, store)) for each in experiments]
    control = Task(CONTROL, profile.of_control, memory_measured=False, skipped={})
    load_before = load_average()
    before = {experiment.name: sources(experiment) for experiment in experiments}
    pending = list(tasks)
    while pending:
        for task in list(pending):
            name = task.experiment.name
            kind = task.next_kind()
            if kind is None:
                if task.timed:
                    catch_up(control, 1.0, runner, rng)
                record = finish(task, control, before[name], store, load_before, now())
                store.save(record)
                observer.measured(record)
                pending.remove(task)
                continue
            try:
                task.step(kind, runner, rng)
                if sources(task.experiment) != before[name]:
                    raise LabError(f"snippets/{name}/ was changed while it was measured; measure again")
            except LabError as error:
                broken.append(str(error))
                observer.broken(name, str(error))
                pending.remove(task)
                continue
            if task.timed:
                timed = [each for each in tasks if each.timed]
                catch_up(control, sum(each.done for each in timed) / sum(each.total for each in timed), runner, rng)
            left = [other.seconds_left for other in pending]
            known = [seconds for seconds in left if seconds is not None]
            observer.round_done(name, task.done, task.total, sum(known) if len(known) == len(left) else None)
    return broken


def catch_up(control: Task, share: float, runner: Runner, rng: random.Random) -> None:
    """Make rounds of the control until this share of them is made: so they are spread over the whole campaign.

    Raises LabError if even the control cannot be run.
    """
    while control.done < share * control.total and (kind := control.next_kind()):
        control.step(kind, runner, rng)


def skipped(experiment: Experiment, store: Store) -> dict[str, str]:
    """The programs of an experiment whose needs are not met here, each with the first reason."""
    reasons = {
        program: verdict.unmet(experiment.needs.get(program, ()), store.machine, store.interpreter)
        for program in experiment.programs
    }
    return {program: reason.value for program, reason in reasons.items() if reason}


def finish(
    task: Task, control: Task, source: dict[str, str], store: Store, load_before: float, date: datetime
) -> Record:
    """The record of a task that has its rounds."""
    swept = bool(task.experiment.sweep)
    return Record(
        experiment=task.experiment.name,
        profile=task.profile.name,
        date=date.isoformat(timespec="seconds"),
        machine=store.machine,
        interpreter=store.interpreter,
        load=(load_before, load_average()),
        seconds=sum(task.seconds),
        sources=source,
        programs=tuple(dict.fromkeys(program for program, _ in task.pairs)),
        skipped=task.skipped,
        kind=task.experiment.rounds,
        parameter=task.experiment.parameter,
        sweep=tuple(sorted({at for _, at in task.pairs if at is not None})),
        measures=task.experiment.measures,
        outcomes=task.experiment.outcomes,
        shows=task.experiment.shows,
        claims=task.experiment.claims,
        crossings=task.experiment.crossings if task.profile.name != "quick" else (),
        result={str(at): each for at, each in task.results.items()} if swept else task.results.get(None),
        rounds=tuple(task.rounds),
        control=tuple(control.rounds) if task.timed else (),
    )


def load_average() -> float:
    """The load average over one minute; 0 where the system has none."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
