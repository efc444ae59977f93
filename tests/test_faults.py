"""Faults really injected into the lab, into what runs below it, and into a build, at moments of no one's choice.

After each the same is true: soon nothing of ours lives, what is there is whole, and the next run works.
"""

from __future__ import annotations

import json
import random
import signal
import socket
import time
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from lab import record as records
from tests.conftest import stop
from tests.test_lab import GOOD, Project, project
from tests.test_places import control_group, shell

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Guide

__all__ = ["project"]  # the fixture
SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGKILL]
LAB_ENDS = 3.0  # seconds that a tiny campaign takes, about: moments are spread over it
BUILD_ENDS = 6.0


def expect_next_run_works(project: Project) -> None:
    """Whatever the last one left: it is not complained of, and there is a record."""
    status, out, err = project.run()
    assert (status, "holds" in out, err) == (0, True, "")
    project.expect_nothing_left()


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.parametrize("whom", ["lab", "lab.supervisor"])
def test_the_lab_hit_at_any_moment(project: Project, whom: str, number: signal.Signals, seed: int) -> None:
    """While it starts, measures, writes or ends: a refuted claim is never what the exit status says."""
    chance = random.Random(f"{whom} {number} {seed}")
    process = project.start()
    time.sleep(chance.uniform(0, LAB_ENDS))
    for victim in project.living():
        if whom == "lab.supervisor" and "lab.supervisor" in victim.cmdline():
            victim.send_signal(number)
    if whom == "lab":
        process.send_signal(number)
    process.communicate(timeout=30)
    assert process.returncode in {0, 2, 130, 143, -number}
    project.expect_nothing_left(2.0)
    expect_next_run_works(project)


@pytest.mark.parametrize("number", SIGNALS)
def test_a_build_hit_at_any_moment(guide: Guide, number: signal.Signals) -> None:
    """While it measures, writes or moves the site: the earlier site is there, or the new one, and each is whole."""
    next((guide.root / ".cache" / "lab").glob("missing_guard-*.json")).unlink()  # so that a little is to be measured
    process = guide.start("build")
    time.sleep(random.Random(f"build {number}").uniform(0, BUILD_ENDS))
    below = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
    if number == signal.SIGKILL:
        process.kill()  # the build alone: the lab, if it runs, is to notice
        process.communicate(timeout=60)
    else:
        stop(process, number)
    _, living = psutil.wait_procs(below, timeout=2)
    assert living == []
    earlier = [path.name for path in guide.site.iterdir()] if guide.site.exists() else []
    assert earlier in ([], ["old.txt"]) or (guide.site / "en" / "index.html").is_file()
    assert not list((guide.root / ".cache" / "lab").glob("*.partial"))
    done = guide.build()
    assert done.returncode == 0, done.stdout
    assert (guide.site / "data" / "missing_guard.json").is_file()
    assert [path.name for path in guide.root.glob("site*")] == ["site"]


def test_a_daemon_that_ignores_every_signal_gives_its_port_back(project: Project) -> None:
    """Forked twice, in a session of its own, and deaf to whatever can be ignored: it ends with its run."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    project.write(
        f"""
import os, signal, socket, time

def main():
    ready, tell = os.pipe()
    if os.fork() == 0:
        os.setsid()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        if os.fork():
            os._exit(0)
        door = socket.socket()
        door.bind(("127.0.0.1", {port}))
        door.listen()
        os.write(tell, b"1")
        time.sleep(600)
    os.read(ready, 1)
    time.sleep(0.02)
    return sum(range(1000))
""",
        GOOD,
    )
    status, out, err = project.run()  # each run binds the port anew: it was free again after each
    assert (status, "holds" in out, err) == (0, True, "")
    project.expect_nothing_left()
    with socket.socket() as again:
        again.bind(("127.0.0.1", port))


@pytest.mark.parametrize("stream", [1, 2])
def test_a_flood_of_output_is_dammed(project: Project, stream: int) -> None:
    """No file of a program grows without end; one sentence says which program it was."""
    project.write(
        f"import os\n\ndef main():\n    while True:\n        os.write({stream}, b'x' * 2**20)\n",
        GOOD,
    )
    status, _, err = project.run()
    assert status == 2
    [sentence] = err.splitlines()
    assert "snippets/made_up/bad.py" in sentence
    assert "File too large" in sentence
    assert len(sentence) < 500
    project.expect_nothing_left()


BOMBS = {  # what the first child does
    "tree": """
            try:
                os.fork()
            except OSError:
                pass
