"""Better: the blocking call waits in a thread of its own, and the loop goes on."""

import asyncio
import time

from heartbeat import late_beside


async def work() -> None:
    await asyncio.to_thread(time.sleep, 0.05)


def main() -> dict[str, float]:
    return asyncio.run(late_beside(work))


if __name__ == "__main__":
    print(main())
