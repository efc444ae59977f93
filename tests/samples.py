"""Machines, interpreters, rounds and records made up for the tests."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lab.experiment import Claim
from lab.interpreter import Interpreter
from lab.machine import Machine
from lab.record import CONTROLS, Record, Round, Run

if TYPE_CHECKING:
    from collections.abc import Sequence

MACHINE = Machine(
    "A CPU", 2.0, 2, 2**33, "Linux", "6.18", "x86_64", virtualised=True, memory_measured=True, shared_memory=True
)
INTERPRETER = Interpreter(
    "CPython", "3.14.0", "main", free_threaded=False, gil=True, start_method="forkserver", packages={}
)
FREE_THREADED = replace(INTERPRETER, free_threaded=True, gil=False)
AT_LEAST = Claim("bad-is-slower", "bad", metric="wall", over="better", at_least=1.3)


def run(program: str, wall: float, foreign: float = 0.0, throttled: int = 0, memory: int | None = None) -> Run:
    """One run; CPU time as long as the wall time."""
    return Run(
        program,
        at=None,
        wall=wall,
        user=wall,
        system=0.0,
        switches=3,
        memory=memory,
        load=0.1,
        measures={},
        outcomes={},
        seconds=1.0,
        foreign=foreign,
        throttled=throttled,
    )


def rounds(pairs: Sequence[tuple[float, float]], kind: str = "timed", foreign: float = 0.0) -> list[Round]:
    """A round for each pair of wall times of `bad` and `better`."""
    return [Round(kind, (run("bad", a, foreign), run("better", b, foreign))) for a, b in pairs]


def control(ratio: float = 1.0, valid: int = 50, foreign: float = 0.0) -> tuple[Round, ...]:
    """The rounds of a control that differs from itself by a factor."""
    runs = (run(CONTROLS[0], ratio, foreign), run(CONTROLS[1], 1.0, foreign))
    return (Round("warm-up", runs), *[Round("timed", runs)] * valid)


def record(
    made: Sequence[Round],
    claims: Sequence[Claim] = (AT_LEAST,),
    profile: str = "full",
    controlled_by: Sequence[Round] | None = None,
) -> Record:
    """A record of these rounds; its control is flawless if nothing else is asked for."""
    return Record(
        experiment="made_up",
        profile=profile,
        date="2026-11-22T12:00:00+00:00",
        machine=MACHINE,
        interpreter=INTERPRETER,
        load=(0.1, 0.2),
        seconds=3.0,
        sources={"snippets/made_up/bad.py": "0" * 64, "snippets/made_up/better.py": "1" * 64},
        programs=("bad", "better"),
        skipped={},
        kind="timed",
        parameter=None,
        sweep=(),
        measures={},
        outcomes=(),
        shows=("wall", "cpu", "switches"),
        claims=tuple(claims),
        crossings=(),
        result=[1, 2],
        rounds=tuple(made),
        control=control() if controlled_by is None else tuple(controlled_by),
    )
