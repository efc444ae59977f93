"""Bad: two threads add to one counter, and between reading and writing it they call a function."""

import threading
import time

TIMES = 100_000  # for each of two threads: long enough for them to take turns many times


def fib(n: int) -> int:
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def main() -> dict[str, float | str]:
    counter = 0

    def add() -> None:
        nonlocal counter
        for _ in range(TIMES):
            counter += fib(6)  # reads the counter, calls fib, writes the sum: the other thread may come between

    threads = [threading.Thread(target=add) for _ in range(2)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    each = (time.perf_counter() - start) / (2 * TIMES)
    return {"updates": "kept" if counter == 2 * TIMES * fib(6) else "lost", "each": each}


if __name__ == "__main__":
    print(main())
