"""The yardstick: two generators that a loop resumes in turn; each reads its working set and yields, on one core."""

import os
from collections.abc import Iterator
from itertools import repeat
from time import perf_counter

TURNS = 200


def work(data: bytearray) -> Iterator[None]:
    for _ in repeat(None, TURNS):
        data.find(b"x")  # reads all of it
        yield


def main(kilobytes: int = 4) -> dict[str, float]:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    pair = [work(bytearray(kilobytes * 1024)) for _ in range(2)]
    start = perf_counter()
    for _ in zip(*pair, strict=True):
        pass
    return {"each": (perf_counter() - start) / TURNS / 2, "turns": TURNS}


if __name__ == "__main__":
    print(main())
