"""Half a cure: computing in a thread lets the loop go on, but it has to wait for the GIL at each step."""

import asyncio
import time

from heartbeat import late_beside


def compute() -> None:
    end = time.perf_counter() + 0.05
    while time.perf_counter() < end:
        pass


async def work() -> None:
    await asyncio.to_thread(compute)


def main() -> dict[str, float]:
    return asyncio.run(late_beside(work))


if __name__ == "__main__":
    print(main())
