"""An asyncio.Queue from task to task: put small objects, and await an answer after every batch."""

import asyncio
from time import perf_counter

COUNT = 2_000


async def receive(batch: int, queue: "asyncio.Queue[int]", answers: "asyncio.Queue[int]") -> None:
    total = 0
    for _ in range(COUNT // batch):
        for _ in range(batch):
            total += await queue.get()
        await answers.put(total)


async def send(batch: int) -> dict[str, float]:
    queue: asyncio.Queue[int] = asyncio.Queue()
    answers: asyncio.Queue[int] = asyncio.Queue()
    receiver = asyncio.create_task(receive(batch, queue, answers))
    start = perf_counter()
    for _ in range(COUNT // batch):
        for _ in range(batch):
            await queue.put(1)
        total = await answers.get()
    each = (perf_counter() - start) / COUNT
    await receiver
    return {"each": each, "lost": COUNT - total}


def main(batch: int = 1) -> dict[str, float]:
    return asyncio.run(send(batch))


if __name__ == "__main__":
    print(main())
