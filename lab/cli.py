"""python -m lab: measure what has no record yet, and print the verdicts.

Exit status: 0, nothing refuted; 1, a claim is refuted (by a full profile: a quick one has too few rounds for that);
2, an experiment is broken, or the lab cannot work here; 130 or 143, interrupted; 141, nobody reads what it prints.
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import fcntl
import io
import json
import os
import random
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from lab import bench, exchange, experiment, interpreter, machine, terminal
from lab.errors import LabError
from lab.record import PROFILES, Profile, Record
from lab.runner import SupervisedRunner
from lab.store import Store
from lab.verdict import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console

    from lab.experiment import Experiment

# Set by a build that starts the lab: its process id, so that the lab does not outlive it however it ends …
PARENT = "LAB_PARENT"
# … and a pipe's end, by its number, for the sentences on what is broken.
REPORT = "LAB_REPORT"
LOCK = "process-thread-coroutine-guide.lock"  # in the folder for temporary files


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line, measure, report; return the exit status."""
    if isinstance(sys.stdout, io.TextIOWrapper):  # stderr does so by itself
        sys.stdout.reconfigure(errors="backslashreplace")  # not every terminal knows the words of every program
    try:
        status = run(arguments)
        print(end="", flush=True)
    except OSError as error:
        if isinstance(error, BrokenPipeError):  # as in `python -m lab | head -1`
            status = 128 + signal.SIGPIPE
        elif error.errno == errno.ENOSPC:  # as in `python -m lab > log`
            print(f"error: the disk is full ({error.strerror}): make room, and measure again", file=sys.stderr)
            status = 2
        else:
            raise
        for stream in (1, 2):  # what is still to be printed has nowhere to go
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
    return status


def run(arguments: Sequence[str] | None) -> int:
    """What `main` does, as long as somebody reads what it prints."""
    parser = argparse.ArgumentParser(
        prog="python -m lab",
        description="Measure the experiments that have no record yet, and print the verdicts.",
        epilog="PROFILE=quick in the environment makes few rounds, which refute nothing; the default is PROFILE=full.",
    )
    parser.add_argument("experiments", nargs="*", metavar="EXPERIMENT", help="a folder under snippets/ (default: all)")
    parser.add_argument("--anew", action="store_true", help="measure even what has a record")
    parser.add_argument(
        "--python",
        action="append",
        metavar="PYTHON",
        help="measure under another interpreter: a path, a name on PATH, or a version such as 3.14t that uv or pyenv "
        "knows; may be given several times",
    )
    parser.add_argument(
        "--export",
        type=Path,
        metavar="FILE",
        help="measure nothing: write the records of this machine, under every interpreter, into one file",
    )
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    console = terminal.Terminal()
    broken: list[str] = []
    records: list[Record] = []
    try:
        end_with_parent()
        names = options.experiments or experiment.names()
        if options.export:
            print(exchange.export(Store(machine.describe(), interpreter.ask(sys.executable)), names, options.export))
            return 0
        # All are looked for before the first is measured: a wrong name is told at once.
        for python in [interpreter.find(each) for each in options.python or []] or [sys.executable]:
            records_now, broken_now = measure(names, python, console, anew=options.anew)
            records += records_now
            broken += broken_now
    except LabError as error:
        broken = [str(error)]
    except KeyboardInterrupt:
        print("interrupted: what was being measured is not recorded", file=sys.stderr)
        return 128 + signal.SIGINT
    if report := os.environ.get(REPORT):
        with os.fdopen(int(report), "w", encoding="utf-8") as told:
            json.dump(broken, told)
    for sentence in broken:
        print(f"error: {sentence}", file=sys.stderr)
    if broken:
        return 2
    return 1 if any(refuted(record) for record in records) else 0


def refuted(record: Record) -> list[str]:
    """The claims of an experiment that this machine refutes; a quick profile is never the ground of that."""
    if record.profile == "quick":
        return []
    return [judged.claim for judged in record.verdicts if judged.outcome is Outcome.REFUTED]


