"""What one more idle thread adds to the memory of this process."""

import os
import threading
from pathlib import Path

UNITS = 200


def memory(pids: list[int], field: str) -> int:
    """Bytes that the processes hold together: Pss shares out what several of them map, Rss counts it every time."""
    rollups = (Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in pids)
    return sum(int(rollup.partition(f"\n{field}:")[2].split()[0]) * 1024 for rollup in rollups)


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
    pids = [os.getpid()]
    before = {field: memory(pids, field) for field in ("Pss", "Rss")}
    more = start(UNITS, stop)
    each, rss = ((memory(pids, field) - before[field]) / UNITS for field in ("Pss", "Rss"))
    stop.set()
    for thread in first + more:
        thread.join()
    return {"each": each, "rss": rss, "overstated": rss / each}


if __name__ == "__main__":
    print(main())
