"""Better: two CPU-bound calls in two processes, each with an interpreter and a GIL of its own."""

import multiprocessing


def fib(n: int) -> int:
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def work(results: "multiprocessing.SimpleQueue[int]") -> None:
    results.put(fib(32))


def main() -> list[int]:
    results: multiprocessing.SimpleQueue[int] = multiprocessing.SimpleQueue()
    processes = [multiprocessing.Process(target=work, args=(results,)) for _ in range(2)]
    for process in processes:
        process.start()
    numbers = [results.get() for _ in processes]
    for process in processes:
        process.join()
    return numbers


if __name__ == "__main__":  # without this guard a spawned child would start children of its own
    print(main())
