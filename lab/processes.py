"""What the lab asks of the operating system about processes: their CPU time, their memory, and their end."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import time
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Collection

LINUX = sys.platform == "linux"
PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h


def adopt_orphans() -> None:
    """From now on a descendant whose parent has ended becomes this process's child, even after setsid() (Linux)."""
    if LINUX:
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def cpu_seconds(pid: int) -> float:
    """CPU seconds of a living process, without its children; 0 if it is gone.

    Linux makes a clock id out of a process id (clock_getcpuclockid(3)): nanoseconds, where /proc has hundredths.
    """
    try:
        if LINUX:
            return time.clock_gettime((~pid << 3) | 2)
        times = psutil.Process(pid).cpu_times()
        return float(times.user + times.system)
    except (OSError, psutil.Error):
        return 0.0


def descendants(keep: Collection[int] = ()) -> list[psutil.Process]:
    """The living processes below this one, without those in `keep` and all below them; the youngest last."""
    try:
        found = psutil.Process().children(recursive=True)
        kept = {child.pid for pid in keep for child in psutil.Process(pid).children(recursive=True)} | set(keep)
    except psutil.NoSuchProcess:
        return descendants()
    return [process for process in found if process.pid not in kept]


def has_children_beside(keep: Collection[int] = ()) -> bool:
    """Whether any child, living or not yet waited for, is left beside `keep`: cheap to ask where `keep` is empty."""
    if not keep:
        try:
            os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return False
    return bool(descendants(keep))


def end_descendants(keep: Collection[int] = ()) -> int:
    """Kill and reap whatever lives below this process, beside `keep`; return how many it were."""
    ended = 0
    while has_children_beside(keep):
        for process in descendants(keep):
            with contextlib.suppress(psutil.Error, OSError):
                process.send_signal(signal.SIGKILL)
                ended += 1
            # Only children can be waited for; grandchildren become children as soon as their parent is gone.
            with contextlib.suppress(ChildProcessError):
                os.waitpid(process.pid, 0)
    return ended


def proportional_set(pid: int) -> int:
    """Bytes of memory of a process, each shared page divided by the number of processes that share it (Linux).

    0 if the process is gone. From /proc/PID/smaps_rollup, proc_pid_smaps(5).
    """
    try:
        with open(f"/proc/{pid}/smaps_rollup", "rb") as rollup:  # noqa: PTH123 (read thousands of times)
            for line in rollup:
                if line.startswith(b"Pss:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def below(root: int, without: Collection[int] = ()) -> list[int]:
    """The ids of the processes below `root`, without those in `without` and all below them (Linux)."""
    children: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):  # noqa: PTH208 (a Path for each would cost ten times as much)
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", "rb") as stat:  # noqa: PTH123
                    parent = int(stat.read().rpartition(b")")[2].split()[1])
            except OSError:
                continue  # it ended
            children.setdefault(parent, []).append(int(name))
    found: list[int] = []
    pending = [root]
    while pending:
        below_it = [pid for pid in children.get(pending.pop(), []) if pid not in without]
        found += below_it
        pending += below_it
    return found
