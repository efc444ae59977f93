"""The guide in odd places: it works there, or one sentence says what cannot be measured there and why."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from tests.conftest import ROOT, copy
from tests.test_lab import GOOD, SLOWER, Project, project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Guide

__all__ = ["project"]  # the fixture
NOBODY = "65534"
SPIN = "def main():\n    return sum(range({steps}))*0\n"


def shell(first: str, *unshared: str) -> list[str]:
    """A command that takes another after it: does `first` in a shell, in namespaces of its own, then runs the other."""
    namespaces = ["unshare", *unshared] if unshared else []
    return [*namespaces, "sh", "-ec", f'{first}\nexec "$@"', "sh"]


def read_only(folder: Path) -> str:
    """What makes a folder read-only in a mount namespace."""
    return f"mount --bind '{folder}' '{folder}'; mount -o remount,bind,ro '{folder}'"


@cache
def works(*command: str) -> bool:
    """Whether a command can be run here."""
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def need(*command: str, what: str) -> None:
    """Skip a test where a command that it needs does not work."""
    if not works(*command):
        pytest.skip(f"this needs {what}, which is not to be had here")


def need_mounts() -> None:
    """Skip a test where nothing can be mounted."""
    need(*shell("mount -t tmpfs none /mnt", "-m"), "true", what="the right to mount in a namespace of its own")


@pytest.fixture
def small(project: Project) -> Project:
    """The project, with a control of few rounds: whether the machine is quiet is not in question here."""
    project.edit("record.py", "control=25", "control=3")
    return project


def recorded(project: Project) -> Any:
    """The only record of a project."""
    [record] = project.records()
    return json.loads(record.read_text(encoding="utf-8"))


def assert_works(project: Project, **env: str) -> None:
    """The claim holds, and nothing is left behind."""
    status, out, err = project.run(**env)
    assert (status, "holds" in out, err) == (0, True, "")
    assert len(project.records()) == 1
    project.expect_nothing_left()


def assert_says(project: Project, *says: str, **env: str) -> None:
    """Exit status 2 and one sentence, no traceback, no record, and nothing left behind."""
    status, out, err = project.run(**env)
    assert (status, "Traceback" in out + err) == (2, False), err
    [sentence] = err.splitlines()
    for part in says:
        assert part in sentence
    assert project.records() == []
    project.expect_nothing_left()


# Fewer cores


def claim(project: Project, name: str, needs: str) -> None:
    """Add a claim that has a need."""
    with (project.root / "snippets/made_up/experiment.toml").open("a") as definition:
        definition.write(
            f'[[claims]]\nid = "{name}"\nmetric = "wall"\nof = "bad"\nover = "better"\nat_least = 1.3\n'
            f'needs = ["{needs}"]\n'
        )


def test_one_usable_core_by_affinity(small: Project) -> None:
    """What needs two is not applicable, with that reason; the rest is measured on the one."""
    need("taskset", "--version", what="taskset")
    small.through = ["taskset", "--cpu-list", str(min(os.sched_getaffinity(0)))]
    claim(small, "of-two-cores", "cores>=2")
    status, out, err = small.run()
    assert (status, err) == (0, "")
    verdicts = {verdict["claim"]: (verdict["outcome"], verdict["reason"]) for verdict in recorded(small)["verdicts"]}
    assert verdicts == {"bad-is-slower": ("holds", None), "of-two-cores": ("not-applicable", "needs-cores")}
    assert "[needs-cores]" in out
    assert recorded(small)["machine"]["cores"] == 1


@contextmanager
def control_group(controller: str, old: dict[str, str], new: dict[str, str]) -> Iterator[Path]:
    """A group of a controller with bounds, of version 1 or 2; removed when all in it have ended."""
    for parent, bounds in ((f"/sys/fs/cgroup/{controller}", old), ("/sys/fs/cgroup", new)):
        folder = Path(parent, f"guide-{uuid4().hex}")
        try:
            folder.mkdir()
        except OSError:
            continue
        try:
            if all((folder / file).exists() for file in bounds):
                for file, bound in bounds.items():
                    (folder / file).write_text(bound)
                yield folder
                return
        finally:
            folder.rmdir()
    pytest.skip(f"this needs the right to make a control group for {controller}, of version 1 or 2")


def test_half_a_core_by_quota(small: Project) -> None:
    """Rounds in which the quota stopped a program do not count, and the verdict says so, not that others were busy."""
    small.write(SPIN.format(steps=6_000_000), SPIN.format(steps=3_000_000))
    claim(small, "of-two-cores", "cores>=2")
    period = 100_000  # microseconds
    old = {"cpu.cfs_period_us": f"{period}", "cpu.cfs_quota_us": f"{period // 2}"}
    with control_group("cpu", old, {"cpu.max": f"{period // 2} {period}"}) as folder:
        small.through = shell(f"echo $$ > {folder}/cgroup.procs")
        status, out, err = small.run()
    assert (status, err) == (0, "")
    record = recorded(small)
    verdicts = {verdict["claim"]: (verdict["outcome"], verdict["reason"]) for verdict in record["verdicts"]}
    assert verdicts == {"bad-is-slower": ("undecided", "throttled"), "of-two-cores": ("not-applicable", "needs-cores")}
    assert "[throttled]" in out
    assert record["machine"]["cores"] == 0.5
    small.expect_nothing_left()


# Folders


def test_no_shared_memory(small: Project) -> None:
    """Programs that need it are skipped, and the claims on them say why; the others are measured."""
    need_mounts()
    shutil.rmtree(small.root / "snippets")
    shutil.copytree(ROOT / "snippets" / "cpu_bound", small.root / "snippets" / "cpu_bound")
    small.through = shell("mount -t tmpfs -o ro none /dev/shm", "-m")
    status, _out, err = small.run()
    assert (status, err) == (0, "")
    record = recorded(small)
    assert record["skipped"] == {"better": "needs-shm"}
    assert record["programs"] == ["serial", "bad"]
    assert record["machine"]["shared_memory"] is False
    for claim, verdict in zip(record["claims"], record["verdicts"], strict=True):
        if "better" in (claim["of"], claim["over"]):  # a need of the claim itself is named first
            assert verdict["outcome"] == "not-applicable"
            assert verdict["reason"] == "needs-shm" or claim["needs"]
        else:
            assert verdict["reason"] != "needs-shm"
    small.expect_nothing_left()


@pytest.mark.parametrize("folder", ["", ".cache"], ids=["checkout", "cache"])
def test_a_read_only_file_system(small: Project, folder: str) -> None:
    """Nothing new can be kept, which is said before anything is measured; what was measured before is shown."""
    need_mounts()
    (small.root / ".cache").mkdir()
    small.write("", "")  # no programs: to run them would be told
    small.through = shell(read_only(small.root / folder), "-m")
    assert_says(small, "cannot write .cache/lab", "Read-only file system")
    small.write(SLOWER, GOOD)
    small.through = []
    assert_works(small)
    small.through = shell(read_only(small.root / folder), "-m")
    status, out, err = small.run()
    assert (status, "holds" in out, "measuring" in out, err) == (0, True, False, "")


FULL = (
    "mount -t tmpfs -o size={size} none '{folder}'; "
    "dd if=/dev/zero of='{folder}/full' bs=4k count={fill} 2> /dev/null || :"
)


@pytest.mark.parametrize(("size", "fill"), [("64k", 64), ("12k", 0)], ids=["before", "by the record"])
def test_a_full_disk_below_the_cache(small: Project, size: str, fill: int) -> None:
    """One sentence that tells it from a folder that may not be written."""
    need_mounts()
    small.cache.mkdir(parents=True)
    small.through = shell(FULL.format(size=size, fill=fill, folder=small.cache), "-m")
    assert_says(small, "cannot write .cache/lab/", "No space left on device", "make room")


def test_a_disk_that_a_program_fills(small: Project) -> None:
    """The sentence names the program, and the disk: what the program itself says of it could not be written."""
    need_mounts()
    small.write(
        "import os\n\ndef main():\n    with open(os.path.join(os.environ['TMPDIR'], 'much'), 'wb', 0) as file:\n"
        "        while file.write(bytes(2**16)):\n            pass\n",
        GOOD,
    )
    small.through = shell(f"mount -t tmpfs -o size=1m none '{small.scratch}'", "-m")
    assert_says(small, "snippets/made_up/bad.py", "the disk of the folder for temporary files is full")


def test_a_disk_with_room_for_no_more_files(small: Project) -> None:
    """Not even a run can be started."""
    need_mounts()
    small.through = shell(f"mount -t tmpfs -o nr_inodes=5 none '{small.scratch}'", "-m")
    assert_says(small, "nothing can be run here", "No space left on device")


def test_no_folder_for_temporary_files(small: Project) -> None:
    """Neither the one that is asked for nor any of the usual ones can be written."""
    need_mounts()
    folders = [Path(name) for name in ("/tmp", "/var/tmp", "/usr/tmp") if Path(name).is_dir()]
    small.through = shell("; ".join(map(read_only, [*folders, small.root])) + f"; cd '{small.root}'", "-m")
    assert_says(small, "temporary files", "set TMPDIR")


def test_a_folder_for_temporary_files_that_does_not_exist(small: Project) -> None:
    """The next of the usual ones is taken. (Here TEMP, for a campaign elsewhere may hold the lock in /tmp.)"""
    assert_works(small, TMPDIR=str(small.scratch / "gone"), TEMP=str(small.scratch))


# And none of Python's help, which would take it for C.UTF-8.
LOCALE_C = {"LANG": "C", "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
ODD = "有 空白 的 資料夾 'quoted' & \"more\""


def test_a_path_with_spaces_and_chinese_where_the_locale_is_c(tmp_path: Path) -> None:
    """For measuring: programs, results in Chinese, and the folder of their own."""
    (tmp_path / ODD).mkdir()
    odd = Project(tmp_path / ODD)
    odd.edit("record.py", "control=25", "control=3")
    odd.write(
        SLOWER.replace("    return sum(range(1000))\n", "    return '中文'\n"), "def main():\n    return '中文'\n"
    )
    assert_works(odd, **LOCALE_C)
    assert recorded(odd)["result"] == "中文"


def test_a_terminal_that_knows_no_chinese(small: Project) -> None:
    """What it cannot show it shows in another way."""
    small.write("def main():\n    raise ValueError('不行')\n", GOOD)
    assert_says(small, "it raised ValueError: \\u4e0d\\u884c", **LOCALE_C)


# Clocks


def test_no_clock_that_may_be_set_measures_a_duration() -> None:
    """The wall clock jumps; it is good for the date of a record, and for nothing else."""
    jump = {"time.time", "time.time_ns", "time.localtime", "time.gmtime", "datetime.now", "datetime.utcnow"}
    jump |= {"datetime.today", "date.today"}
    found = set()
    for file in [*ROOT.glob("lab/*.py"), *ROOT.glob("snippets/*/*.py")]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and ".".join(ast.unparse(node).split(".")[-2:]) in jump:
                found.add((file.name, ast.unparse(node)))
            if isinstance(node, ast.ImportFrom) and node.module == "time":
                found |= {(file.name, f"time.{name.name}") for name in node.names if f"time.{name.name}" in jump}
    assert found == {("bench.py", "datetime.now")}


def test_a_wall_clock_that_jumps(small: Project, tmp_path: Path) -> None:
    """By hours, forth and back, at every look at it: for the lab, its supervisor and the programs."""
    jumps = (
        "import itertools, time\n\nreally, hours = time.time, itertools.cycle((0, 3600, -7200))\n"
        "time.time = lambda: really() + next(hours)\ntime.time_ns = lambda: int(time.time() * 1e9)\n"
    )
    (tmp_path / "sitecustomize.py").write_text(jumps)
    small.edit("worker.py", "import time\n", jumps)
    assert_works(small, PYTHONPATH=str(tmp_path))


def test_another_origin_of_the_clocks(small: Project) -> None:
    """As in a container that was moved to a machine which has run for years."""
    prefix = ["unshare", "--time", "--fork", "--kill-child", "--monotonic", "100000000", "--boottime", "100000000"]
    need(*prefix, "true", what="a time namespace")
    small.through = prefix
    late = "    return time.monotonic() > 100_000_000\n"
    small.write(f"import time\n\ndef main():\n    time.sleep(0.02)\n{late}", f"import time\n\ndef main():\n{late}")
    assert_works(small)
    assert recorded(small)["result"] is True


# Networks


ASKS = """
import sys, time, urllib.request

