"""A process between the lab and the programs: it starts each run, watches it, ends it, and reaps all that it leaves.

It talks in lines of JSON: requests on its standard input, one reply each on its standard output. The input is also the
lifeline: when it closes, because the lab has ended in whatever way, everything below the supervisor is killed.
It is the adopter of all orphans below it (Linux), so a program cannot hide from it by setsid() or a double fork.
One supervisor serves a whole campaign: one for each run costs 0.05 s a run and gives nothing more.
Its argument names the folder for what programs write, which it makes, and removes at its end. (So does the lab, which
chose the name, should the supervisor be killed.)
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from typing import Any

from lab import machine, processes

OUTPUT_LIMIT = 64 * 1024  # bytes of a program's output that are looked at
OPEN_FILES = 16_384  # that a program or the server may want: for thousands of connections the usual 1024 are too few
FILE_LIMIT = 128 * 2**20  # bytes that any file of theirs may grow to, so that a flood of output fills no disk
SERVER_START = 10.0  # seconds until the server must have said where it listens


class Supervisor:
    """Runs what it is asked to, one at a time."""

    def __init__(self, lab: int, scratch: Path) -> None:
        """`lab` is the process whose own CPU time is not foreign; `scratch` is a folder of our own."""
        self.lab = lab
        self.scratch = scratch
        self.server: subprocess.Popen[bytes] | None = None
        self.cpus = machine.affinity()

    def kept(self) -> list[int]:
        """The processes that outlive a run."""
        return [self.server.pid] if self.server else []

    def own_cpu_seconds(self) -> float:
        """CPU time that is neither the program's nor foreign: ours, the lab's, the server's, and all we have reaped."""
        times = os.times()
        ours = times.user + times.system + times.children_user + times.children_system
        return ours + sum(processes.cpu_seconds(pid) for pid in (self.lab, *self.kept()))

    def run(self, argv: list[str], env: dict[str, str], deadline: float, *, watch: bool) -> dict[str, Any]:
        """Run a command to its end or its deadline (seconds), then end all that it left behind.

        The reply: `status`, the exit status, negative for a signal; `timed_out`; `seconds` that it took in all;
        `foreign`, the share of the usable cores that others used meanwhile; `throttled`, how often the quota stopped
        us; `memory`, with `watch`, the peak of the proportional set of the whole tree in bytes; `out` and `err`, what
        it printed; `free`, the bytes left of the disk that it was printed to.
        """
        with TemporaryDirectory(dir=self.scratch) as private:
            out, err = Path(private, "out"), Path(private, "err")
            home = Path(private, "tmp")
            home.mkdir()
            throttled, idle, ours = (
                machine.throttled(),
                machine.idle_seconds(self.cpus),
                self.own_cpu_seconds(),
            )
            start = time.perf_counter()
            with (
                out.open("wb") as out_file,
                err.open("wb") as err_file,
            ):  # files: a pipe would hang on a grandchild
                process = subprocess.Popen(
                    argv,
                    env=env | {"TMPDIR": str(home)},
                    cwd=home,
                    stdin=subprocess.DEVNULL,
                    stdout=out_file,
                    stderr=err_file,
                    start_new_session=True,
                )
            timed_out = threading.Event()

            def end() -> None:
                timed_out.set()
                kill_group(process.pid)

            timer = threading.Timer(deadline, end)
            timer.daemon = True
            timer.start()
            memory = self.watch(process) if watch else None
            status = process.wait()
            timer.cancel()
            timer.join()
            kill_group(process.pid)
            processes.end_descendants(self.kept())
            seconds = time.perf_counter() - start
            ours = self.own_cpu_seconds() - ours
            capacity = seconds * len(self.cpus)
            idle = machine.idle_seconds(self.cpus) - idle
            return {
                "status": status,
                "timed_out": timed_out.is_set(),
                "seconds": seconds,
                "foreign": (capacity - idle - ours) / capacity,
                "throttled": machine.throttled() - throttled,
                "memory": memory,
                "out": read_head(out),
                "err": read_head(err),
                "free": shutil.disk_usage(private).free,
            }

    def watch(self, process: subprocess.Popen[bytes]) -> int:
        """The peak, until the process ends, of the proportional set of all below us but the server; bytes."""
        peak = 0
        while process.poll() is None:
            peak = max(peak, sum(map(processes.proportional_set, processes.below(os.getpid(), self.kept()))))
            time.sleep(0.001)
        return peak

    def serve(self, argv: list[str], env: dict[str, str]) -> dict[str, Any]:
        """Start the server, whose first line is its URL. The reply: `url`, or `error`, what it printed instead."""
        out, err = self.scratch / "server.out", self.scratch / "server.err"
        with out.open("wb") as out_file, err.open("wb") as err_file:
            self.server = subprocess.Popen(
                argv,
                env=env,
                cwd=self.scratch,
                stdin=subprocess.DEVNULL,
                stdout=out_file,
                stderr=err_file,
                start_new_session=True,
            )
        end = time.monotonic() + SERVER_START
        while time.monotonic() < end and self.server.poll() is None:
            if "\n" in (said := read_head(out)):
                return {"url": said.splitlines()[0]}
            time.sleep(0.01)
        return {"error": read_head(err).strip() or "it said nothing"}

    def end(self) -> None:
        """End everything below this process, and remove what was written."""
        processes.end_descendants()
        shutil.rmtree(self.scratch, ignore_errors=True)


def leave(*_: object) -> None:
    """Interrupt whatever is being done; once, so that nothing interrupts the end."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(128 + signal.SIGTERM)


def kill_group(pid: int) -> None:
    """Kill a process group, if any of it is left."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def no_more_than(hard: int, wanted: int) -> int:
    """A limit that we may set for ourselves."""
    return wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)


def read_head(path: Path) -> str:
    """The first part of what a program printed."""
    with path.open("rb") as file:
        return file.read(OUTPUT_LIMIT).decode(errors="replace")


def main() -> None:
    """Answer requests until the lifeline closes; then leave nothing behind."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # meant for the lab, which will close the lifeline
    signal.signal(signal.SIGTERM, leave)
    processes.adopt_orphans()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, no_more_than(hard, OPEN_FILES)), hard))
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (no_more_than(hard, FILE_LIMIT), hard))
    requests: SimpleQueue[str] = SimpleQueue()
    supervisor = Supervisor(os.getppid(), Path(sys.argv[1]))

    def listen() -> None:
        for line in sys.stdin:
            requests.put(line)
        main_thread = threading.main_thread().ident
        assert main_thread is not None
        signal.pthread_kill(main_thread, signal.SIGTERM)  # interrupts it wherever it waits

    threading.Thread(target=listen, daemon=True).start()
    try:
        supervisor.scratch.mkdir(mode=0o700)
        while True:
            request = json.loads(requests.get())
            try:
                reply = getattr(supervisor, request.pop("do"))(**request)
            except OSError as error:  # no room for a file, no memory for a process
                processes.end_descendants(supervisor.kept())
                reply = {"cannot": error.strerror}
            print(json.dumps(reply), flush=True)
    finally:
        # What ended the loop may be a reply that nobody reads, and the lifeline's signal comes just behind it.
        try:
            supervisor.end()
        except SystemExit:
            supervisor.end()


if __name__ == "__main__":
    main()
