"""One record: what was measured of one experiment on one machine, and all that follows from it.

Statistics, validity and verdicts are never taken from a file: they are computed from the samples, and a file whose own
account of them differs is not a record.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any

from lab import stats, verdict
from lab.experiment import METRICS, Claim
from lab.interpreter import Interpreter
from lab.machine import Machine
from lab.verdict import Verdict

PROTOCOL = 1  # counts up with every change to what is measured or how: older records are then measured again
FOREIGN_LIMIT = 0.05  # share of the usable cores that others may use during a run that counts


@dataclass(frozen=True)
class Profile:
    """How many rounds are made, fixed ahead: nothing stops because the result looks good."""

    name: str
    timed: int  # valid rounds wanted
    attempts: int  # rounds made at most to get them
    memory: int  # rounds in which the memory is watched


PROFILES = {
    "full": Profile("full", timed=20, attempts=40, memory=6),
    "quick": Profile("quick", timed=6, attempts=9, memory=6),
}


@dataclass(frozen=True)
class Run:
    """One program, run once. Seconds, counts, bytes; None where this system or this kind of round does not tell."""

    program: str
    wall: float
    user: float
    system: float
    switches: int | None
    memory: int | None
    foreign: float
    throttled: int

    def value(self, metric: str) -> float | None:
        """One metric of this run: `wall` and `cpu` in seconds, `memory` in bytes, `switches` as a count."""
        return {
            "wall": self.wall,
            "cpu": self.user + self.system,
            "memory": self.memory,
            "switches": self.switches,
        }[metric]

    @property
    def valid(self) -> bool:
        """Whether the machine left this run alone."""
        return self.foreign <= FOREIGN_LIMIT and self.throttled == 0


@dataclass(frozen=True)
class Round:
    """Every program of an experiment once, in random order, as run. `kind` is warm-up, memory or timed."""

    kind: str
    runs: tuple[Run, ...]

    @property
    def valid(self) -> bool:
        """Whether it counts: a timed round only if the machine left each of its runs alone, a warm-up never."""
        return self.kind == "memory" or (self.kind == "timed" and all(run.valid for run in self.runs))

    def value(self, program: str, metric: str) -> float | None:
        """One metric of one program in this round."""
        return {run.program: run for run in self.runs}[program].value(metric)


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
    programs: tuple[str, ...]
    claims: tuple[Claim, ...]
    result: Any  # what every program returned
    rounds: tuple[Round, ...]
    protocol: int = PROTOCOL

    @property
    def key(self) -> str:
        """Which experiment on which machine this is the record of."""
        return key_of(self.sources, self.machine, self.interpreter, self.protocol)

    @property
    def attempts(self) -> int:
        """Timed rounds that were made."""
        return sum(round_.kind == "timed" for round_ in self.rounds)

    def values(self, program: str, metric: str) -> list[float]:
        """One metric of one program in the rounds that count for it, in their order."""
        kind = "memory" if metric == "memory" else "timed"
        found = (round_.value(program, metric) for round_ in self.rounds if round_.valid and round_.kind == kind)
        return [value for value in found if value is not None]

    def estimate(self, program: str, metric: str) -> stats.Estimate | None:
        """The median of one metric of one program, or None if it was not measured."""
        values = self.values(program, metric)
        return stats.estimate(values) if values else None

    def verdicts(self) -> list[Verdict]:
        """Every claim, judged by the samples."""
        return [self.verdict(claim) for claim in self.claims]

    def verdict(self, claim: Claim) -> Verdict:
        """One claim, judged by the samples."""
        reason = verdict.unmet(claim, self.machine, self.interpreter)
        if reason is not None:
            return Verdict(claim.id, verdict.Outcome.NOT_APPLICABLE, reason, None, None, None, 0)
        profile = PROFILES[self.profile]
        wanted = profile.memory if claim.metric == "memory" else profile.timed
        return verdict.judge(claim, self.values(claim.of, claim.metric), self.values(claim.over, claim.metric), wanted)

    def as_json(self) -> dict[str, Any]:
        """The record as it is kept and published: with all that follows from the samples, and a digest over it all."""
        table: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        for row, round_ in zip(table["rounds"], self.rounds, strict=True):
            row["valid"] = round_.valid
        table["key"] = self.key
        table["estimates"] = {
            program: {
                metric: asdict(found) if (found := self.estimate(program, metric)) else None for metric in METRICS
            }
            for program in self.programs
        }
        table["verdicts"] = [asdict(judged) for judged in self.verdicts()]
        table["digest"] = digest(table)
        return table


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
                "programs": tuple(kept["programs"]),
                "claims": tuple(Claim(**claim | {"needs": tuple(claim["needs"])}) for claim in kept["claims"]),
                "rounds": tuple(
                    Round(round_["kind"], tuple(Run(**run) for run in round_["runs"])) for round_ in kept["rounds"]
                ),
            }
        )
        same = record.protocol == PROTOCOL and record.as_json() == table
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"it is not a whole record of this protocol ({type(error).__name__}: {error})") from error
    if not same:
        raise ValueError("what it says does not follow from its samples")
    return record


def key_of(sources: dict[str, str], machine: Machine, interpreter: Interpreter, protocol: int = PROTOCOL) -> str:
    """The content that a record is valid for, in 16 hexadecimal digits. Prose, language and style are not in it."""
    return digest([protocol, sources, asdict(machine), asdict(interpreter)])[:16]


def digest(value: object) -> str:
    """SHA-256 of a value's canonical JSON."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
