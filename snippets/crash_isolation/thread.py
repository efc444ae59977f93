"""A thread that crashes: an exception or sys.exit ends only the thread, anything harder ends all."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable

CRASHES: dict[str, Callable[[], object]] = {
    "exception": lambda: 1 // 0,
    "sys_exit": lambda: sys.exit(3),
    "os_exit": lambda: os._exit(3),
    "segfault": lambda: ctypes.string_at(0),
    "sigkill": lambda: os.kill(os.getpid(), signal.SIGKILL),
}


def crash(how: str) -> None:
    CRASHES[how]()


def outcome(how: str) -> str:
    thread = threading.Thread(target=crash, args=(how,))
    thread.start()
    thread.join()
    return "silent"


def read(run: "subprocess.Popen[str]") -> str:
    said, errors = run.communicate(timeout=30)
    if run.returncode in {3, -signal.SIGSEGV, -signal.SIGKILL}:
        return "all-die"
    return "printed" if "silent" in said and "ZeroDivisionError" in errors else said.strip()


def main() -> dict[str, str]:
    command = [sys.executable, __file__]  # an interpreter for each, for some do not survive it
    pipe = subprocess.PIPE
    runs = {how: subprocess.Popen([*command, how], stdout=pipe, stderr=pipe, text=True) for how in CRASHES}
    return {how: read(run) for how, run in runs.items()}


if __name__ == "__main__":
    print(outcome(sys.argv[1]) if sys.argv[1:] else main())