""",
    "chain": """
            if os.fork():
                os._exit(0)
""",
    "chain of sessions": """
            if os.fork():
                os._exit(0)
            os.setsid()
""",
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_program_that_forks_without_end(project: Project, bomb: str) -> None:
    """Bounded by a control group, as a build that runs strangers' programs should be: it is over with its run."""
    project.write(
        f"""
import os, time

def main():
    if os.fork() == 0:
        while True:{BOMBS[bomb]}
    time.sleep(0.2)
    raise ValueError("lit")
""",
        GOOD,
    )
    with control_group("pids", {"pids.max": "200"}, {"pids.max": "200"}) as folder:
        project.through = shell(f"echo $$ > {folder}/cgroup.procs")
        status, _, err = project.run()
        assert status == 2
        assert "Traceback" not in err
        [sentence] = err.splitlines()
        assert "snippets/made_up/bad.py" in sentence or "nothing can be run here" in sentence
        project.expect_nothing_left(5.0)
        assert (folder / "cgroup.procs").read_text() == ""


def test_a_program_that_takes_all_memory(project: Project) -> None:
    """In a control group that has little: the system kills the program, and the lab lives to say so."""
    project.write("def main():\n    hoard = []\n    while True:\n        hoard.append(bytearray(2**22))\n", GOOD)
    bound = f"{300 * 2**20}"
    with control_group("memory", {"memory.limit_in_bytes": bound}, {"memory.max": bound}) as folder:
        project.through = shell(f"echo $$ > {folder}/cgroup.procs")
        status, _, err = project.run()
    assert status == 2
    [sentence] = err.splitlines()
    assert "snippets/made_up/bad.py" in sentence
    assert "as the system does when memory runs out" in sentence or "MemoryError" in sentence
    project.expect_nothing_left(2.0)


# A build that cannot be fooled


def cpu_bound(guide: Guide) -> Path:
    """The record of an experiment, as a full one: a full build refuses what it refutes."""
    (file,) = (guide.root / ".cache" / "lab").glob("cpu_bound-*-quick.json")
    return file


def forge(table: dict[str, Any]) -> None:
    """Say that all holds, with a digest that fits."""
    for verdict in table["verdicts"]:
        verdict.update(outcome="holds", reason=None)
    table["digest"] = records.digest({key: value for key, value in table.items() if key != "digest"})


def edit(table: dict[str, Any]) -> None:
    """A sample that was too long."""
    table["rounds"][1]["runs"][0]["wall"] /= 2


def move(table: dict[str, Any]) -> None:
    """To a machine of another name, with a digest that fits."""
    table["machine"]["cpu"] = "Another CPU"
    table["digest"] = records.digest({key: value for key, value in table.items() if key != "digest"})


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [((), {}), (("-q",), {}), (("--no-strict",), {}), (("-q", "--no-strict"), {"PYTHONWARNINGS": "ignore"})],
)
def test_no_flag_lets_a_broken_experiment_pass(
    guide: Guide, arguments: tuple[str, ...], environment: dict[str, str]
) -> None:
    """It ends with a sentence, and there is no new site."""
    guide.edit("snippets/missing_guard/spawn.py", "def main(", "1 / 0\n\n\ndef main(")
    done = guide.build(*arguments, **environment)
    assert done.returncode != 0
    assert "snippets/missing_guard/spawn.py" in done.stdout
    assert [path.name for path in guide.site.iterdir()] == ["old.txt"]


@pytest.mark.parametrize("tamper", [edit, forge, move])
def test_no_edited_record_is_shown(guide: Guide, tamper: Callable[[dict[str, Any]], None]) -> None:
    """It is found out, said so, and measured again: what is published follows from its own samples."""
    file = cpu_bound(guide)
    table = json.loads(file.read_text())
    digest = table["digest"]
    tamper(table)
    file.write_text(json.dumps(table))
    done = guide.build()
    assert done.returncode == 0, done.stdout
    assert "cpu_bound" in done.stdout
    shown = json.loads((guide.site / "data" / "cpu_bound.json").read_text())
    assert shown["digest"] not in {digest, table["digest"]}
    assert records.from_json(shown).as_json == shown
