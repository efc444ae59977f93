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
    from collections.abc import Collection, Iterator

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


def end_descendants(keep: Collection[int] = ()) -> None:
    """Kill and reap whatever lives below this process, beside `keep` and all below them."""
    while killed := kill_descendants(keep):
        for pid in killed:
            # Only children can be waited for; grandchildren become children as soon as their parent is gone.
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)


def kill_descendants(keep: Collection[int]) -> set[int]:
    """Kill whatever is found below this process, beside `keep` and all below them; return their ids.

    Some of it may be forking all the while, in sessions of its own. So each is killed as soon as it is seen, a child
    after its parent, and the next look is at newcomers alone: then it is over before many of them have come.
    """
    ours, others = {os.getpid()}, set(keep)
    known = 0
    while len(ours) > known:
        known = len(ours)
        for pid, parent in parents(ours | others):
            if parent not in ours:
                others.add(pid)
                continue
            ours.add(pid)
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    return ours - {os.getpid()}


def proportional_set(pid: int) -> int:
    """Bytes of memory of a process, each shared page divided by the number of processes that share it (Linux).

    0 if the process is gone. From /proc/PID/smaps_rollup, proc_pid_smaps(5).
    """
    try:
        with open(f"/proc/{pid}/smaps_rollup", "rb") as rollup:
            for line in rollup:
                if line.startswith(b"Pss:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def below(root: int, without: Collection[int] = ()) -> list[int]:
    """The ids of the processes below `root`, without those in `without` and all below them."""
    children: dict[int, list[int]] = {}
    for pid, parent in parents():
        children.setdefault(parent, []).append(pid)
    return below_in(children, root, without)


def parents(without: Collection[int] = ()) -> Iterator[tuple[int, int]]:
    """Each process that is not in `without`, with its parent, as they are at the moment when they are asked for."""
    if not LINUX:
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if process.pid not in without:
                    yield process.pid, process.ppid()
        return
    for name in os.listdir("/proc"):
        if name.isdigit() and (pid := int(name)) not in without:
            try:
                with open(f"/proc/{name}/stat", "rb") as stat:
                    yield pid, int(stat.read().rpartition(b")")[2].split()[1])
            except OSError:
                continue  # it ended


def below_in(children: dict[int, list[int]], root: int, without: Collection[int]) -> list[int]:
    """What is below `root` in a tree that is given as parent → children; parents before their children."""
    found: list[int] = []
    pending = [root]
    while pending:
        below_it = [pid for pid in children.get(pending.pop(), []) if pid not in without]
        found += below_it
        pending += below_it
    return found
