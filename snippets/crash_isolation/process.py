"""A process that crashes: its parent goes on and is told; only a lock that the process held stays locked."""

import multiprocessing
import sys
from multiprocessing.synchronize import Lock

from crashes import CRASHES, crash, outcomes


def die_with(lock: Lock) -> None:
    with lock:
        crash("sigkill")


def outcome(how: str) -> str:
    if how == "held_lock":
        lock = multiprocessing.Lock()
        process = multiprocessing.Process(target=die_with, args=(lock,))
        process.start()
        process.join()
        return "survives" if lock.acquire(timeout=0.5) else "hangs"
    process = multiprocessing.Process(target=crash, args=(how,))
    process.start()
    process.join()
    return "survives" if process.exitcode else "silent"


def main() -> dict[str, str]:
    return outcomes(__file__, [*CRASHES, "held_lock"])


if __name__ == "__main__":
    print(outcome(sys.argv[1]) if sys.argv[1:] else main())
