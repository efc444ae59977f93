"""What one more idle task of an event loop adds to the memory of this process."""

import asyncio
import os
from pathlib import Path

UNITS = 5000


def memory(pids: list[int], field: str) -> int:
    """Bytes that the processes hold together: Pss shares out what several of them map, Rss counts it every time."""
    rollups = (Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in pids)
    return sum(int(rollup.partition(f"\n{field}:")[2].split()[0]) * 1024 for rollup in rollups)


async def idle(stop: asyncio.Event) -> None:
    await stop.wait()


async def measure() -> dict[str, float]:
    stop = asyncio.Event()
    first = asyncio.create_task(idle(stop))
    await asyncio.sleep(0)
    pids = [os.getpid()]
    before = {field: memory(pids, field) for field in ("Pss", "Rss")}
    more = [asyncio.create_task(idle(stop)) for _ in range(UNITS)]
    await asyncio.sleep(0)  # all of them have begun to wait
    each, rss = ((memory(pids, field) - before[field]) / UNITS for field in ("Pss", "Rss"))
    stop.set()
    await asyncio.gather(first, *more)
    return {"each": each, "rss": rss, "overstated": rss / each}


def main() -> dict[str, float]:
    return asyncio.run(measure())


if __name__ == "__main__":
    print(main())
