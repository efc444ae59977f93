"""Which interpreter runs the programs, and how one is found and asked.

What runs as a script, below, needs the standard library alone, so that any interpreter can tell it of itself.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

OLDEST = (3, 11)
VERSION = re.compile(r"(?P<number>3\.[0-9]+(\.[0-9]+)?)(?P<threads>t?)")  # as uv and pyenv write them
PACKAGES = ("numpy", "psutil")  # that a program may need
START = 60.0  # seconds within which an interpreter must have said what it is
# What a program may see of our environment. Proxies are not in it: they would stand between it and the loopback server.
INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")
# BLAS has threads of its own: with more than one, a comparison of threads would measure BLAS.
FIXED = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


@dataclass(frozen=True)
class Interpreter:
    """The interpreter's card."""

    implementation: str  # "CPython"
    version: str  # "3.14.0"
    build: str  # its own account of source, compiler and date
    free_threaded: bool  # built without the need of a GIL
    gil: bool  # whether the GIL is on, before a program has imported anything
    start_method: str  # multiprocessing's default: fork, spawn or forkserver
    packages: dict[str, str]  # those of PACKAGES that it finds → their versions

    @property
    def name(self) -> str:
        """As a terminal names it."""
        return f"{self.implementation} {self.version}{' free-threaded' if self.free_threaded else ''}"


def describe_this() -> Interpreter:
    """The interpreter that runs this code."""
    import multiprocessing
    from importlib import metadata

    gil_enabled = getattr(sys, "_is_gil_enabled", None)  # 3.13 and later
    packages = {}
    for package in PACKAGES:
        try:
            packages[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return Interpreter(
        implementation=platform.python_implementation(),
        version=platform.python_version(),
        build=" ".join((*platform.python_build(), platform.python_compiler())),
        free_threaded="free-threading build" in sys.version,  # as documented; sysconfig's file may not be installed
        gil=gil_enabled() if gil_enabled else True,
        start_method=multiprocessing.get_all_start_methods()[0],  # documented: the default stands first
        packages=packages,
    )


def environment() -> dict[str, str]:
    """What a measured interpreter sees of our environment."""
    return {name: os.environ[name] for name in INHERITED if name in os.environ} | FIXED


@cache
def ask(python: str) -> Interpreter:
    """The card of an interpreter, from itself: started as runs are, for an import of ours may have changed our own GIL.

    `python` is a command as it is called. Raises LabError if it does not start, or is none that can be measured.
    """
    import ast

    from lab.errors import LabError

    who = said_by(python, "-c", "import platform as p; print(p.python_implementation() + ' ' + p.python_version())")
    implementation, _, version = who.partition(" ")
    if implementation != "CPython":
        raise LabError(f"{Path(python).name} is {who}: this guide measures CPython; name another interpreter")
    if tuple(int(number) for number in re.findall(r"[0-9]+", version)[:2]) < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        raise LabError(f"{Path(python).name} is {who}: the programs need {oldest} or later; name another interpreter")
    return Interpreter(**ast.literal_eval(said_by(python, "-P", "-s", __file__)))


def said_by(python: str, *arguments: str) -> str:
    """What an interpreter prints; raises LabError if it does not end well."""
    from lab.errors import LabError

    try:
        done = subprocess.run(
            [python, *arguments],
            env=environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=START,
            check=True,
        )
    except subprocess.CalledProcessError as error:
        why = (error.stderr.strip().splitlines() or [f"exit status {error.returncode}"])[-1]
    except subprocess.TimeoutExpired:
        why = f"no answer within {START:.0f} s"
    except OSError as error:
        why = error.strerror or type(error).__name__
    else:
        if said := done.stdout.strip():
            return said
        why = "it prints nothing"
    raise LabError(f"{Path(python).name} does not start as an interpreter of Python ({why}); name another one")


def find(wanted: str) -> str:
    """The interpreter that is meant by a path, by a name on PATH, or by a version that uv or pyenv knows.

    Raises LabError if there is none, or if it cannot be measured.
    """
    from lab.errors import LabError

    problems = []
    for python in candidates(wanted):
        try:
            ask(python)
        except LabError as error:  # such as pyenv's own `python3.12`, where no 3.12 is chosen
            problems.append(error)
        else:
            return python
    if problems:
        raise problems[0]
    raise LabError(
        f"there is no interpreter {wanted!r}: --python takes a path, a name on PATH, or a version that uv or pyenv "
        "knows"
    )


def candidates(wanted: str) -> Iterator[str]:
    """Commands that may be meant, the likeliest first."""
    if os.sep in wanted:
        path = at_home(wanted).absolute()  # not resolved: a link in a virtual environment is its interpreter
        if path.exists():
            yield str(path)
        return
    version = VERSION.fullmatch(wanted)
    for name in (wanted, f"python{wanted}") if version else (wanted,):
        if found := shutil.which(name):
            yield found
    if version:
        yield from known_to_uv(wanted)
        yield from known_to_pyenv(version["number"], version["threads"])


def at_home(path: str) -> Path:
    """A path whose ~ stands for the home folder, where the user has one."""
    try:
        return Path(path).expanduser()
    except RuntimeError:  # as in a container, whose user may have neither HOME nor a name
        return Path(path)


def known_to_uv(version: str) -> Iterator[str]:
    """What `uv python find` finds; it installs nothing."""
    if uv := shutil.which("uv"):
        done = subprocess.run(
            [uv, "python", "find", "--no-project", "--system", version],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode == 0 and done.stdout.strip():
            yield done.stdout.strip()


def known_to_pyenv(number: str, threads: str) -> Iterator[str]:
    """What pyenv has installed of a version, the newest first."""
    folder = at_home(os.environ.get("PYENV_ROOT") or "~/.pyenv") / "versions"
    installed = [(VERSION.fullmatch(path.name), path) for path in folder.glob("3.*")]
    fitting = [
        (tuple(map(int, match["number"].split("."))), path)
        for match, path in installed
        if match and match["threads"] == threads and f"{match['number']}.".startswith(f"{number}.")
    ]
    for _, path in sorted(fitting, reverse=True):
        yield str(path / "bin" / "python")


if __name__ == "__main__":
    print(asdict(describe_this()))
