"""Better: two CPU-bound calls in two processes, each with an interpreter and a GIL of its own."""

import multiprocessing
from multiprocessing.sharedctypes import SynchronizedArray


def fib(n: int) -> int:
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def work(results: "SynchronizedArray[int]", i: int) -> None:
    results[i] = fib(31)


def main() -> list[int]:
    results = multiprocessing.Array("q", 2)  # memory that both processes see
    processes = [multiprocessing.Process(target=work, args=(results, i)) for i in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    return list(results)


if __name__ == "__main__":  # without this guard a spawned child would start children of its own
    print(main())
