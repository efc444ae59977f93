"""How a part of a program may fail, and what becomes of a program of which a part fails so."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable

CRASHES: dict[str, Callable[[], object]] = {
    "exception": lambda: 1 // 0,
    "sys_exit": lambda: sys.exit(3),
    "os_exit": lambda: os._exit(3),
    "segfault": lambda: ctypes.string_at(0),
    "sigkill": lambda: os.kill(os.getpid(), signal.SIGKILL),
}


def crash(how: str) -> None:
    CRASHES[how]()


def outcomes(program: str, hows: Iterable[str] = CRASHES) -> dict[str, str]:
    """What the program prints of each failure, or how it ended itself."""
    pipe = subprocess.PIPE
    command = [sys.executable, program]  # an interpreter for each, for some do not survive it
    runs = {how: subprocess.Popen([*command, how], stdout=pipe, stderr=pipe, text=True) for how in hows}
    return {how: read(run) for how, run in runs.items()}


def read(run: "subprocess.Popen[str]") -> str:
    said, errors = run.communicate(timeout=30)
    if run.returncode in {3, -signal.SIGSEGV, -signal.SIGKILL}:
        return "all-die"
    if run.returncode:
        raise RuntimeError(errors.strip().rpartition("\n")[2])
    return "printed" if "silent" in said and "ZeroDivisionError" in errors else said.strip()
