"""The memory that processes hold together, from Linux's /proc, and what each of several more adds to it."""

import os
from pathlib import Path

TYPE_CHECKING = False  # what measures tasks or threads is not to import multiprocessing
if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkContext, ForkServerContext, SpawnContext
    from multiprocessing.process import BaseProcess

    Context = ForkContext | ForkServerContext | SpawnContext


def memory(pids: set[int]) -> dict[str, int]:
    """Bytes: Pss shares out what several of the processes map, Rss counts it every time."""
    sums = {}
    for field in ("Pss", "Rss"):
        rollups = (Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in pids)
        sums[field] = sum(int(rollup.partition(f"\n{field}:")[2].split()[0]) * 1024 for rollup in rollups)
    return sums


def added(before: dict[str, int], after: dict[str, int], units: int) -> dict[str, float]:
    """What each of the units has added, and how far resident sets overstate it."""
    each, rss = ((after[field] - before[field]) / units for field in ("Pss", "Rss"))
    return {"each": each, "rss": rss, "overstated": rss / each}


def idle(pipe: "Connection") -> None:
    pipe.send({os.getpid(), os.getppid()})  # the parent is the fork server, where there is one
    pipe.recv()


def start(context: "Context", units: int, pids: set[int]) -> "list[tuple[BaseProcess, Connection]]":
    """Start idle processes, and return once all of them are about to wait; adds them to the ids."""
    children: list[tuple[BaseProcess, Connection]] = []
    for _ in range(units):
        ours, theirs = context.Pipe()
        child = context.Process(target=idle, args=(theirs,))
        child.start()
        children.append((child, ours))
    for _, pipe in children:
        pids |= pipe.recv()
    return children


def added_by_processes(context: "Context", units: int) -> dict[str, float]:
    """What each of the idle processes adds that the context starts."""
    pids = {os.getpid()}
    children = start(context, 1, pids)  # with the first comes what all share
    before = memory(pids)
    children += start(context, units, pids)
    result = added(before, memory(pids), units)
    for child, pipe in children:
        pipe.send("stop")
        child.join()
    return result
