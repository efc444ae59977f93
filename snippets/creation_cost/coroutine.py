"""A coroutine as a task: create one, join it, create the next."""

import asyncio
from time import perf_counter

COUNT = 2_500


async def work() -> int:
    return 1


async def create_and_join() -> dict[str, float]:
    done = 0
    start = perf_counter()
    for _ in range(COUNT):
        done += await asyncio.create_task(work())
    return {"each": (perf_counter() - start) / COUNT, "failed": COUNT - done}


def main() -> dict[str, float]:
    return asyncio.run(create_and_join())


if __name__ == "__main__":
    print(main())
