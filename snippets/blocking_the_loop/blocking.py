"""Bad: a coroutine calls something that blocks, and every other task of the loop stands still."""

import asyncio
import time

from heartbeat import late_beside


async def work() -> None:
    time.sleep(0.05)


def main() -> dict[str, float]:
    return asyncio.run(late_beside(work))


if __name__ == "__main__":
    print(main())
