"""What one more idle thread adds to the memory of this process."""

import os
import threading

from footprint import added, memory

UNITS = 200


def idle(ready: threading.Semaphore, stop: threading.Event) -> None:
    ready.release()
    stop.wait()


def start(units: int, stop: threading.Event) -> list[threading.Thread]:
    """Start threads, and return once all of them are about to wait."""
    ready = threading.Semaphore(0)
    threads = [threading.Thread(target=idle, args=(ready, stop)) for _ in range(units)]
    for thread in threads:
        thread.start()
        ready.acquire()
    return threads


def main() -> dict[str, float]:
    stop = threading.Event()
    first = start(1, stop)
    before = memory({os.getpid()})
    more = start(UNITS, stop)
    result = added(before, memory({os.getpid()}), UNITS)
    stop.set()
    for thread in first + more:
        thread.join()
    return result


if __name__ == "__main__":
    print(main())
