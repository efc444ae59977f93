"""Better: the same, and a lock that only one thread can hold, around reading, calling and writing."""

import threading
import time

TIMES = 15_000  # for each of two threads: fewer than without a lock, for which both wait


def fib(n: int) -> int:
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def main() -> dict[str, float | str]:
    counter = 0
    lock = threading.Lock()

    def add() -> None:
        nonlocal counter
        for _ in range(TIMES):
            with lock:
                counter += fib(6)

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