def main(url):
    time.sleep({seconds})
    with urllib.request.urlopen(url) as answer:
        return answer.read().decode()
"""


@pytest.fixture
def asking(small: Project) -> Project:
    """Programs that ask the server, with proxies in the environment that lead nowhere."""
    small.write(ASKS.format(seconds=0.1), ASKS.format(seconds=0))
    definition = small.root / "snippets/made_up/experiment.toml"
    definition.write_text("server = true\n" + definition.read_text())
    return small


PROXIES = dict.fromkeys(("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"), "http://127.0.0.1:9")


def test_a_network_of_proxies(asking: Project) -> None:
    """The programs reach the server on loopback all the same."""
    assert_works(asking, **PROXIES)


def test_no_network_but_loopback(asking: Project) -> None:
    """The server is on loopback."""
    asking.through = shell("ip link set lo up", "-n")
    need(*asking.through, "true", what="a network namespace")
    assert_works(asking)


def test_no_network_at_all(asking: Project) -> None:
    """What needs the server cannot be measured; it is not the programs that are blamed, and the others are measured."""
    asking.through = shell("", "-n")
    need(*asking.through, "true", what="a network namespace")
    assert_says(asking, "lab/server.py", "loopback")
    shutil.copytree(asking.root / "snippets/made_up", asking.root / "snippets/other")
    asking.write(SLOWER, GOOD)
    status, out, err = asking.run()
    assert (status, "made_up/bad-is-slower" in out, len(err.splitlines())) == (2, True, 1)


# Terminals


def test_what_is_printed_fills_the_disk(small: Project) -> None:
    """Nobody can read a verdict then: it is no refuted claim, and says what it is."""
    need("test", "-c", "/dev/full", what="/dev/full")
    small.through = shell("exec > /dev/full")
    assert_says(small, "the disk is full")


@pytest.mark.parametrize("measured", [False, True])
def test_a_reader_that_goes_away(small: Project, *, measured: bool) -> None:
    """`python -m lab | head -1`: neither a traceback nor the exit status of a refuted claim, and nothing is left."""
    if measured:
        assert_works(small)
    process = small.start(PYTHONUNBUFFERED="1")
    assert process.stdout
    assert process.stderr
    assert process.stdout.readline()
    process.stdout.close()
    err = process.stderr.read()
    assert (process.wait(timeout=60), err) == (141, "")
    small.expect_nothing_left()


# Users


AS_NOBODY = ["setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"]
AS_NOBODY += ["--inh-caps=-all,+dac_read_search", "--ambient-caps=+dac_read_search"]  # pytest's folder is ours alone


def test_a_lock_that_root_left(small: Project) -> None:
    """Whatever root's umask was, another user may take the lock, in a folder where nobody removes others' files."""
    need(*AS_NOBODY, "true", what="the right to become another user")
    small.through = shell("umask 077")
    assert_works(small)
    [lock] = small.scratch.glob("*.lock")
    assert lock.stat().st_mode & 0o444 == 0o444
    small.scratch.chmod(0o1777)
    shutil.chown(small.root, int(NOBODY))
    shutil.rmtree(small.root / ".cache")
    small.through = AS_NOBODY
    assert_works(small)
    assert (lock.stat().st_uid, small.records()[0].stat().st_uid) == (0, int(NOBODY))


def test_a_user_without_a_name_and_without_a_home(small: Project) -> None:
    """As a container's user may be: also where a home folder would be looked into."""
    nobody = [part.replace(NOBODY, "54321") for part in AS_NOBODY]
    need(*nobody, "true", what="the right to become another user")
    shutil.chown(small.root, 54321)
    small.scratch.chmod(0o1777)
    small.through = ["env", "--unset=HOME", "--unset=PYENV_ROOT", *nobody]
    assert_works(small)
    status, _, err = small.run("--python", "3.99")
    assert (status, "there is no interpreter '3.99'" in err, "Traceback" in err) == (2, True, False)


