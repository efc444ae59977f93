"""Fork a process from a parent that has touched few megabytes: create one, join it, create the next."""

import multiprocessing
from time import perf_counter

MEGABYTES = 1
COUNT = 20


def work() -> None:
    pass


def main() -> dict[str, float]:
    context = multiprocessing.get_context("fork")
    held = [b"x" * 65_536 for _ in range(16 * MEGABYTES)]
    failed = 0
    start = perf_counter()
    for _ in range(COUNT):
        process = context.Process(target=work)
        process.start()
        process.join()
        failed += process.exitcode != 0
    each = (perf_counter() - start) / COUNT
    held.clear()  # until here the parent has held them
    return {"each": each, "failed": failed}


if __name__ == "__main__":
    print(main())
