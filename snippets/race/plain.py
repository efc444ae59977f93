"""The plain `+= 1` without a lock: with the GIL it happens not to be interrupted, which nobody promises."""

import threading
import time

TIMES = 2_000_000  # for each of two threads: long enough for the system to run them side by side


def main() -> dict[str, float | str]:
    counter = 0

    def add() -> None:
        nonlocal counter
        for _ in range(TIMES):
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
