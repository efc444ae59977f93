"""What one more idle task of an event loop adds to the memory of this process."""

import asyncio
import os

from footprint import added, memory

UNITS = 5000


async def idle(stop: asyncio.Event) -> None:
    await stop.wait()


async def measure() -> dict[str, float]:
    stop = asyncio.Event()
    first = asyncio.create_task(idle(stop))
    await asyncio.sleep(0)
    before = memory({os.getpid()})
    more = [asyncio.create_task(idle(stop)) for _ in range(UNITS)]
    await asyncio.sleep(0)  # all of them have begun to wait
    result = added(before, memory({os.getpid()}), UNITS)
    stop.set()
    await asyncio.gather(first, *more)
    return result


def main() -> dict[str, float]:
    return asyncio.run(measure())


if __name__ == "__main__":
    print(main())
