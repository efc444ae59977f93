"""Processes that are created and joined one after the other."""

from multiprocessing.context import ForkContext
from time import perf_counter


def work() -> None:
    pass


def create_and_join(context: ForkContext, count: int) -> dict[str, float]:
    """The seconds of each process, and how many failed."""
    failed = 0
    start = perf_counter()
    for _ in range(count):
        process = context.Process(target=work)
        process.start()
        process.join()
        failed += process.exitcode != 0
    return {"each": (perf_counter() - start) / count, "failed": failed}
