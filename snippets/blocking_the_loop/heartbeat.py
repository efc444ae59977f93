"""A heartbeat in an event loop: how late is it, beside some other task?"""

import asyncio
import time
from collections.abc import Awaitable, Callable

INTERVAL = 0.005


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


async def late_beside(work: Callable[[], Awaitable[None]]) -> dict[str, float]:
    """By how many seconds the latest heartbeat was late while the work was done."""
    await asyncio.to_thread(int)  # the first call imports and starts the pool, which is not the subject
    beating = asyncio.create_task(heartbeat())
    await asyncio.sleep(INTERVAL)
    await work()
    await asyncio.sleep(2 * INTERVAL)  # so that a late heartbeat still comes
    beating.cancel()
    return {"late": await beating}