# Builds


def test_a_build_in_a_read_only_checkout(guide: Guide, tmp_path: Path) -> None:
    """The site can be written elsewhere; where it cannot be written, one sentence says so."""
    need_mounts()
    guide = replace(guide, through=tuple(shell(read_only(guide.root), "-m")))
    done = guide.build("--site-dir", str(tmp_path / "elsewhere"))
    assert done.returncode == 0, done.stdout
    assert (tmp_path / "elsewhere" / "index.html").is_file()
    done = guide.build()
    assert done.returncode != 0
    assert "Traceback" not in done.stdout
    assert "Read-only file system" in done.stdout
    assert [file.name for file in guide.site.iterdir()] == ["old.txt"]


def test_a_build_that_fills_the_disk(guide: Guide, tmp_path: Path) -> None:
    """One sentence, and nothing is left of the site that did not fit."""
    need_mounts()
    disk, left = tmp_path / "disk", tmp_path / "left"
    disk.mkdir()
    within = f"mount -t tmpfs -o size=1m none '{disk}'; \"$@\" || {{ ls -A '{disk}' > '{left}'; exit 1; }}"
    done = replace(guide, through=("unshare", "-m", "sh", "-c", within, "sh")).build("--site-dir", str(disk / "site"))
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stdout
    [sentence] = [line for line in done.stdout.splitlines() if "no site was written" in line]
    assert "No space left on device" in sentence
    assert left.read_text() == ""


