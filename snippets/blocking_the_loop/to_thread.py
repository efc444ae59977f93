"""Better: the blocking call waits in a thread of its own, and the loop goes on."""

import asyncio
import time

INTERVAL = 0.005


def call() -> None:
    time.sleep(0.05)


async def heartbeat() -> float:
    """Wake up at regular intervals until cancelled; return the seconds by which the latest waking was late."""
    late = 0.0
    try:
        while True:
            due = time.perf_counter() + INTERVAL
            await asyncio.sleep(INTERVAL)
            late = max(late, time.perf_counter() - due)
    except asyncio.CancelledError:
        return late


async def work() -> None:
    await asyncio.to_thread(call)


async def measure() -> dict[str, float]:
    await asyncio.to_thread(int)  # the first call imports and starts the pool, which is not the subject
    beating = asyncio.create_task(heartbeat())
    await asyncio.sleep(INTERVAL)
    await work()
    await asyncio.sleep(2 * INTERVAL)  # so that a late heartbeat still comes
    beating.cancel()
    return {"late": await beating}


def main() -> dict[str, float]:
    return asyncio.run(measure())


if __name__ == "__main__":
    print(main())
