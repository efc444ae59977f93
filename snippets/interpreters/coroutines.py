"""The yardstick: two CPU-bound calls in two tasks, which compute one after the other."""

import asyncio


def work(thousands: int) -> int:
    total = 0
    for i in range(1000 * thousands):
        total += i
    return total


async def task(thousands: int) -> int:
    return work(thousands)


async def both() -> list[int]:
    return list(await asyncio.gather(task(7000), task(7000)))


def main() -> list[int]:
    return asyncio.run(both())


if __name__ == "__main__":
    print(main())