def test_a_build_in_a_strange_place(guide: Guide, tmp_path: Path) -> None:
    """No network, no home folder, the locale C, proxies all the same, and a path with spaces and Chinese."""
    network = shell("", "-n")
    through = tuple(network) if works(*network, "true") else ()
    strange = replace(copy(guide.root, tmp_path / ODD / "指南", ".cache"), through=through)
    done = strange.build(**PROXIES, **LOCALE_C, HOME="/nowhere", TMPDIR="/nowhere")
    assert done.returncode == 0, done.stdout
    assert "measuring" not in done.stdout
    assert strange.page("cpu-bound").is_file()
    assert strange.page("cpu-bound", "zh-TW").is_file()


def test_a_site_that_root_built(guide: Guide) -> None:
    """Another user's build takes its place, and says what is left to remove; the next says the same at once."""
    need(*AS_NOBODY, "true", what="the right to become another user")
    for path in [guide.root, *guide.root.rglob("*")]:
        if not path.is_relative_to(guide.site):
            shutil.chown(path, int(NOBODY))
    for built in (True, False):
        before = {path for path in guide.root.rglob("*") if "__pycache__" not in path.parts}
        done = replace(guide, through=tuple(AS_NOBODY)).build()
        assert (done.returncode, "Traceback" in done.stdout) == (1, False), done.stdout
        assert ("Documentation built" in done.stdout) == built
        sentence = done.stdout.splitlines()[-1]
        assert "Permission denied" in sentence
        assert str(guide.root / "site.partial.old") in sentence
        assert guide.page("index").is_file()
        assert before <= {*guide.root.rglob("*"), guide.site / "old.txt"}


def test_two_builds_at_once(guide: Guide) -> None:
    """Into the same folder: both end well, one after the other, and the site is whole."""
    with guide.running("build") as first, guide.running("build") as second:
        printed = [process.communicate(timeout=120)[0] for process in (first, second)]
        assert (first.returncode, second.returncode) == (0, 0), printed
    assert sum("another build is writing site; waiting for it to end" in text for text in printed) == 1
    assert guide.page("index").is_file()
    assert not list(guide.root.glob("*.partial*"))
