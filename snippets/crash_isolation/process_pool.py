"""ProcessPoolExecutor: exceptions reach the parent; a worker that dies breaks the whole pool."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

CRASHES: dict[str, Callable[[], object]] = {
    "exception": lambda: 1 // 0,
    "sys_exit": lambda: sys.exit(3),
    "os_exit": lambda: os._exit(3),
    "segfault": lambda: ctypes.string_at(0),
    "sigkill": lambda: os.kill(os.getpid(), signal.SIGKILL),
}


def crash(how: str) -> None:
    time.sleep(0.2)  # until other work is pending
    CRASHES[how]()


def outcome(how: str) -> str:
    with ProcessPoolExecutor(1) as pool:
        first = pool.submit(crash, how if how in CRASHES else "exception")
        pending = pool.submit(abs, -1)
        if how == "unread":
            return "silent" if pending.result() == 1 else "pool-broken"
        try:
            first.result()
        except SystemExit:
            return "exit-passed-on"
        except BrokenProcessPool as broken:
            return "pool-broken" if type(pending.exception()) is type(broken) else "survives"
        except ZeroDivisionError:
            return "survives" if pending.result() == 1 else "pool-broken"
    return "silent"


def read(run: "subprocess.Popen[str]") -> str:
    said, errors = run.communicate(timeout=30)
    if run.returncode in {3, -signal.SIGSEGV, -signal.SIGKILL}:
        return "all-die"
    return "printed" if "silent" in said and "ZeroDivisionError" in errors else said.strip()


def main() -> dict[str, str]:
    command = [sys.executable, __file__]  # an interpreter for each, for some do not survive it
    pipe = subprocess.PIPE
    hows = [*CRASHES, "unread"]
    runs = {how: subprocess.Popen([*command, how], stdout=pipe, stderr=pipe, text=True) for how in hows}
    return {how: read(run) for how, run in runs.items()}


if __name__ == "__main__":
    print(outcome(sys.argv[1]) if sys.argv[1:] else main())
