"""Two processes that wake each other over pipes in turn; each reads its working set, on one core."""

import multiprocessing
import os
from itertools import repeat
from time import perf_counter

TURNS = 200


def work(data: bytearray, turns: int, wait: int, wake: int) -> None:
    for _ in repeat(None, turns):
        os.read(wait, 1)
        data.find(b"x")  # reads all of it
        os.write(wake, b".")


def main(kilobytes: int = 4) -> dict[str, float]:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    (wait, wake), (their_wait, their_wake) = os.pipe(), os.pipe()
    data, their_data = bytearray(kilobytes * 1024), bytearray(kilobytes * 1024)
    fork = multiprocessing.get_context("fork")
    other = fork.Process(target=work, args=(their_data, TURNS + 1, their_wait, wake))
    other.start()
    os.write(their_wake, b".")
    os.read(wait, 1)  # it has had a turn: its start is not counted
    start = perf_counter()
    os.write(their_wake, b".")
    work(data, TURNS, wait, their_wake)
    each = (perf_counter() - start) / TURNS / 2
    other.join()
    for pipe in (wait, wake, their_wait, their_wake):
        os.close(pipe)
    return {"each": each, "turns": TURNS}


if __name__ == "__main__":
    print(main())
