"""Better: a forked child reads as many bytes of a NumPy array: one object, one reference count, nothing copied."""

import multiprocessing
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np

TEXTS = 100_000
LENGTH = 80


def private() -> int:
    """Bytes of memory that this process shares with no other."""
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Private_"))


def work(array: "np.typing.NDArray[np.uint8]", pipe: Connection) -> None:
    before = private()
    array.sum()
    pipe.send(private() - before)


def main() -> dict[str, int]:
    array = np.ones(TEXTS * LENGTH, dtype=np.uint8)
    method = multiprocessing.get_context("fork")
    ours, theirs = method.Pipe()
    child = method.Process(target=work, args=(array, theirs))
    child.start()
    growth: int = ours.recv()
    child.join()
    return {"growth": growth}


if __name__ == "__main__":
    print(main())
