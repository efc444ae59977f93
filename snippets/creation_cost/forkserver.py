"""A process by forkserver, forked from a small server that is running by then: create one, join it, create the next."""

import multiprocessing
from time import perf_counter

COUNT = 3


def work() -> None:
    pass


def main() -> dict[str, float]:
    context = multiprocessing.get_context("forkserver")
    first = context.Process(target=work)  # starts the server, which is not counted
    first.start()
    first.join()
    failed = 0
    start = perf_counter()
    for _ in range(COUNT):
        process = context.Process(target=work)
        process.start()
        process.join()
        failed += process.exitcode != 0
    return {"each": (perf_counter() - start) / COUNT, "failed": failed}


if __name__ == "__main__":
    print(main())
