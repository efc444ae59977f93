"""Bad: a forked child only collects garbage, yet copies every container: collecting writes into its header."""

import gc
import multiprocessing
from multiprocessing.connection import Connection
from pathlib import Path

CONTAINERS = 100_000
LENGTH = 10


def private() -> int:
    """Bytes of memory that this process shares with no other."""
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Private_"))


def work(pipe: Connection) -> None:
    before = private()
    gc.collect()
    pipe.send(private() - before)


def main() -> dict[str, int]:
    containers = [[None] * LENGTH for _ in range(CONTAINERS)]
    method = multiprocessing.get_context("fork")
    ours, theirs = method.Pipe()
    child = method.Process(target=work, args=(theirs,))
    child.start()
    growth: int = ours.recv()
    child.join()
    del containers
    return {"growth": growth}


if __name__ == "__main__":
    print(main())
