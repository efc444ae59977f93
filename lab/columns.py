"""Tables with a column for each interpreter or each machine: what to put into them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lab import stats
from lab.verdict import as_numbers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lab.exchange import Travelled
    from lab.experiment import Claim, Experiment
    from lab.interpreter import Interpreter
    from lab.machine import Machine
    from lab.record import Record
    from lab.verdict import Verdict


@dataclass(frozen=True)
class Column:
    """What was measured on one machine under one interpreter."""

    machine: Machine
    interpreter: Interpreter
    records: Mapping[str, Record]  # by experiment
    here: bool  # whether it is this build's own
    file: str | None = None  # that it came from, in docs/machines/


@dataclass(frozen=True)
class Cell:
    """One claim in one column; no verdict where it was not measured."""

    verdict: Verdict | None = None
    quick: bool = False
    outdated: bool = False  # measured, but with other programs or another claim than there are now


def travelled(file: Travelled) -> list[Column]:
    """The columns of one file: an interpreter each."""
    cards = {record.interpreter.name: record.interpreter for record in file.records}
    return [
        Column(
            file.machine,
            card,
            {record.experiment: record for record in file.records if record.interpreter.name == name},
            here=False,
            file=file.name,
        )
        for name, card in cards.items()
    ]


def cell(column: Column, experiment: Experiment, claim: Claim, sources: Mapping[str, str]) -> Cell:
    """What a column says of a claim, as the claim and its programs (`sources`: their hashes) stand now."""
    record = column.records.get(experiment.name)
    if record is None:
        return Cell()
    if record.sources != sources or claim not in record.claims:
        return Cell(outdated=True)
    return Cell(record.verdicts[record.claims.index(claim)], quick=record.profile == "quick")


def ratio(record: Record, of: str, over: str, metric: str, at: float | None = None) -> stats.Estimate | None:
    """The ratio of two programs in one metric; None if either was not measured, or is zero."""
    values = record.values(of, metric, at), record.values(over, metric, at)
    if not all(values) or len(values[0]) != len(values[1]) or min(*values[0], *values[1]) <= 0:
        return None
    return stats.ratio(*values)


def with_gil(column: Column, columns: Sequence[Column]) -> Column | None:
    """The column of the same machine and the same minor version whose interpreter has a GIL; None if there is none."""
    minor = as_numbers(column.interpreter.version)[:2]
    for other in columns:
        if (
            other.machine == column.machine
            and as_numbers(other.interpreter.version)[:2] == minor
            and other.interpreter.gil
        ):
            return other
    return None


def tax(column: Column, columns: Sequence[Column], experiment: str, program: str, metric: str) -> float | None:
    """How many times as long a program takes without the GIL as with it, in the same minor version.

    None where there is nothing to compare. Two campaigns, not pairs of runs: so it has no interval and no verdict.
    """
    other = with_gil(column, columns)
    if column.interpreter.gil or other is None:
        return None
    medians = [
        found.median
        for each in (column, other)
        if experiment in each.records and (found := each.records[experiment].estimate(program, metric))
    ]
    return medians[0] / medians[1] if len(medians) == 2 and medians[1] > 0 else None


def described(column: Column) -> dict[str, Any]:
    """A column's head."""
    return {
        "machine": column.machine,
        "interpreter": column.interpreter,
        "here": column.here,
        "file": column.file,
        "quick": any(record.profile == "quick" for record in column.records.values()),
    }
