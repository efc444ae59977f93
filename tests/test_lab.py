"""`python -m lab` as a person runs it, in a copy of the project with programs made for the fault in question."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING
from uuid import uuid4

import psutil
import pytest

from lab import experiment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GOOD = "def main():\n    return sum(range(1000))\n"
SLOWER = "import time\n\ndef main():\n    time.sleep(0.02)\n    return sum(range(1000))\n"
DEFINITION = """
programs = ["bad", "better"]
[[claims]]
id = "bad-is-slower"
metric = "wall"
of = "bad"
over = "better"
at_least = {threshold}
"""


class Project:
    """A copy of the project with one experiment, whose every process can be found by a mark in its environment."""

    def __init__(self, folder: Path) -> None:
        """The lab as it is, and an experiment called made_up."""
        self.root = folder / "project"
        shutil.copytree(experiment.ROOT / "lab", self.root / "lab", ignore=shutil.ignore_patterns("__pycache__"))
        self.cache = self.root / ".cache" / "lab"
        self.scratch = folder / "tmp"
        self.scratch.mkdir()
        self.mark = uuid4().hex
        self.through: list[str] = []  # a command that starts the lab somewhere else: another namespace, another user
        self.write(SLOWER, GOOD)
        # How quiet this machine is just now is not in question here.
        self.edit("record.py", "FOREIGN_LIMIT = 0.05", "FOREIGN_LIMIT = 2.0")
        self.edit("record.py", "CONTROL_LOW, CONTROL_HIGH = 0.95, 1.05", "CONTROL_LOW, CONTROL_HIGH = 0.0, 100.0")

    def edit(self, module: str, before: str, after: str) -> None:
        """Change a line of the lab."""
        file = self.root / "lab" / module
        assert before in file.read_text()
        file.write_text(file.read_text().replace(before, after))

    def write(self, bad: str, better: str, threshold: float = 1.3) -> None:
        """The two programs and the definition."""
        folder = self.root / "snippets" / "made_up"
        folder.mkdir(parents=True, exist_ok=True)
        for name, source in (
            ("bad.py", bad),
            ("better.py", better),
            ("experiment.toml", DEFINITION.format(threshold=threshold)),
        ):
            (folder / name).write_text(source)

    def start(self, *arguments: str, **env: str) -> subprocess.Popen[str]:
        """The lab, started; quick unless `PROFILE` says otherwise. HOME, which runs inherit, carries the mark."""
        return subprocess.Popen(
            [*self.through, sys.executable, "-m", "lab", *arguments],
            cwd=self.root,
            env=os.environ | {"PROFILE": "quick", "TMPDIR": str(self.scratch), "HOME": f"/{self.mark}"} | env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, **env: str) -> tuple[int, str, str]:
        """The lab, run to its end: exit status and what it printed."""
        process = self.start(*arguments, **env)
        out, err = process.communicate(timeout=120)
        return process.returncode, out, err

    def living(self) -> list[psutil.Process]:
        """Every process that carries the mark."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.environ().get("HOME") == f"/{self.mark}" and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
            except psutil.Error:
                continue
        return found

    def wait_for(self, name: str, seconds: float = 30) -> psutil.Process:
        """A process of ours whose command line has `name` in it."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for process in self.living():
                try:
                    if any(name in part for part in process.cmdline()):
                        return process
                except psutil.Error:
                    continue
            time.sleep(0.02)
        raise AssertionError(f"no process of {name}")

    def expect_nothing_left(self, seconds: float = 1.0) -> None:
        """After `seconds` no process of ours lives; no scratch folder and no partial record is there."""
        end = time.monotonic() + seconds
        while (left := self.living()) and time.monotonic() < end:
            time.sleep(0.02)
        assert left == []
        assert not [path.name for path in self.scratch.iterdir() if path.is_dir()]
        assert not list(self.cache.glob("*.partial"))

    def records(self) -> list[Path]:
        """The records that were kept."""
        return sorted(self.cache.glob("*.json"))


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """A project that is cleaned up even if a test fails."""
    made = Project(tmp_path)
    yield made
    for process in made.living():
        process.kill()


def test_a_claim_that_holds(project: Project) -> None:
    """Exit status 0, one record, and a second run that measures nothing."""
    status, out, _err = project.run()
    assert (status, "holds" in out, "measuring made_up (quick: 6 rounds each)" in out) == (0, True, True)
    (record,) = project.records()
    before = record.read_bytes()
    status, out, _ = project.run()
    assert (status, "holds" in out, "measuring" in out) == (0, True, False)
    assert record.read_bytes() == before
    project.expect_nothing_left()


def test_a_changed_program_is_measured_again_and_only_its_experiment(project: Project) -> None:
    """Another experiment keeps its record; `--anew` measures everything."""
    shutil.copytree(project.root / "snippets" / "made_up", project.root / "snippets" / "other")
    assert "measuring made_up, other (" in project.run()[1]
    project.write(SLOWER + "# changed\n", GOOD)
    assert "measuring made_up (" in project.run()[1]
    assert "measuring" not in project.run()[1]
    assert "measuring other (" in project.run("--anew", "other")[1]


def test_a_refuted_claim_ends_a_full_run_with_1_and_a_quick_one_with_0(project: Project) -> None:
    """A quick profile is never the ground of a refuted build; both say it plainly."""
    project.write(GOOD, GOOD, threshold=1000)
    quick = project.run()
    assert (quick[0], "refuted" in quick[1]) == (0, True)
    full = project.run(PROFILE="full")
    assert (full[0], "refuted" in full[1]) == (1, True)


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ("def main():\n    raise ValueError('no')\n", "it raised ValueError: no at line 2"),
        ("import sys\n\ndef main():\n    sys.exit(0)\n", "it called sys.exit(0)"),
        (
            "import os\n\ndef main():\n    os._exit(0)\n",
            "ended with exit status 0 before main() had returned",
        ),
        (
            "import os\n\ndef main():\n    os._exit(3)\n",
            "ended with exit status 3 before main() had returned",
        ),
        ("import os\n\ndef main():\n    os.kill(os.getpid(), 11)\n", "was killed by signal 11, SIGSEGV"),
        (
            "import os\n\ndef main():\n    os.kill(os.getpid(), 9)\n",
            "SIGKILL (as the system does when memory runs out)",
        ),
        ("def main():\n    print('noise')\n", "it printed 'noise"),
        ("def main():\n    return 8\n", "programs that are compared must return the same"),
        ("def main():\n    return {1, 2}\n", "something that JSON cannot hold"),
        (
            "import atexit, os\natexit.register(os._exit, 4)\n\n" + GOOD,
            "returned its result but then ended with exit status 4",
        ),
        ("import this_is_not_there\n\n" + GOOD, "ModuleNotFoundError"),
    ],
)
def test_a_broken_program(project: Project, bad: str, says: str) -> None:
    """Exit status 2, one sentence that names the file and the way out, no record, nothing left behind."""
    project.write(bad, GOOD)
    status, out, err = project.run()
    assert status == 2
    (sentence,) = [line for line in err.splitlines() if line.startswith("error: ")]
    assert says in sentence
    assert "snippets/made_up/b" in sentence
    assert "holds" not in out
    assert project.records() == []
    project.expect_nothing_left()


@pytest.mark.parametrize("ignores", ["", "signal.signal(signal.SIGTERM, signal.SIG_IGN); "])
def test_a_program_that_hangs_is_killed_with_all_its_children(project: Project, ignores: str) -> None:
    """Also one that ignores SIGTERM, and a grandchild in a session of its own."""
    bad = f"""
