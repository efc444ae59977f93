"""A process by fork, a copy of its parent: create one, join it, create the next."""

import multiprocessing
from time import perf_counter

COUNT = 12


def work() -> None:
    pass


def main() -> dict[str, float]:
    context = multiprocessing.get_context("fork")
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
