"""Bad: a coroutine calls something that blocks, and every other task of the loop stands still."""

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
    call()


async def measure() -> dict[str, float]:
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
