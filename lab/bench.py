"""Plans a campaign: rounds in random order, round-robin over the experiments, until each has its rounds."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import median
from typing import TYPE_CHECKING, Any, Protocol

from lab.errors import LabError
from lab.record import Profile, Record, Round, Run
from lab.store import Store, shown, sources

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

    from lab.experiment import Experiment
    from lab.runner import Runner

SHORTEST_DEADLINE = 10.0  # seconds
DEADLINE_FACTOR = 10  # times the median of the program's own runs


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
    rounds: list[Round] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)  # of each round
    durations: dict[str, list[float]] = field(default_factory=dict)  # program → seconds of its runs
    result: Any = None
    returned_by: str | None = None  # the program that returned `result` first

    def count(self, kind: str, *, valid: bool = False) -> int:
        """Rounds of one kind so far, or only those that count."""
        return sum(round_.kind == kind and (round_.valid or not valid) for round_ in self.rounds)

    def next_kind(self) -> str | None:
        """What the next round is for: one warm-up, then memory, then time; None when it is enough."""
        if not self.rounds:
            return "warm-up"
        if self.memory_measured and self.count("memory") < self.profile.memory:
            return "memory"
        if self.count("timed", valid=True) < self.profile.timed and self.count("timed") < self.profile.attempts:
            return "timed"
        return None

    @property
    def total(self) -> int:
        """Rounds that count, or prepare one that does, if all goes well."""
        return 1 + (self.profile.memory if self.memory_measured else 0) + self.profile.timed

    @property
    def done(self) -> int:
        """Rounds of the total that are made."""
        return min(1, len(self.rounds)) + self.count("memory") + self.count("timed", valid=True)

    @property
    def seconds_left(self) -> float | None:
        """What is still to do, as long as rounds go as before; None before the first."""
        return (self.total - self.done) * median(self.seconds) if self.seconds else None

    def step(self, kind: str, runner: Runner, rng: random.Random) -> None:
        """Make one round; raises LabError if the experiment is broken."""
        order = list(self.experiment.programs)
        rng.shuffle(order)
        runs, spent = [], 0.0
        for program in order:
            file = self.experiment.program(program)
            durations = self.durations.setdefault(program, [])
            deadline = max(SHORTEST_DEADLINE, DEADLINE_FACTOR * median(durations)) if durations else SHORTEST_DEADLINE
            measured = runner.run(file, deadline, server=self.experiment.server, watch=kind == "memory")
            durations.append(measured.seconds)
            spent += measured.seconds
            sample = measured.sample
            self.expect_same(program, sample.pop("result"))
            runs.append(
                Run(
                    program=program,
                    memory=measured.memory,
                    foreign=measured.foreign,
                    throttled=measured.throttled,
                    **sample,
                )
            )
        self.rounds.append(Round(kind, tuple(runs)))
        self.seconds.append(spent)

    def expect_same(self, program: str, result: Any) -> None:
        """Raise LabError if a program returns something else than all did before it."""
        if self.returned_by is None:
            self.result, self.returned_by = result, program
        elif json.dumps(result) != json.dumps(self.result):
            raise LabError(
                f"{shown(self.experiment.program(program))} returned {abridged(result)}, but {self.returned_by}.py "
                f"returned {abridged(self.result)}: programs that are compared must return the same"
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
    tasks = [Task(experiment, profile, store.machine.memory_measured) for experiment in experiments]
    load_before = load_average()
    before = {experiment.name: sources(experiment) for experiment in experiments}
    pending = list(tasks)
    while pending:
        for task in list(pending):
            name = task.experiment.name
            kind = task.next_kind()
            if kind is None:
                record = finish(task, before[name], store, load_before, now())
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
            left = [other.seconds_left for other in pending]
            known = [seconds for seconds in left if seconds is not None]
            observer.round_done(name, task.done, task.total, sum(known) if len(known) == len(left) else None)
    return broken


def finish(task: Task, source: dict[str, str], store: Store, load_before: float, date: datetime) -> Record:
    """The record of a task that has its rounds."""
    return Record(
        experiment=task.experiment.name,
        profile=task.profile.name,
        date=date.isoformat(timespec="seconds"),
        machine=store.machine,
        interpreter=store.interpreter,
        load=(load_before, load_average()),
        seconds=sum(task.seconds),
        sources=source,
        programs=task.experiment.programs,
        claims=task.experiment.claims,
        result=task.result,
        rounds=tuple(task.rounds),
    )


def load_average() -> float:
    """The load average over one minute; 0 where the system has none."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
