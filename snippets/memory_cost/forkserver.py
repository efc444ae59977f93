"""What one more idle process adds, started by forkserver: a copy of a small server that shares its pages."""

import multiprocessing
import os
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path

UNITS = 4
METHOD = multiprocessing.get_context("forkserver")


def memory(pids: set[int], field: str) -> int:
    """Bytes that the processes hold together: Pss shares out what several of them map, Rss counts it every time."""
    rollups = (Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in pids)
    return sum(int(rollup.partition(f"\n{field}:")[2].split()[0]) * 1024 for rollup in rollups)


def idle(pipe: Connection) -> None:
    pipe.send({os.getpid(), os.getppid()})  # the parent is the fork server, where there is one
    pipe.recv()


def start(units: int, pids: set[int]) -> list[tuple[ForkServerProcess, Connection]]:
    """Start processes, and return once all of them are about to wait; adds them to the ids."""
    children = []
    for _ in range(units):
        ours, theirs = METHOD.Pipe()
        child = METHOD.Process(target=idle, args=(theirs,))
        child.start()
        children.append((child, ours))
    for _, pipe in children:
        pids |= pipe.recv()
    return children


def main() -> dict[str, float]:
    pids = {os.getpid()}
    children = start(1, pids)  # with the first comes what all share
    before = {field: memory(pids, field) for field in ("Pss", "Rss")}
    children += start(UNITS, pids)
    each, rss = ((memory(pids, field) - before[field]) / UNITS for field in ("Pss", "Rss"))
    for child, pipe in children:
        pipe.send("stop")
        child.join()
    return {"each": each, "rss": rss, "overstated": rss / each}


if __name__ == "__main__":
    print(main())
