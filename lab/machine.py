"""What machine this is, how much of it we may use, and how much of it others are using."""

from __future__ import annotations

import multiprocessing
import os
import platform
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path("/")
GRAIN = 64 * 1024**2  # bytes: the total that is reported differs a little from boot to boot


@dataclass(frozen=True)
class Machine:
    """The machine's card: what a record is valid for. It names no host, no user and no path."""

    cpu: str  # the model's name
    cores: float  # usable: by affinity and by quota, so it may be a fraction
    cores_online: int
    memory: int  # bytes
    system: str  # "Linux", "Darwin", "Windows"
    kernel: str
    architecture: str
    virtualised: bool | None  # None: this system does not tell
    memory_measured: bool  # whether the proportional set can be read
    shared_memory: bool  # whether processes can share locks and memory


def describe() -> Machine:
    """The card of this machine."""
    return Machine(
        cpu=cpu_model(),
        cores=usable_cores(),
        cores_online=os.cpu_count() or 1,
        memory=round(psutil.virtual_memory().total / GRAIN) * GRAIN,
        system=platform.system(),
        kernel=platform.release(),
        architecture=platform.machine(),
        virtualised=virtualised(),
        memory_measured=Path("/proc/self/smaps_rollup").exists(),
        shared_memory=shared_memory(),
    )


def cpu_model() -> str:
    """The CPU's own name for itself, else the architecture."""
    if sys.platform == "linux":
        for line in Path("/proc/cpuinfo").read_text(errors="replace").splitlines():
            if line.startswith("model name"):
                return " ".join(line.partition(":")[2].split())
    if sys.platform == "darwin":
        return subprocess.run(
            ["sysctl", "-n", "machdep.cpu.brand_string"], capture_output=True, text=True, check=False
        ).stdout.strip()
    return platform.processor() or platform.machine()


def virtualised() -> bool | None:
    """Whether a hypervisor says that it is there: CPUID tells on x86 (Linux), sysctl on macOS."""
    if sys.platform == "linux":
        for line in Path("/proc/cpuinfo").read_text(errors="replace").splitlines():
            if line.startswith("flags"):
                return "hypervisor" in line.split()
    if sys.platform == "darwin":
        answer = subprocess.run(["sysctl", "-n", "kern.hv_vmm_present"], capture_output=True, text=True, check=False)
        return answer.stdout.strip() == "1"
    return None


def shared_memory() -> bool:
    """Whether processes can share locks and memory: both lie in /dev/shm, which a container may lack. shm_overview(7).

    Tried with a lock, for it leaves nothing behind: a forking program's has no name any more once it is made.
    """
    if "fork" not in multiprocessing.get_all_start_methods():  # Windows, whose kernel keeps them
        return True
    try:
        multiprocessing.get_context("fork").Lock()
    except (ImportError, OSError):
        return False
    return True


def affinity() -> list[int]:
    """The CPUs that this process may run on."""
    if sys.platform == "linux":
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def usable_cores(root: Path = ROOT) -> float:
    """The smaller of the affinity and the cgroup's quota, in cores; os.process_cpu_count() does not see the quota."""
    quotas = [quota for folder in cgroup_folders(root) if (quota := quota_of(folder)) is not None]
    return min([float(len(affinity())), *quotas])


def cgroup_folders(root: Path = ROOT) -> list[Path]:
    """The CPU cgroup of this process and all above it, of version 2 or 1; none outside Linux. cgroups(7)."""
    try:
        lines = (root / "proc/self/cgroup").read_text().splitlines()
    except OSError:
        return []
    folders: list[Path] = []
    for line in lines:
        _, controllers, path = line.split(":", 2)
        for mount in ("sys/fs/cgroup",) if controllers == "" else ("sys/fs/cgroup/cpu", "sys/fs/cgroup/cpu,cpuacct"):
            if controllers == "" or "cpu" in controllers.split(","):
                inside = root / mount / path.lstrip("/")
                folders += [f for f in (inside, *inside.parents) if f.is_relative_to(root / mount) and f.is_dir()]
    return list(dict.fromkeys(folder.resolve() for folder in folders))  # one may be a link to the other


def quota_of(folder: Path) -> float | None:
    """Cores that a cgroup allows, None if it sets no bound."""
    try:
        quota, period = (folder / "cpu.max").read_text().split()
    except (OSError, ValueError):
        try:
            quota = (folder / "cpu.cfs_quota_us").read_text().strip()
            period = (folder / "cpu.cfs_period_us").read_text().strip()
        except OSError:
            return None
    if quota in {"max", "-1"}:
        return None
    return int(quota) / int(period)


def throttled(root: Path = ROOT) -> int:
    """How often the cgroup has stopped us for having used up its quota, so far."""
    count = 0
    for folder in cgroup_folders(root):
        try:
            stat = dict(line.split() for line in (folder / "cpu.stat").read_text().splitlines())
        except (OSError, ValueError):
            continue
        count += int(stat.get("nr_throttled", 0))
    return count


def idle_seconds(cpus: list[int]) -> float:
    """Seconds that these CPUs have been idle, summed, so far. What is neither idle nor ours is foreign or stolen.

    In steps of a hundredth of a second: over a run of 0.2 s on two cores, the share is good to about two percent.
    """
    if sys.platform != "linux":
        return float(psutil.cpu_times().idle)
    wanted = {f"cpu{cpu}" for cpu in cpus}
    ticks = 0
    with open("/proc/stat", encoding="ascii") as stat:
        for line in stat:
            name, *fields = line.split()
            if name in wanted:
                ticks += int(fields[3]) + int(fields[4])  # idle and iowait, proc_stat(5)
    return ticks / os.sysconf("SC_CLK_TCK")
