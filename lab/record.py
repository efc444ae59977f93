"""One record: what was measured of one experiment on one machine, and all that follows from it.

Statistics, validity and verdicts are never taken from a file: they are computed from the samples, and a file whose own
account of them differs is not a record.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lab import stats, verdict
from lab.experiment import METRICS, Claim, Crossing
from lab.interpreter import Interpreter
from lab.machine import Machine
from lab.verdict import Reason, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

PROTOCOL = 5  # counts up with every change to what is measured or how: older records are then measured again
FOREIGN_LIMIT = 0.05  # share of the usable cores that others may use during a run that counts
CONTROLS = ("first", "second")  # the control, as it is named the first and the second time in a round
CONTROL_LOW, CONTROL_HIGH = 0.95, 1.05  # the median ratio of the control to itself; outside, nothing timed is decided
IDLE_TICK = 0.01  # seconds: what a core's idle time is counted in, proc_stat(5)


@dataclass(frozen=True)
class Profile:
    """How many rounds are made, fixed ahead: nothing stops because the result looks good."""

    name: str
    timed: int  # rounds wanted that the machine left alone
    attempts: int  # rounds made at most to get them
    memory: int  # rounds in which the memory of the process tree is watched
    counted: int  # rounds of what a busy machine does not change: bytes and counts
    outcomes: int  # rounds of what does not vary
    control: int  # pairs of the control wanted that the machine left alone

    def wanted(self, kind: str) -> int:
        """How many rounds of a kind are to count."""
        return {"timed": self.timed, "memory": self.memory, "counted": self.counted, "outcomes": self.outcomes}[kind]

    @property
    def of_control(self) -> Profile:
        """How many rounds of the control are made. It is short, so its ratios vary more than those of the programs."""
        return Profile("control", self.control, 2 * self.control, memory=0, counted=0, outcomes=0, control=0)


PROFILES = {
    "full": Profile("full", timed=20, attempts=40, memory=6, counted=6, outcomes=3, control=50),
    "quick": Profile("quick", timed=6, attempts=9, memory=3, counted=3, outcomes=1, control=25),
}


@dataclass(frozen=True)
class Run:
    """One program, run once. Seconds, counts, bytes; None where this system or this kind of round does not tell."""

    program: str
    at: float | None  # the value of the sweep, if there is one
    wall: float
    user: float
    system: float
    switches: int | None
    memory: int | None
    load: float  # seconds that the program's imports took before
    measures: dict[str, float]  # what the program measured itself
    outcomes: dict[str, str]  # what it says that happened
    seconds: float  # from the interpreter's start until all was cleaned up
    foreign: float  # share of the usable cores that others used in that time; off by a tick, and so even below zero
    throttled: int

    def value(self, metric: str) -> float | None:
        """One metric of this run: `wall` and `cpu` in seconds, `memory` in bytes, `switches` as a count, or its own."""
        known = {"wall": self.wall, "cpu": self.user + self.system, "memory": self.memory, "switches": self.switches}
        return known[metric] if metric in known else self.measures[metric]

    @property
    def valid(self) -> bool:
        """Whether the machine left this run alone, as far as its clock of idle time can tell."""
        return self.foreign <= FOREIGN_LIMIT + IDLE_TICK / self.seconds and self.throttled == 0


@dataclass(frozen=True)
class Round:
    """Every program of an experiment, at every value of its sweep, once, in random order, as run.

    With the quick profile only those that claims compare.

    `kind` is warm-up, memory, or what the experiment's rounds are: timed, counted or outcomes.
    """

    kind: str
    runs: tuple[Run, ...]

    @cached_property
    def valid(self) -> bool:
        """Whether it counts: a timed round only if the machine left it alone, a warm-up never.

        Over a short run the clock of idle time is coarse: one run may be off by a tick, but not the round as a whole.
        """
        if self.kind != "timed":
            return self.kind != "warm-up"
        foreign = sum(run.foreign * run.seconds for run in self.runs)
        return all(run.valid for run in self.runs) and foreign <= FOREIGN_LIMIT * sum(run.seconds for run in self.runs)


@dataclass(frozen=True)
class Record:
    """What was measured of one experiment, where, when and by what."""

    experiment: str
    profile: str
    date: str  # ISO 8601, UTC
    machine: Machine
    interpreter: Interpreter
    load: tuple[float, float]  # the load average over one minute, before and after
    seconds: float  # that the rounds took, supervision included
    sources: dict[str, str]  # file → SHA-256 of its content
    programs: tuple[str, ...]  # that were run
    skipped: dict[str, str]  # programs that were not, each with the reason
    kind: str  # of its rounds
    parameter: str | None  # of main(), which the sweep varies …
    sweep: tuple[float, ...]  # … over these values
    measures: dict[str, str]  # what main() measures itself → its unit
    outcomes: tuple[str, ...]  # what main() says that happened
    shows: tuple[str, ...]  # the metrics that its page shows
    claims: tuple[Claim, ...]
    crossings: tuple[Crossing, ...]
    result: Any  # what every program returned beside measures and outcomes; with a sweep, by its value
    rounds: tuple[Round, ...]
    control: tuple[Round, ...] = ()  # the campaign's: one program twice; none where nothing is timed
    protocol: int = PROTOCOL

    @property
    def key(self) -> str:
        """Which experiment on which machine this is the record of."""
        return key_of(self.sources, self.machine, self.interpreter, self.protocol)

    @property
    def attempts(self) -> int:
        """Rounds that were made, beside warm-up and memory."""
        return sum(round_.kind == self.kind for round_ in self.rounds)

    @property
    def counted(self) -> int:
        """Rounds of these that count."""
        return sum(round_.kind == self.kind and round_.valid for round_ in self.rounds)

    @property
    def points(self) -> tuple[float | None, ...]:
        """The values of the sweep, or one None where there is no sweep."""
        return self.sweep or (None,)

    def runs(self, program: str, at: float | None, kind: str) -> list[Run]:
        """The runs of one program in the rounds of a kind that count, in their order."""
        return self._runs.get((program, at, kind), [])

    @cached_property
    def _runs(self) -> dict[tuple[str, float | None, str], list[Run]]:
        found: dict[tuple[str, float | None, str], list[Run]] = {}
        for round_ in self.rounds:
            for run in round_.runs if round_.valid else ():
                found.setdefault((run.program, run.at, round_.kind), []).append(run)
        return found

    def values(self, program: str, metric: str, at: float | None = None) -> list[float]:
        """One metric of one program in the rounds that count for it, in their order."""
        found = (run.value(metric) for run in self.runs(program, at, self.kind_of(metric)))
        return [value for value in found if value is not None]

    def happened(self, program: str, outcome: str) -> list[str]:
        """What a program said that happened, round by round; a busy neighbour does not change that."""
        rounds = (round_ for round_ in self.rounds if round_.kind == self.kind)
        runs = (run for round_ in rounds for run in round_.runs if run.program == program)
        return [run.outcomes[outcome] for run in runs if outcome in run.outcomes]

    def kind_of(self, metric: str) -> str:
        """The kind of round that a metric is taken from."""
        return "memory" if metric == "memory" else self.kind

    def estimate(self, program: str, metric: str, at: float | None = None) -> stats.Estimate | None:
        """The median of one metric of one program, or None if it was not measured."""
        values = self.values(program, metric, at)
        return stats.estimate(values) if values else None

    @cached_property
    def controlled(self) -> stats.Estimate | None:
        """The ratio of the control to itself, in the rounds that count; None if there is none."""
        runs = [run for round_ in self.control if round_.valid for run in round_.runs]
        first, second = ([run.wall for run in runs if run.program == name] for name in CONTROLS)
        return stats.ratio(first, second) if runs else None

    @property
    def control_rejected(self) -> int:
        """Rounds of the control that do not count, beside the warm-up."""
        return sum(round_.kind == "timed" and not round_.valid for round_ in self.control)

    @property
    def uncontrolled(self) -> verdict.Reason | None:
        """Why the control forbids to decide what is timed; None if it does not."""
        wanted = PROFILES[self.profile].control
        if self.controlled is None or sum(round_.valid for round_ in self.control) < wanted:
            return why_few(self.control, "timed", wanted)
        return None if CONTROL_LOW <= self.controlled.median <= CONTROL_HIGH else Reason.CONTROL

    @cached_property
    def verdicts(self) -> list[Verdict]:
        """Every claim, judged by the samples."""
        return [self.verdict(claim) for claim in self.claims]

    def verdict(self, claim: Claim) -> Verdict:
        """One claim, judged by the samples."""
        reason = verdict.unmet(claim.needs, self.machine, self.interpreter)
        skipped = [self.skipped[program] for program in (claim.of, claim.over) if program in self.skipped]
        if (claim.metric == "memory" and not self.machine.memory_measured) or (
            claim.metric == "switches" and self.machine.system == "Windows"
        ):
            reason = reason or Reason.NEEDS_METRIC
        if reason or skipped:
            return Verdict(claim.id, verdict.Outcome.NOT_APPLICABLE, reason or Reason(skipped[0]))
        if claim.outcome is not None:
            wanted = PROFILES[self.profile].outcomes
            return verdict.judge_outcome(claim, self.happened(claim.of, claim.outcome), wanted)
        assert claim.metric is not None
        assert claim.over is not None
        of, over = (self.values(program, claim.metric, claim.at) for program in (claim.of, claim.over))
        kind = self.kind_of(claim.metric)
        wanted = PROFILES[self.profile].wanted(kind)
        judged = verdict.judge(claim, of, over, wanted)
        if judged.reason is Reason.BUSY:
            return replace(judged, reason=why_few(self.rounds, kind, wanted))
        if kind == "timed" and self.uncontrolled:
            return replace(judged, outcome=verdict.Outcome.UNDECIDED, reason=self.uncontrolled)
        return judged

    def crossing(self, wanted: Crossing) -> float | None:
        """From which value of the sweep on `over` needs less than `of`; None if it never does for good."""
        ratios = []
        for at in self.sweep:
            of, over = (self.values(program, wanted.metric, at) for program in (wanted.of, wanted.over))
            if not of or not over or min(*of, *over) <= 0:
                return None
            ratios.append(stats.ratio(of, over).median)
        return stats.crossing(self.sweep, ratios)

    @cached_property
    def as_json(self) -> dict[str, Any]:
        """The record as it is kept and published: with all that follows from the samples, and a digest over it all."""
        few = fields_of(self) | {"rounds": None, "control": None}
        table: dict[str, Any] = json.loads(json.dumps(few, default=fields_of))
        for name, rounds in (("rounds", self.rounds), ("control", self.control)):  # many, and already as JSON has them
            table[name] = [
                {"kind": each.kind, "runs": list(map(fields_of, each.runs)), "valid": each.valid} for each in rounds
            ]
        table["key"] = self.key
        table["estimates"] = [
            {"program": program, "metric": metric, "at": at, **fields_of(found)}
            for program in self.programs
            for metric in dict.fromkeys((*METRICS, *self.measures))
            for at in self.points
            if (found := self.estimate(program, metric, at))
        ]
        table["verdicts"] = [fields_of(judged) for judged in self.verdicts]
        table["controlled"] = self.controlled and fields_of(self.controlled)
        table["crossed"] = {each.id: self.crossing(each) for each in self.crossings}
        table["digest"] = digest(table)
        return table


def fields_of(found: Any) -> dict[str, Any]:
    """What a dataclass holds, without what follows from it."""
    return {name: getattr(found, name) for name in found.__dataclass_fields__}


def from_json(table: dict[str, Any]) -> Record:
    """The record that a file holds.

    Raises ValueError if it is none: a part is missing, or its own account of what follows from its samples is wrong.
    """
    try:
        kept = {name: table[name] for name in Record.__dataclass_fields__}
        record = Record(
            **kept
            | {
                "machine": Machine(**kept["machine"]),
                "interpreter": Interpreter(**kept["interpreter"]),
                "load": tuple(kept["load"]),
                **{name: tuple(kept[name]) for name in ("programs", "sweep", "outcomes", "shows")},
                "claims": tuple(Claim(**claim | {"needs": tuple(claim["needs"])}) for claim in kept["claims"]),
                "crossings": tuple(Crossing(**crossing) for crossing in kept["crossings"]),
                **{name: tuple(map(read_round, kept[name])) for name in ("rounds", "control")},
            }
        )
        same = record.protocol == PROTOCOL and record.as_json == table
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"it is not a whole record of this protocol ({type(error).__name__}: {error})") from error
    if not same:
        raise ValueError("what it says does not follow from its samples")
    return record


def why_few(rounds: Sequence[Round], kind: str, wanted: int) -> Reason:
    """Why fewer rounds of a kind count than are wanted: the quota, if it stopped too many of them, else neighbours."""
    made = [round_ for round_ in rounds if round_.kind == kind]
    stopped = sum(any(run.throttled for run in round_.runs) for round_ in made)
    return Reason.THROTTLED if stopped and len(made) - stopped < wanted else Reason.BUSY


def read_round(table: dict[str, Any]) -> Round:
    """A round, as a file holds it; whether it counts follows from its runs."""
    return Round(table["kind"], tuple(Run(**run) for run in table["runs"]))


def key_of(sources: dict[str, str], machine: Machine, interpreter: Interpreter, protocol: int = PROTOCOL) -> str:
    """The content that a record is valid for, in 16 hexadecimal digits. Prose, language and style are not in it."""
    return digest([protocol, sources, fields_of(machine), fields_of(interpreter)])[:16]


def digest(value: object) -> str:
    """SHA-256 of a value's canonical JSON."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
