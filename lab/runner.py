"""The lab's end of the line to its supervisor: asks for runs, and turns replies into samples or one clear sentence."""

from __future__ import annotations

import ast
import contextlib
import json
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self
from urllib.parse import urlsplit

from lab import interpreter, processes
from lab.errors import LabError
from lab.experiment import ROOT
from lab.store import SERVER, shown
from lab.supervisor import OUTPUT_LIMIT

if TYPE_CHECKING:
    from types import TracebackType

WORKER = ROOT / "lab" / "worker.py"
BLOCK = 4096  # bytes: a disk with less to spare is full
REACHED = 5.0  # seconds within which the server must be reached


@dataclass(frozen=True)
class Measured:
    """What came of one run: the worker's sample and the supervisor's account of it."""

    sample: dict[str, Any]
    seconds: float  # from the interpreter's start until all was cleaned up
    foreign: float
    throttled: int
    memory: int | None


class Runner(Protocol):
    """Something that runs programs: the supervised one below, or a fake in a test."""

    def run(self, program: Path, arguments: dict[str, Any], deadline: float, *, server: bool, watch: bool) -> Measured:
        """Run a program once, for `deadline` seconds at most; raises LabError if it gives no sample."""


class SupervisedRunner:
    """Runs programs below a supervisor, which lives as long as the `with` block."""

    def __init__(self, python: str = sys.executable) -> None:
        """`python` is the command of the interpreter that runs the programs."""
        self.python = python

    def __enter__(self) -> Self:
        """Start the supervisor."""
        processes.adopt_orphans()  # should the supervisor itself be killed
        self.env = interpreter.environment()
        self.url: str | None = None
        self.scratch = Path(tempfile.gettempdir(), f"lab-{secrets.token_hex(4)}")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "lab.supervisor", str(self.scratch)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
            text=True,
            encoding="utf-8",
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        """Close the lifeline; the supervisor ends everything below it, then itself."""
        assert self.process.stdin
        with contextlib.suppress(OSError):
            self.process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=2)
        processes.end_descendants()
        shutil.rmtree(self.scratch, ignore_errors=True)  # the supervisor may have been killed

    def ask(self, do: str, **request: Any) -> dict[str, Any]:
        """One request, one reply; raises LabError if the system does not let the supervisor do it."""
        assert self.process.stdin
        assert self.process.stdout
        line = ""
        with contextlib.suppress(BrokenPipeError):
            print(json.dumps({"do": do} | request), file=self.process.stdin, flush=True)
            line = self.process.stdout.readline()
        if not line:
            print("error: the supervisor of the runs was killed; nothing was recorded; measure again", file=sys.stderr)
            raise SystemExit(2)
        reply: dict[str, Any] = json.loads(line)
        if "cannot" in reply:
            raise LabError(f"nothing can be run here ({reply['cannot']}): mend that, and measure again")
        return reply

    def server_url(self) -> str:
        """Where the loopback server listens; it is started when it is first needed."""
        if self.url is None:
            reply = self.ask("serve", argv=[sys.executable, "-P", "-s", str(SERVER), "--port", "0"], env=self.env)
            if "error" in reply:
                raise LabError(f"{shown(SERVER)} did not start: {last_line(reply['error'])}")
            expect_reachable(reply["url"])
            self.url = reply["url"]
        return self.url

    def run(self, program: Path, arguments: dict[str, Any], deadline: float, *, server: bool, watch: bool) -> Measured:
        """Run a program once in a fresh interpreter; raises LabError if it gives no sample."""
        if server:
            arguments = arguments | {"url": self.server_url()}
        given = [f"{name}={value}" for name, value in arguments.items()]
        argv = [self.python, "-P", "-s", str(WORKER), str(program), *given]
        return read_reply(self.ask("run", argv=argv, env=self.env, deadline=deadline, watch=watch), program, deadline)


def expect_reachable(url: str) -> None:
    """Raise LabError if the server cannot be reached: no fault of the programs that ask it."""
    there = urlsplit(url)
    try:
        socket.create_connection((there.hostname, there.port), timeout=REACHED).close()
    except OSError as error:
        raise LabError(
            f"{shown(SERVER)} cannot be reached on loopback ({error.strerror or error}), so programs that ask it "
            "cannot be measured here: `ip link set lo up` brings loopback up"
        ) from error


def read_reply(reply: dict[str, Any], program: Path, deadline: float) -> Measured:
    """The sample in a supervisor's reply; raises LabError, one sentence on what went wrong with the program."""
    name = shown(program)
    way_out = f"try `python {name}`, and mend it"
    if reply["timed_out"]:
        raise LabError(f"{name} did not end within {deadline:.0f} s and was killed; {way_out}")
    status = reply["status"]
    if status < 0:
        hint = " (as the system does when memory runs out)" if -status == signal.SIGKILL else ""
        raise LabError(f"{name} was killed by signal {-status}, {signal.Signals(-status).name}{hint}; {way_out}")
    if not reply["out"] and reply["free"] < BLOCK:
        raise LabError(
            f"{name} cannot be measured: the disk of the folder for temporary files is full; make room, or set TMPDIR"
        )
    if not reply["out"]:
        said = last_line(reply["err"])
        raise LabError(
            f"{name} ended with exit status {status} before main() had returned{': ' + said if said else ''}; {way_out}"
        )
    try:
        # What went through JSON once comes out of a record unchanged: a tuple is a list there.
        sample = json.loads(json.dumps(ast.literal_eval(reply["out"]), allow_nan=False))
    except (SyntaxError, TypeError, ValueError):
        raise LabError(
            f"main() of {name} returned something that JSON cannot hold, or more than "
            f"{OUTPUT_LIMIT // 1024} KiB of it; {way_out}"
        ) from None
    if "error" in sample:
        raise LabError(f"{name} cannot be measured: {sample['error']}; {way_out}")
    if status != 0:
        raise LabError(f"{name} returned its result but then ended with exit status {status}; {way_out}")
    return Measured(sample, reply["seconds"], reply["foreign"], reply["throttled"], reply["memory"])


def last_line(text: str) -> str:
    """The last line of what a program printed, bare of control characters."""
    lines = [line for line in text.splitlines() if line.strip()]
    return "".join(c for c in lines[-1] if c.isprintable())[:300] if lines else ""