import os, signal, subprocess, sys, time

def main():
    {ignores}subprocess.Popen([sys.executable, "-c", "import os, time; os.fork() or os.setsid() or time.sleep(600)"])
    time.sleep(600)
"""
    project.edit("bench.py", "SHORTEST_DEADLINE = 10.0", "SHORTEST_DEADLINE = 1.0")
    project.write(bad, GOOD)
    status, _, err = project.run()
    assert status == 2
    assert "snippets/made_up/bad.py did not end within 1 s and was killed" in err
    project.expect_nothing_left()


def test_what_a_program_leaves_behind_is_ended_with_its_run(project: Project) -> None:
    """A server that was forgotten does not disturb the next run."""
    bad = """
import subprocess, sys

def main():
    subprocess.Popen([sys.executable, "-c", "import os, time; os.fork() or os.setsid() or time.sleep(600)"])
    return sum(range(1000))
"""
    project.write(bad, GOOD, threshold=0.001)
    status, _, _ = project.run()
    assert status == 0
    project.expect_nothing_left()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("whom", ["lab", "lab.supervisor"])
def test_killed_while_measuring(project: Project, number: signal.Signals, whom: str) -> None:
    """Whoever is hit by whatever: within a second nothing of ours lives, no record is there, and the next run works."""
    sleepy = "import time\n\ndef main():\n    time.sleep(1)\n    return 1\n"
    project.write(sleepy, sleepy)
    process = project.start()
    project.wait_for("worker.py")
    time.sleep(0.2)
    victim = process.pid if whom == "lab" else project.wait_for(whom).pid
    os.kill(victim, number)
    if (whom, number) == ("lab.supervisor", signal.SIGINT):  # the lab's to handle: the campaign goes on
        time.sleep(1)
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
    if number != signal.SIGKILL or whom != "lab":
        assert process.wait(timeout=5) not in {0, 1}  # 1 is for a refuted claim
    else:
        process.wait(timeout=5)
    end = time.monotonic() + 1
    while project.living() and time.monotonic() < end:
        time.sleep(0.02)
    assert project.living() == []
    assert project.records() == []
    project.write(SLOWER, GOOD)
    status, out, _ = project.run()
    assert (status, "holds" in out) == (0, True)


def test_the_lab_ends_with_the_build_that_started_it(project: Project) -> None:
    """Even if that was killed."""
    sleepy = "import time\n\ndef main():\n    time.sleep(1)\n    return 1\n"
    project.write(sleepy, sleepy)
    code = (
        "import os, subprocess, sys\n"
        "subprocess.Popen([sys.executable, '-m', 'lab'], env=os.environ | {'LAB_PARENT': str(os.getpid())}).wait()"
    )
    build = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=project.root,
        env=os.environ | {"PROFILE": "quick", "TMPDIR": str(project.scratch), "HOME": f"/{project.mark}"},
        stderr=subprocess.DEVNULL,
    )
    project.wait_for("worker.py")
    build.kill()
    build.wait()
    project.expect_nothing_left()


def test_two_campaigns_at_once_wait_for_each_other(project: Project, tmp_path: Path) -> None:
    """The second says so, and then finds the record that the first has made."""
    first = project.start()
    project.wait_for("worker.py")
    status, out, err = project.run()
    assert first.wait(timeout=60) == 0
    assert status == 0
    assert "waiting for it to end" in out + err
    assert "measuring made_up" not in out


def test_a_record_that_was_cut_or_edited_is_measured_again(project: Project) -> None:
    """With a sentence that names the file; and the verdict shown is that of real samples."""
    project.run()
    (record,) = project.records()
    whole = record.read_text()
    record.write_text(whole[:1000])
    status, _, err = project.run()
    assert (status, f"{record.name} is not used" in err) == (0, True)
    table = json.loads(record.read_text())
    table["verdicts"][0]["outcome"] = "refuted"
    record.write_text(json.dumps(table))
    status, out, err = project.run()
    assert (status, f"{record.name} is not used" in err, "refuted" in out) == (0, True, False)


def test_a_record_of_another_protocol_is_measured_again(project: Project) -> None:
    """The older one stays where it is; it is no longer looked for."""
    project.run()
    project.edit("record.py", "\nPROTOCOL = ", "\nPROTOCOL = 100")
    status, out, _ = project.run()
    assert (status, "measuring made_up" in out) == (0, True)


def test_a_folder_that_cannot_be_written(project: Project) -> None:
    """One sentence, before anything is measured. (A file in the way: root may write to any folder.)"""
    (project.root / ".cache").write_text("")
    status, _, err = project.run()
    assert status == 2
    assert "cannot write .cache/lab/" in err
    assert "Traceback" not in err
    project.expect_nothing_left()


def test_a_cache_folder_that_is_read_only(project: Project) -> None:
    """The same sentence; root, too, who first gives up the right to write anywhere."""
    project.cache.mkdir(parents=True)
    project.cache.chmod(0o555)
    pr_capbset_drop, cap_dac_override = 24, 1  # linux/prctl.h, linux/capability.h
    give_up = f"import ctypes, os, sys; ctypes.CDLL(None).prctl({pr_capbset_drop}, {cap_dac_override}, 0, 0, 0); "
    done = subprocess.run(
        [sys.executable, "-c", give_up + "os.execv(sys.executable, [sys.executable, '-m', 'lab'])"],
        cwd=project.root,
        env=os.environ | {"TMPDIR": str(project.scratch)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "cannot write .cache/lab/" in done.stderr
    assert "Permission denied" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "env", "says"),
    [
        (["nothing"], {}, "there is no experiment 'nothing': the folders under snippets/ are made_up"),
        ([], {"PROFILE": "fast"}, "PROFILE='fast' is unknown: take full or quick"),
    ],
)
def test_a_wrong_command_gets_one_sentence(
    project: Project, arguments: list[str], env: dict[str, str], says: str
) -> None:
    """And exit status 2."""
    status, _, err = project.run(*arguments, **env)
    assert (status, says in err, "Traceback" in err) == (2, True, False)


def test_a_broken_definition_leaves_the_other_experiments_alone(project: Project) -> None:
    """They are measured; the exit status tells of the broken one."""
    broken = project.root / "snippets" / "broken"
    broken.mkdir()
    (broken / "experiment.toml").write_text("programs = []")
    status, out, err = project.run()
    assert status == 2
    assert "snippets/broken/experiment.toml" in err
    assert "holds" in out


def test_proxies_do_not_reach_the_programs(project: Project) -> None:
    """They would stand between a program and the server on loopback; BLAS has one thread."""
    source = """
import os

def main():
    return [sorted(name for name in os.environ if "proxy" in name.lower()), os.environ["OPENBLAS_NUM_THREADS"]]
"""
    project.write("import time\n" + source.replace("    return", "    time.sleep(0.02)\n    return"), source)
    status, _, _ = project.run(http_proxy="http://127.0.0.1:9", HTTPS_PROXY="http://127.0.0.1:9")
    assert status == 0
    (record,) = project.records()
    assert json.loads(record.read_text())["result"] == [[], "1"]


def test_on_windows_the_lab_says_where_it_works() -> None:
    """In one sentence, instead of a module that is not found."""
    code = "import sys; sys.platform = 'win32'; import lab.cli"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=experiment.ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith("error: the lab measures on Linux and on macOS: on Windows, use WSL")
    assert done.stderr.count("\n") == 1
