"""Two workers, threads or processes, that wake each other over pipes in turn, on one core."""

import os
from itertools import repeat
from time import perf_counter

TYPE_CHECKING = False  # what starts a thread is not to import multiprocessing
if TYPE_CHECKING:
    from multiprocessing.context import ForkProcess
    from threading import Thread

TURNS = 200


def work(data: bytearray, turns: int, wait: int, wake: int) -> None:
    for _ in repeat(None, turns):
        os.read(wait, 1)
        data.find(b"x")  # reads all of it
        os.write(wake, b".")


def take_turns(worker: "type[Thread | ForkProcess]", kilobytes: int) -> dict[str, float]:
    """The seconds of one turn, between this thread and a worker that it starts."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    (wait, wake), (their_wait, their_wake) = os.pipe(), os.pipe()
    data, their_data = bytearray(kilobytes * 1024), bytearray(kilobytes * 1024)
    other = worker(target=work, args=(their_data, TURNS + 1, their_wait, wake))
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
