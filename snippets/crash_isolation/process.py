"""A process that crashes: its parent goes on and is told; only a lock that the process held stays locked."""

import ctypes
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from multiprocessing.synchronize import Lock

CRASHES: dict[str, Callable[[], object]] = {
    "exception": lambda: 1 // 0,
    "sys_exit": lambda: sys.exit(3),
    "os_exit": lambda: os._exit(3),
    "segfault": lambda: ctypes.string_at(0),
    "sigkill": lambda: os.kill(os.getpid(), signal.SIGKILL),
}


def crash(how: str) -> None:
    CRASHES[how]()


def die_with(lock: Lock) -> None:
    with lock:
        crash("sigkill")


def outcome(how: str) -> str:
    if how == "held_lock":
        lock = multiprocessing.Lock()
        process = multiprocessing.Process(target=die_with, args=(lock,))
        process.start()
        process.join()
        return "survives" if lock.acquire(timeout=1) else "hangs"
    process = multiprocessing.Process(target=crash, args=(how,))
    process.start()
    process.join()
    return "survives" if process.exitcode else "silent"


def read(run: "subprocess.Popen[str]") -> str:
    said, _ = run.communicate(timeout=30)
    return "all-die" if run.returncode in {3, -signal.SIGSEGV, -signal.SIGKILL} else said.strip()


def main() -> dict[str, str]:
    command = [sys.executable, __file__]  # an interpreter for each, for some do not survive it
    pipe = subprocess.PIPE
    hows = [*CRASHES, "held_lock"]
    runs = {how: subprocess.Popen([*command, how], stdout=pipe, stderr=pipe, text=True) for how in hows}
    return {how: read(run) for how, run in runs.items()}


if __name__ == "__main__":
    print(outcome(sys.argv[1]) if sys.argv[1:] else main())
