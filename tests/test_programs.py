"""The programs that readers copy: each alone, from another folder, by every start method, and in good order."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from lab import experiment, interpreter, machine, verdict
from lab.store import SERVER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EXPERIMENTS = [experiment.load(name) for name in experiment.names()]
PROGRAMS = [(each, program) for each in EXPERIMENTS for program in each.programs]
SHARED = [file for each in EXPERIMENTS for file in each.shared]
IDS = [f"{each.name}-{program}" for each, program in PROGRAMS]
METHODS = ["fork", "spawn", "forkserver"]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The loopback server, as a process of its own."""
    server = subprocess.Popen([sys.executable, SERVER, "--port", "0"], stdout=subprocess.PIPE, text=True)
    assert server.stdout
    yield server.stdout.readline().strip()
    server.kill()
    server.wait()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("each", EXPERIMENTS, ids=lambda each: each.name)
def test_alone_from_another_folder_by_every_start_method(
    each: experiment.Experiment, method: str, tmp_path: Path, url: str
) -> None:
    """Every program of an experiment ends well and prints the same."""
    # An interpreter imports sitecustomize at its start: here it chooses the start method, as a newer Python would.
    (tmp_path / "sitecustomize.py").write_text(
        f"import multiprocessing\nmultiprocessing.set_start_method({method!r})\n"
    )
    env = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()} | {
        "PYTHONPATH": str(tmp_path)
    }
    printed = {}
    for program in applicable(each):
        arguments = [url] if each.server else []
        done = subprocess.run(
            [sys.executable, each.program(program), *arguments],
            cwd=tmp_path,
            env=env,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, ""), program
        printed[program] = done.stdout
        if each.measures or each.outcomes:
            said = ast.literal_eval(done.stdout)
            assert set(each.measures) <= set(said), program
            printed[program] = str({key: said[key] for key in said if key not in (*each.measures, *each.outcomes)})
    assert len(set(printed.values())) == 1, printed
    assert all(text.strip() for text in printed.values())


def applicable(each: experiment.Experiment) -> list[str]:
    """The programs of an experiment whose needs are met here."""
    here = machine.describe(), interpreter.ask(sys.executable)
    return [program for program in each.programs if not verdict.unmet(each.needs.get(program, ()), *here)]


@pytest.mark.parametrize(("each", "program"), PROGRAMS, ids=IDS)
def test_a_program_is_short_guarded_and_times_nothing(each: experiment.Experiment, program: str) -> None:
    """A docstring of one line, main() with a result, a guard; nothing of the lab, and no clock unless it measures."""
    source = each.program(program).read_text()
    tree = ast.parse(source)
    assert len(source.splitlines()) <= 60
    docstring = ast.get_docstring(tree)
    assert docstring
    assert "\n" not in docstring
    (main,) = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "main"]
    assert main.returns is not None
    assert any(isinstance(node, ast.Return) and node.value for node in ast.walk(main))
    assert ast.unparse(tree.body[-1]).startswith("if __name__ == '__main__':")
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert "lab" not in imported
    assert each.measures or not imported & {"timeit"}
    assert each.measures or "perf_counter" not in source


@pytest.mark.parametrize("file", SHARED, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_a_shared_module_is_short_and_imported(file: Path) -> None:
    """By two programs at least, or else it belongs into the one; and no other module has its name."""
    source = file.read_text()
    docstring = ast.get_docstring(ast.parse(source))
    assert docstring
    assert "\n" not in docstring
    assert len(source.splitlines()) <= 60
    users = [other for other in file.parent.glob("*.py") if f"from {file.stem} import" in other.read_text()]
    assert len(users) >= 2
    assert file.stem not in sys.stdlib_module_names
    assert [other.stem for other in SHARED].count(file.stem) == 1


def test_every_program_is_listed_by_its_experiment() -> None:
    """What has a main() is a program: none is shown that is not run."""
    listed = {each.program(program) for each, program in PROGRAMS}
    assert listed == {file for file in experiment.SNIPPETS.glob("*/*.py") if "\ndef main(" in file.read_text()}


@pytest.mark.parametrize("each", EXPERIMENTS, ids=lambda each: each.name)
def test_programs_pass_strict_typing(each: experiment.Experiment) -> None:
    """The bad ones too; each folder by itself, as its programs are run."""
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--explicit-package-bases", each.folder],
        cwd=experiment.ROOT,
        env=os.environ | {"MYPYPATH": str(each.folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
