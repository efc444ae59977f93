"""One program, run once: a real interpreter, and every way in which a program can go wrong."""

import ast
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lab.runner import WORKER
from tests import pythons

EVERY_INTERPRETER = pytest.mark.parametrize("python", pythons.found().values(), ids=pythons.found())


def sample_of(folder: Path, source: str, *arguments: str, python: str = sys.executable) -> tuple[dict[str, Any], int]:
    """What the worker says of a program, and its exit status."""
    program = folder / "program.py"
    program.write_text(source)
    done = subprocess.run(
        [python, "-P", "-s", WORKER, program, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return ast.literal_eval(done.stdout), done.returncode


@EVERY_INTERPRETER
def test_a_sample(tmp_path: Path, python: str) -> None:
    """Times and counts are there, and so is the result."""
    sample, status = sample_of(tmp_path, "def main(n): return [n, sum(range(10**6))]", "n=7", python=python)
    assert status == 0
    assert sample["result"] == [7, 499999500000]
    assert sample["wall"] > 0
    assert sample["user"] > 0
    assert set(sample) == {"wall", "user", "system", "switches", "load", "result"}


def test_imports_and_sleep_cost_no_cpu(tmp_path: Path) -> None:
    """Only main() is measured; waiting is wall time alone."""
    slow_import = "import time\nend = time.process_time() + 0.2\nwhile time.process_time() < end: pass\n"
    sample, _ = sample_of(tmp_path, slow_import + "def main():\n    time.sleep(0.3)")
    assert sample["user"] + sample["system"] < 0.1 < 0.3 <= sample["wall"]


@EVERY_INTERPRETER
@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_the_cpu_time_of_children_counts(tmp_path: Path, method: str, python: str) -> None:
    """Also of the fork server's, which no rusage shows."""
    source = """
import multiprocessing, time

def work():
    end = time.process_time() + 0.3
    while time.process_time() < end:
        pass

def main():
    process = multiprocessing.get_context("%s").Process(target=work)
    process.start()
    process.join()
    return process.exitcode
"""
    sample, _ = sample_of(tmp_path, source % method, python=python)
    assert sample["result"] == 0
    assert sample["user"] + sample["system"] >= 0.25


@EVERY_INTERPRETER
@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_a_started_child_imports_the_program_and_not_the_worker(tmp_path: Path, method: str, python: str) -> None:
    """It sees what a reader's child would see."""
    source = """
import multiprocessing, sys

def look(queue):
    queue.put([__name__, sys.modules["__main__"].__file__.endswith("program.py"), "runpy" in sys.modules])

def main():
    context = multiprocessing.get_context("METHOD")
    queue = context.SimpleQueue()
    process = context.Process(target=look, args=(queue,))
    process.start()
    found = queue.get()
    process.join()
    return found[:2]

if __name__ == "__main__":
    raise SystemExit("the guard is not closed")
"""
    sample, _ = sample_of(tmp_path, source.replace("METHOD", method), python=python)
    assert sample["result"] == ["__mp_main__", True]


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("def main():\n    raise ValueError('bad\\nluck')", "it raised ValueError: bad luck at line 2"),
        ("def main():\n    return 1 / 0", "it raised ZeroDivisionError: division by zero at line 2"),
        ("def main():\n    raise SystemExit(0)", "it called sys.exit(0) at line 2"),
        ("import sys\nsys.exit(3)", "it called sys.exit(3) at line 2"),
        ("def main(:", "it raised SyntaxError"),
        (
            "import nothing_of_that_name",
            "it raised ModuleNotFoundError: No module named 'nothing_of_that_name' at line 1",
        ),
        ("x = 1", "has no attribute 'main'"),
        ("def main(n): pass", "it raised TypeError"),
        ("def main():\n    print('hello')", r"it printed 'hello\n' while it was measured"),
        ("import os\ndef main():\n    os.write(1, b'raw')", "it printed 'raw'"),
        ("import subprocess\ndef main():\n    subprocess.run(['echo', 'child'])", "it printed 'child"),
    ],
)
def test_what_goes_wrong_is_one_sentence(tmp_path: Path, source: str, says: str) -> None:
    """With the line of the program, and a status that cannot be taken for success."""
    sample, status = sample_of(tmp_path, source)
    assert set(sample) == {"error"}
    assert says in sample["error"]
    assert "\n" not in sample["error"]
    assert status == 1
