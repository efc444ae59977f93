"""A multiprocessing.Pipe from process to process: send small objects, and wait for an answer after every batch."""

import multiprocessing
from multiprocessing.connection import Connection
from time import perf_counter

COUNT = 600


def receive(batch: int, pipe: Connection) -> None:
    pipe.send("ready")
    total = 0
    for _ in range(COUNT // batch):
        for _ in range(batch):
            total += pipe.recv()
        pipe.send(total)


def main(batch: int = 1) -> dict[str, float]:
    pipe, theirs = multiprocessing.Pipe()
    receiver = multiprocessing.Process(target=receive, args=(batch, theirs))
    receiver.start()
    pipe.recv()  # it is ready: its start is not counted
    start = perf_counter()
    for _ in range(COUNT // batch):
        for _ in range(batch):
            pipe.send(1)
        total = pipe.recv()
    each = (perf_counter() - start) / COUNT
    receiver.join()
    return {"each": each, "lost": COUNT - total}


if __name__ == "__main__":
    print(main())