def measure(names: Sequence[str], python: str, console: Console, *, anew: bool) -> tuple[list[Record], list[str]]:
    """The records of experiments, measured where there is none or `anew`, and a sentence for each that is broken.

    `python` is the interpreter that runs the programs.

    Tells the console the verdicts: at once where there is a record, else as they fall.
    Raises LabError if nothing can be measured at all.
    """
    profile = chosen_profile()
    store = Store(machine.describe(), interpreter.ask(python))
    broken: list[str] = []
    missing: list[Experiment] = []
    records: list[Record] = []
    for name in dict.fromkeys(names):
        try:
            wanted = experiment.load(name)
        except LabError as error:
            broken.append(str(error))
            continue
        found = None if anew else store.load(wanted, profile.name)
        if found:
            records.append(found)
        else:
            missing.append(wanted)
    terminal.report(records, console)
    for sentence in dict.fromkeys(store.rejected):
        print(f"note: {sentence}", file=sys.stderr)
    if missing:
        with alone_on_this_machine(console):
            # Looked for again: while we waited, another build may have measured the same.
            found_now = [] if anew else [found for each in missing if (found := store.load(each, profile.name))]
            terminal.report(found_now, console)
            missing = [each for each in missing if each.name not in {found.experiment for found in found_now}]
            measured, broken_now = campaign(missing, profile, store, python, console) if missing else ([], [])
        records += found_now + measured
        broken += broken_now
    return records, broken


def campaign(
    missing: list[Experiment], profile: Profile, store: Store, python: str, console: Console
) -> tuple[list[Record], list[str]]:
    """Measure experiments under a supervisor; return their records, and a sentence for each that is broken."""
    listed = [each.name for each in missing]
    under = "" if python == sys.executable else f" under {store.interpreter.name}"
    console.print(
        f"measuring {', '.join(listed)}{under} ({profile.name}: {profile.timed} rounds each)", highlight=False
    )
    with SupervisedRunner(python) as runner, terminal.Progress(listed, console) as progress:
        broken = bench.campaign(missing, profile, store, runner, progress, random.Random())
    return progress.records, broken


def chosen_profile() -> Profile:
    """The profile that the environment asks for; raises LabError if there is none of that name."""
    name = os.environ.get("PROFILE") or "full"
    if name not in PROFILES:
        raise LabError(f"PROFILE={name!r} is unknown: take {' or '.join(PROFILES)}")
    return PROFILES[name]


def temporary_folder() -> Path:
    """Where temporary files are put; raises LabError if there is no such place."""
    try:
        return Path(tempfile.gettempdir())
    except FileNotFoundError as error:
        raise LabError(
            "nothing can be written to any folder for temporary files, full or read-only as they are: set TMPDIR to "
            "one where it can"
        ) from error


@contextlib.contextmanager
def alone_on_this_machine(console: Console) -> Iterator[None]:
    """Hold the lock that makes one machine measure one thing at a time; wait for it, and say so.

    The lock is the kernel's: it ends with its holder, however that ends.
    """
    lock = temporary_folder() / LOCK
    # Without O_CREAT first: in a sticky folder a file of another user may be opened, not "created" (proc_sys_fs(5)).
    try:
        fd = os.open(lock, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        try:
            fd = os.open(lock, os.O_RDONLY | os.O_CREAT | os.O_NOFOLLOW, 0o644)
            with contextlib.suppress(PermissionError):  # another user was faster
                os.fchmod(fd, 0o644)  # whatever our umask: other users are to find it
        except OSError as error:
            raise LabError(
                f"cannot open {LOCK} in the folder for temporary files ({error.strerror}): set TMPDIR"
            ) from error
    try:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            console.print("another campaign is measuring on this machine; waiting for it to end", highlight=False)
            fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)


def end_with_parent() -> None:
    """If a build started us, end when it has ended, even if it was killed."""
    parent = int(os.environ.get(PARENT, "0"))
    if not parent:
        return

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.1)
        main_thread = threading.main_thread().ident
        assert main_thread is not None
        signal.pthread_kill(main_thread, signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()
