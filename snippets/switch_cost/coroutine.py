"""Two coroutines that an event loop resumes in turn; each reads its working set and yields, on one core."""

import asyncio
import os
from itertools import repeat
from time import perf_counter

TURNS = 200


async def work(data: bytearray) -> None:
    for _ in repeat(None, TURNS):
        data.find(b"x")  # reads all of it
        await asyncio.sleep(0)


async def play(kilobytes: int) -> float:
    pair = [work(bytearray(kilobytes * 1024)) for _ in range(2)]
    start = perf_counter()
    await asyncio.gather(*pair)
    return (perf_counter() - start) / TURNS / 2


def main(kilobytes: int = 4) -> dict[str, float]:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    return {"each": asyncio.run(play(kilobytes)), "turns": TURNS}


if __name__ == "__main__":
    print(main())
