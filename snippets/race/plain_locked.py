"""The plain `+= 1` in a lock: right on every interpreter, at the price of a lock."""

import threading
import time

TIMES = 150_000  # for each of two threads


def main() -> dict[str, float | str]:
    counter = 0
    lock = threading.Lock()

    def add() -> None:
        nonlocal counter
        for _ in range(TIMES):
            with lock:
                counter += 1

    threads = [threading.Thread(target=add) for _ in range(2)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    each = (time.perf_counter() - start) / (2 * TIMES)
    return {"updates": "kept" if counter == 2 * TIMES else "lost", "each": each}


if __name__ == "__main__":
    print(main())
