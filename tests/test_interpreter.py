"""Interpreters: which one is meant, what it says of itself, and a campaign under every one that this machine has."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING

import pytest

from lab import interpreter
from lab.errors import LabError
from lab.interpreter import Interpreter
from tests import pythons
from tests.test_lab import Project, project

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["project"]


def script(file: Path, text: str) -> Path:
    """An executable file of shell commands."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)
    return file


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without interpreters: a folder that is all of PATH, and no pyenv."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    return folder


def this(file: Path) -> Path:
    """Another name of the interpreter that runs the tests."""
    return script(file, f'exec "{sys.executable}" "$@"')


@pytest.mark.parametrize("name", pythons.found())
def test_an_interpreter_tells_what_it_is(name: str) -> None:
    """By itself, with the standard library alone."""
    card = interpreter.ask(pythons.found()[name])
    assert card.name == name
    assert card.implementation == "CPython"
    assert card.gil or card.free_threaded
    assert card.start_method in {"fork", "spawn", "forkserver"}
    assert set(card.packages) <= set(interpreter.PACKAGES)
    assert name.endswith("free-threaded") == card.free_threaded


@pytest.mark.parametrize("name", pythons.found())
def test_a_campaign_under_every_interpreter(project: Project, name: str) -> None:
    """The lab runs under one and measures the other; what it keeps says which."""
    status, out, err = project.run("--python", pythons.found()[name])
    assert (status, err) == (0, "")
    assert "holds" in out
    (record,) = [json.loads(file.read_text()) for file in project.records()]
    assert Interpreter(**record["interpreter"]).name == name
    # A build that runs under the first looks for its own records, and finds those of the other beside them.
    (card,) = [json.loads(file.read_text()) for file in (project.cache / "interpreters").glob("*.json")]
    assert card == record["interpreter"]


def test_several_are_measured_one_after_another(project: Project) -> None:
    """Each has a record; what is there is not measured again."""
    wanted = [part for python in pythons.found().values() for part in ("--python", python)]
    assert project.run(*wanted)[0] == 0
    assert len(project.records()) == len(pythons.found())
    again = project.run(*wanted)
    assert again[0] == 0
    assert "measuring" not in again[1]


def test_a_path_is_taken_as_it_is(bare: Path) -> None:
    """A link is not followed: in a virtual environment it is the interpreter."""
    found = this(bare.parent / "elsewhere" / "python")
    assert interpreter.find(str(found)) == str(found)


def test_a_name_is_looked_for_on_path(bare: Path) -> None:
    """And so is python3.11, where 3.11 is asked for."""
    assert interpreter.find(this(bare / "snake").name) == str(bare / "snake")
    this(bare / "python3.77t")
    assert interpreter.find("3.77t") == str(bare / "python3.77t")


def test_a_version_is_asked_of_uv(bare: Path) -> None:
    """With words that install nothing."""
    found = this(bare.parent / "uv-python")
    script(bare / "uv", f'[ "$1 $2" = "python find" ] && [ "$5" = 3.77 ] && echo "{found}"')
    assert interpreter.find("3.77") == str(found)
    with pytest.raises(LabError, match=r"no interpreter '3\.78'"):
        interpreter.find("3.78")


def test_a_version_is_looked_for_in_pyenv(bare: Path) -> None:
    """The newest that fits; 3.7 is not the beginning of 3.77, and 3.77t is another than 3.77."""
    versions = bare.parent / "pyenv" / "versions"
    for version in ("3.77.2", "3.77.10", "3.77.11t", "3.7.9"):
        this(versions / version / "bin" / "python")
    assert interpreter.find("3.77") == str(versions / "3.77.10" / "bin" / "python")
    assert interpreter.find("3.77.2") == str(versions / "3.77.2" / "bin" / "python")
    assert interpreter.find("3.77t") == str(versions / "3.77.11t" / "bin" / "python")


def test_a_name_that_does_not_start_gives_way_to_one_that_does(bare: Path) -> None:
    """As pyenv's own `python3.77` fails where no such version is chosen, though pyenv has one."""
    script(bare / "python3.77", "echo not chosen >&2; exit 127")
    found = this(bare.parent / "pyenv" / "versions" / "3.77.0" / "bin" / "python")
    assert interpreter.find("3.77") == str(found)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "echo no library >&2; exit 127",
            "snake does not start as an interpreter of Python (no library); name another",
        ),
        ("exit 3", "snake does not start as an interpreter of Python (exit status 3); name another"),
        ("true", "snake does not start as an interpreter of Python (it prints nothing); name another"),
        ("echo PyPy 3.11.13", "snake is PyPy 3.11.13: this guide measures CPython; name another"),
        ("echo CPython 3.10.13", "snake is CPython 3.10.13: the programs need 3.11 or later; name another"),
        ("echo CPython 2.7.18", "snake is CPython 2.7.18: the programs need 3.11 or later; name another"),
    ],
)
def test_what_cannot_be_measured_gets_one_sentence(bare: Path, text: str, says: str) -> None:
    """It says which, why, and what to do."""
    with pytest.raises(LabError) as raised:
        interpreter.find(str(script(bare / "snake", text)))
    assert says in str(raised.value)
    assert "\n" not in str(raised.value)


def test_what_is_no_program_gets_one_sentence(bare: Path) -> None:
    """A file that may not be run, and a name that is none."""
    (bare / "data").write_text("data")
    with pytest.raises(LabError, match="data does not start as an interpreter of Python"):
        interpreter.find(str(bare / "data"))
    for wanted in ("snake", "3.99", str(bare / "snake")):
        with pytest.raises(LabError, match=r"there is no interpreter .*: --python takes a path, a name on PATH, or a"):
            interpreter.find(wanted)


def test_one_that_never_answers_is_given_up(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that no build waits for it for ever."""
    monkeypatch.setattr(interpreter, "START", 0.2)
    with pytest.raises(LabError, match="no answer within"):
        interpreter.find(str(script(bare / "snake", "exec /bin/sleep 60")))


def test_a_wrong_name_is_told_before_anything_is_measured(project: Project) -> None:
    """Although the first of the two is right."""
    status, out, err = project.run("--python", sys.executable, "--python", "python-of-nowhere")
    assert (status, out) == (2, "")
    assert err.startswith("error: there is no interpreter 'python-of-nowhere'")
    assert err.count("\n") == 1
    assert not project.records()


def test_programs_see_little_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy, and BLAS on one thread."""
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example/")
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "8")
    assert "HTTP_PROXY" not in interpreter.environment()
    assert interpreter.environment()["OPENBLAS_NUM_THREADS"] == "1"
    assert interpreter.environment()["PATH"] == os.environ["PATH"]
