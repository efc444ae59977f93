"""A multiprocessing.Queue from process to process: put small objects, and wait for an answer after every batch."""

import multiprocessing
from time import perf_counter

COUNT = 300


def receive(batch: int, queue: "multiprocessing.Queue[int]", answers: "multiprocessing.Queue[int]") -> None:
    answers.put(0)
    total = 0
    for _ in range(COUNT // batch):
        for _ in range(batch):
            total += queue.get()
        answers.put(total)


def main(batch: int = 1) -> dict[str, float]:
    queue: multiprocessing.Queue[int] = multiprocessing.Queue()
    answers: multiprocessing.Queue[int] = multiprocessing.Queue()
    receiver = multiprocessing.Process(target=receive, args=(batch, queue, answers))
    receiver.start()
    answers.get()  # it is ready: its start is not counted
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
