"""What the lab takes from the system: quotas in both kinds of cgroup, and others' use of the CPU."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lab import machine, processes


def root_with(folder: Path, cgroup: str, files: dict[str, str]) -> Path:
    """A file system's root that holds only what the lab reads."""
    for name, content in {"proc/self/cgroup": cgroup, **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    return folder


@pytest.mark.parametrize(
    ("cgroup", "files", "quota"),
    [
        ("0::/a/b\n", {"sys/fs/cgroup/a/b/cpu.max": "50000 100000\n"}, 0.5),
        (
            "0::/a/b\n",
            {"sys/fs/cgroup/a/b/cpu.max": "max 100000\n", "sys/fs/cgroup/a/cpu.max": "25000 100000\n"},
            0.25,
        ),
        ("0::/\n", {"sys/fs/cgroup/cpu.max": "10000 100000\n"}, 0.1),
        (
            "3:cpu,cpuacct:/x\n",
            {
                "sys/fs/cgroup/cpu/x/cpu.cfs_quota_us": "75000\n",
                "sys/fs/cgroup/cpu/x/cpu.cfs_period_us": "100000\n",
            },
            0.75,
        ),
    ],
)
def test_the_quota_bounds_the_cores(tmp_path: Path, cgroup: str, files: dict[str, str], quota: float) -> None:
    """Of version 2 and 1, here or further up."""
    assert machine.usable_cores(root_with(tmp_path, cgroup, files)) == quota


@pytest.mark.parametrize(
    ("cgroup", "files"),
    [
        ("0::/a\n", {"sys/fs/cgroup/a/cpu.max": "max 100000\n"}),
        ("0::/a\n", {"sys/fs/cgroup/a/cpu.max": ""}),
        ("0::/gone\n", {}),
        (
            "3:cpu:/\n",
            {"sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n", "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n"},
        ),
    ],
)
def test_without_a_quota_the_affinity_decides(tmp_path: Path, cgroup: str, files: dict[str, str]) -> None:
    """No quota, or none that can be read."""
    assert machine.usable_cores(root_with(tmp_path, cgroup, files)) == len(machine.affinity())


def test_throttling_is_summed_over_the_cgroups(tmp_path: Path) -> None:
    """Any of them may have stopped us."""
    files = {
        "sys/fs/cgroup/a/cpu.stat": "nr_periods 9\nnr_throttled 2\n",
        "sys/fs/cgroup/cpu.stat": "nr_throttled 3\n",
    }
    assert machine.throttled(root_with(tmp_path, "0::/a\n", files)) == 5


def test_affinity_is_seen() -> None:
    """One usable core by affinity is one."""
    bind = "import os; os.sched_setaffinity(0, [min(os.sched_getaffinity(0))])"
    code = f"{bind}\nfrom lab import machine; print(machine.usable_cores())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert float(done.stdout) <= 1


def test_the_cpu_clock_of_another_process() -> None:
    """It runs while that process computes, and stands while it sleeps."""
    spin = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    sleep = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        time.sleep(0.5)
        before = processes.cpu_seconds(sleep.pid)
        time.sleep(0.5)
        assert processes.cpu_seconds(spin.pid) > 0.1
        assert processes.cpu_seconds(sleep.pid) - before < 0.05
    finally:
        for process in (spin, sleep):
            process.kill()
            process.wait()
    assert processes.cpu_seconds(spin.pid) == 0


def test_idle_time_stands_still_while_a_core_is_busy() -> None:
    """The core that this test occupies is not idle."""
    cpu = machine.affinity()[0]
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, [cpu])
    try:
        idle, end = machine.idle_seconds([cpu]), time.monotonic() + 0.5
        while time.monotonic() < end:
            pass
        assert machine.idle_seconds([cpu]) - idle < 0.25
    finally:
        os.sched_setaffinity(0, before)


def test_shared_memory_is_counted_once() -> None:
    """Forked children that share a block of memory: their proportional sets add up to it, not to many times it."""
    code = """
import os, time
block = bytearray(64 * 2**20)
children = []
for _ in range(4):
    if (pid := os.fork()) == 0:
        time.sleep(60)
    children.append(pid)
print(*children, flush=True)
time.sleep(60)
"""
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, start_new_session=True)
    try:
        assert parent.stdout
        parent.stdout.readline()
        tree = [parent.pid, *processes.below(parent.pid)]
        assert len(tree) == 5
        assert 64 * 2**20 < sum(map(processes.proportional_set, tree)) < 160 * 2**20
    finally:
        os.killpg(parent.pid, 9)
        parent.wait()
