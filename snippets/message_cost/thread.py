"""A queue.SimpleQueue from thread to thread: put small objects, and wait for an answer after every batch."""

import threading
from queue import SimpleQueue
from time import perf_counter

COUNT = 600


def receive(batch: int, queue: "SimpleQueue[int]", answers: "SimpleQueue[int]") -> None:
    total = 0
    for _ in range(COUNT // batch):
        for _ in range(batch):
            total += queue.get()
        answers.put(total)


def main(batch: int = 1) -> dict[str, float]:
    queue: SimpleQueue[int] = SimpleQueue()
    answers: SimpleQueue[int] = SimpleQueue()
    receiver = threading.Thread(target=receive, args=(batch, queue, answers))
    receiver.start()
    start = perf_counter()
    for _ in range(COUNT // batch):
        for _ in range(batch):
            queue.put(1)
        total = answers.get()
    each = (perf_counter() - start) / COUNT
    receiver.join()
    return {"each": each, "lost": COUNT - total}


if __name__ == "__main__":
    print(main())
